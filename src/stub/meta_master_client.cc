#include "stub/meta_master_client.h"

#include "proto/grpc/meta_master.pb.h"

namespace alluxio::stub {

namespace meta = grpc::meta;

namespace {

ConfigEntry EntryOf(const grpc::ConfigProperty& property) {
  return ConfigEntry{property.name(), property.value(), property.source()};
}

MasterAddress AddressOf(const grpc::NetAddress& address) {
  return MasterAddress{address.host(), address.rpcport()};
}

template <typename Scopes>
std::map<std::string, std::vector<ConfigDifference>> DifferencesOf(const Scopes& scopes) {
  std::map<std::string, std::vector<ConfigDifference>> all;
  for (const auto& [scope, list] : scopes) {
    for (const meta::InconsistentProperty& property : list.properties()) {
      ConfigDifference& difference = all[scope].emplace_back();
      difference.name = property.name();
      for (const auto& [value, hosts] : property.values()) {
        difference.hosts_by_value[value].assign(hosts.values().begin(), hosts.values().end());
      }
    }
  }
  return all;
}

}  // namespace

Status MetaMasterClient::Call(MasterService service, const char* method,
                              const google::protobuf::MessageLite& request,
                              google::protobuf::MessageLite* response) {
  return connection_->Call(service, method, request, response);
}

Result<ClusterConfiguration> MetaMasterClient::GetConfiguration(
    const ConfigReadOptions& options) {
  meta::GetConfigurationPOptions request;
  request.set_rawvalue(options.raw_values);
  request.set_ignoreclusterconf(options.skip_cluster);
  request.set_ignorepathconf(options.skip_paths);
  meta::GetConfigurationPResponse response;
  RETURN_IF_ERROR(Call(MasterService::kConfiguration, "GetConfiguration", request, &response));
  ClusterConfiguration configuration;
  for (const auto& property : response.clusterconfigs()) {
    configuration.cluster.push_back(EntryOf(property));
  }
  for (const auto& [path, list] : response.pathconfigs()) {
    for (const auto& property : list.properties()) {
      configuration.paths[path].push_back(EntryOf(property));
    }
  }
  configuration.cluster_hash = response.clusterconfighash();
  configuration.path_hash = response.pathconfighash();
  return configuration;
}

Result<ConfigHashes> MetaMasterClient::GetConfigHash() {
  meta::GetConfigHashPResponse response;
  RETURN_IF_ERROR(Call(MasterService::kConfiguration, "GetConfigHash",
                       meta::GetConfigHashPOptions(), &response));
  return ConfigHashes{response.clusterconfighash(), response.pathconfighash()};
}

Status MetaMasterClient::SetPathConfiguration(
    const std::string& path, const std::map<std::string, std::string>& properties) {
  meta::SetPathConfigurationPRequest request;
  request.set_path(path);
  request.mutable_properties()->insert(properties.begin(), properties.end());
  meta::SetPathConfigurationPResponse response;
  return Call(MasterService::kConfigurationEdit, "SetPathConfiguration", request, &response);
}

Status MetaMasterClient::RemovePathConfiguration(const std::string& path,
                                                 const std::vector<std::string>& keys) {
  meta::RemovePathConfigurationPRequest request;
  request.set_path(path);
  for (const std::string& key : keys) request.add_keys(key);
  meta::RemovePathConfigurationPResponse response;
  return Call(MasterService::kConfigurationEdit, "RemovePathConfiguration", request, &response);
}

Result<std::map<std::string, bool>> MetaMasterClient::UpdateConfiguration(
    const std::map<std::string, std::string>& properties) {
  meta::UpdateConfigurationPRequest request;
  request.mutable_properties()->insert(properties.begin(), properties.end());
  meta::UpdateConfigurationPResponse response;
  RETURN_IF_ERROR(
      Call(MasterService::kConfigurationEdit, "UpdateConfiguration", request, &response));
  return std::map<std::string, bool>(response.status().begin(), response.status().end());
}

Result<MasterInfo> MetaMasterClient::GetMasterInfo() {
  meta::GetMasterInfoPResponse response;
  RETURN_IF_ERROR(Call(MasterService::kMetaClient, "GetMasterInfo",
                       meta::GetMasterInfoPOptions(), &response));
  const meta::MasterInfo& from = response.masterinfo();
  MasterInfo info;
  info.leader_address = from.leadermasteraddress();
  for (const auto& address : from.masteraddresses()) info.masters.push_back(AddressOf(address));
  for (const auto& address : from.workeraddresses()) info.workers.push_back(AddressOf(address));
  info.rpc_port = from.rpcport();
  info.web_port = from.webport();
  info.safe_mode = from.safemode();
  info.start_time_ms = from.starttimems();
  info.up_time_ms = from.uptimems();
  info.version = from.version();
  info.cluster_id = from.clusterid();
  info.zookeeper_addresses.assign(from.zookeeperaddresses().begin(),
                                  from.zookeeperaddresses().end());
  info.raft_journal = from.raftjournal();
  info.raft_addresses.assign(from.raftaddress().begin(), from.raftaddress().end());
  for (const auto& version : from.masterversions()) {
    info.versions.push_back(
        MasterVersion{AddressOf(version.addresses()), version.version(), version.state()});
  }
  return info;
}

Result<std::string> MetaMasterClient::Checkpoint() {
  meta::CheckpointPResponse response;
  RETURN_IF_ERROR(
      Call(MasterService::kMetaClient, "Checkpoint", meta::CheckpointPOptions(), &response));
  return response.masterhostname();
}

namespace {

BackupStatus StatusOf(const meta::BackupPStatus& response) {
  return {response.backupid(), meta::BackupState_Name(response.backupstate()),
          response.backuphost(), response.backupuri(), response.entrycount()};
}

}  // namespace

Result<BackupStatus> MetaMasterClient::BeginBackup(const std::string& directory, bool local) {
  meta::BackupPRequest request;
  if (!directory.empty()) request.set_targetdirectory(directory);
  request.mutable_options()->set_localfilesystem(local);
  request.mutable_options()->set_runasync(true);
  request.mutable_options()->set_allowleader(true);
  request.mutable_options()->set_bypassdelegation(true);
  meta::BackupPStatus response;
  RETURN_IF_ERROR(Call(MasterService::kMetaClient, "Backup", request, &response));
  return StatusOf(response);
}

Result<BackupStatus> MetaMasterClient::GetBackupStatus(const std::string& id) {
  meta::BackupStatusPRequest request;
  request.set_backupid(id);
  meta::BackupPStatus response;
  RETURN_IF_ERROR(Call(MasterService::kMetaClient, "GetBackupStatus", request, &response));
  return StatusOf(response);
}

Result<ConfigReport> MetaMasterClient::GetConfigReport() {
  meta::GetConfigReportPResponse response;
  RETURN_IF_ERROR(Call(MasterService::kMetaClient, "GetConfigReport",
                       meta::GetConfigReportPOptions(), &response));
  ConfigReport report;
  report.status = meta::ConfigStatus_Name(response.report().status());
  report.errors = DifferencesOf(response.report().errors());
  report.warnings = DifferencesOf(response.report().warns());
  return report;
}

}  // namespace alluxio::stub
