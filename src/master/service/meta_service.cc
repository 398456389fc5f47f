// MetaMasterClientService: the cluster for operators.
#include <cstdlib>
#include <set>

#include "conf/configuration.h"
#include "master/block/block_master.h"
#include "master/meta/meta_master.h"
#include "master/service/backup_desk.h"
#include "master/service/config_updates.h"
#include "master/service/method_runner.h"
#include "master/service/server_configs.h"
#include "master/service/services.h"
#include "proto/grpc/meta_master.pb.h"

namespace alluxio::master {
namespace {

namespace meta = ::alluxio::grpc::meta;

constexpr char kClient[] = "/alluxio.grpc.meta.MetaMasterClientService/";
constexpr char kMaster[] = "/alluxio.grpc.meta.MetaMasterMasterService/";
constexpr char kProxy[] = "/alluxio.grpc.meta.MetaMasterProxyService/";

// Writes the fields a filter asks for; an empty filter asks for all.
class MasterInfoWriter {
 public:
  MasterInfoWriter(const ServiceParts& parts, std::set<int> filter, meta::MasterInfo* out)
      : parts_(parts), filter_(std::move(filter)), out_(out) {}

  void Write() {
    std::string address = parts_.host + ":" + std::to_string(parts_.rpc_port);
    if (Wants(meta::LEADER_MASTER_ADDRESS)) out_->set_leadermasteraddress(address);
    if (Wants(meta::MASTER_ADDRESSES)) {
      WriteSelf(out_->add_masteraddresses());
      for (const std::string& other : others_) WriteAddress(other, out_->add_masteraddresses());
    }
    if (Wants(meta::RPC_PORT)) out_->set_rpcport(parts_.rpc_port);
    if (Wants(meta::SAFE_MODE)) out_->set_safemode(parts_.blocks->InSafeMode());
    if (Wants(meta::START_TIME_MS)) out_->set_starttimems(parts_.start_time_ms);
    if (Wants(meta::UP_TIME_MS)) out_->set_uptimems(parts_.clock->NowMs() - parts_.start_time_ms);
    if (Wants(meta::VERSION)) out_->set_version(parts_.version);
    if (Wants(meta::WEB_PORT)) out_->set_webport(parts_.web_port);
    if (Wants(meta::WORKER_ADDRESSES)) WriteWorkers();
    if (Wants(meta::ZOOKEEPER_ADDRESSES)) WriteZooKeeper();
    if (Wants(meta::CLUSTER_ID)) out_->set_clusterid(parts_.meta->cluster_id());
    if (Wants(meta::RAFT_JOURNAL)) out_->set_raftjournal(false);
    if (Wants(meta::MASTER_VERSION)) WriteVersions();
  }

 private:
  bool Wants(int field) const { return filter_.empty() || filter_.count(field) > 0; }
  void WriteSelf(grpc::NetAddress* out) const {
    out->set_host(parts_.host);
    out->set_rpcport(parts_.rpc_port);
  }
  static void WriteAddress(const std::string& address, grpc::NetAddress* out) {
    size_t colon = address.rfind(':');
    out->set_host(address.substr(0, colon));
    if (colon != std::string::npos) out->set_rpcport(std::atoi(address.c_str() + colon + 1));
  }
  void WriteVersions() {
    meta::MasterVersion* version = out_->add_masterversions();
    WriteSelf(version->mutable_addresses());
    version->set_version(parts_.version);
    version->set_state("PRIMARY");
    for (const std::string& other : others_) {
      meta::MasterVersion* standby = out_->add_masterversions();
      WriteAddress(other, standby->mutable_addresses());
      standby->set_state("STANDBY");  // of what version, only it knows
    }
  }
  void WriteWorkers() {
    for (const WorkerInfo& worker : parts_.blocks->LiveWorkers()) {
      grpc::NetAddress* address = out_->add_workeraddresses();
      address->set_host(worker.address.host);
      address->set_rpcport(worker.address.rpc_port);
    }
  }
  void WriteZooKeeper() {
    if (!parts_.conf->GetBool("alluxio.zookeeper.enabled")) return;
    for (const std::string& address : parts_.conf->GetList("alluxio.zookeeper.address")) {
      out_->add_zookeeperaddresses(address);
    }
  }

  const ServiceParts& parts_;
  const std::set<int> filter_;
  const std::vector<std::string> others_ =
      parts_.other_masters ? parts_.other_masters() : std::vector<std::string>();
  meta::MasterInfo* const out_;
};

Status GetMasterInfo(const ServiceParts& parts, OpContext&,
                     const meta::GetMasterInfoPOptions& request,
                     meta::GetMasterInfoPResponse* response) {
  std::set<int> filter(request.filter().begin(), request.filter().end());
  MasterInfoWriter(parts, std::move(filter), response->mutable_masterinfo()).Write();
  return OkStatus();
}

Status Checkpoint(const ServiceParts& parts, OpContext& context, const meta::CheckpointPOptions&,
                  meta::CheckpointPResponse* response) {
  RETURN_IF_ERROR(parts.check_superuser(context));
  RETURN_IF_ERROR(parts.checkpoint());
  response->set_masterhostname(parts.host);
  return OkStatus();
}

void WriteBackup(const ServiceParts& parts, const BackupDesk::Record& record,
                 meta::BackupPStatus* out) {
  out->set_backupid(record.id);
  out->set_backupstate(record.running        ? meta::Running
                       : record.failure.ok() ? meta::Completed
                                             : meta::Failed);
  out->set_backuphost(parts.host);
  if (!record.done.uri.empty()) out->set_backupuri(record.done.uri);
  out->set_entrycount(record.done.entries);
}

// 2.9 lets everybody: but a backup shows every name, and goes wherever the master may write.
Status Backup(const ServiceParts& parts, OpContext& context, const meta::BackupPRequest& request,
              meta::BackupPStatus* response) {
  RETURN_IF_ERROR(parts.check_superuser(context));
  BackupWish wish{request.targetdirectory(), request.options().localfilesystem()};
  Result<BackupDesk::Record> record =
      request.options().runasync() ? parts.backups->Begin(wish) : parts.backups->Take(wish);
  if (!record.ok()) return record.status();
  RETURN_IF_ERROR(record->failure);
  WriteBackup(parts, *record, response);
  return OkStatus();
}

Status GetBackupStatus(const ServiceParts& parts, OpContext&,
                       const meta::BackupStatusPRequest& request,
                       meta::BackupPStatus* response) {
  std::optional<BackupDesk::Record> record = parts.backups->Find(request.backupid());
  if (!record) {  // as 2.9 answers
    response->set_backupid(request.backupid());
    response->set_backupstate(meta::None);
    return OkStatus();
  }
  // The field for the reason holds a Java object: the call itself carries the reason instead.
  RETURN_IF_ERROR(record->failure);
  WriteBackup(parts, *record, response);
  return OkStatus();
}

Status GetConfigReport(const ServiceParts& parts, OpContext& context,
                       const meta::GetConfigReportPOptions&,
                       meta::GetConfigReportPResponse* response) {
  std::map<std::string, Settings> masters;
  if (parts.other_configs) {
    if (!context.may_block()) return WouldBlock();
    masters = parts.other_configs();
  }
  masters[parts.host + ":" + std::to_string(parts.rpc_port)] =
      ServerConfigs::SettingsOf(*parts.updates->Now());
  std::set<std::string> live;
  for (const WorkerInfo& worker : parts.blocks->LiveWorkers()) {
    live.insert(worker.address.host + ":" + std::to_string(worker.address.rpc_port));
  }
  WriteReport(parts.server_configs->Compare(masters, live), response->mutable_report());
  return OkStatus();
}

template <typename Request, typename Response>
void Add(const ServiceParts& parts, rpc::MethodTable* table, const char* name, RunKind run,
         Method<Request, Response> method) {
  MethodSpec spec;
  spec.path = std::string(kClient) + name;
  spec.run = run;
  AddMethod<Request, Response>(parts, table, spec, method);
}

}  // namespace

void AddMetaService(const ServiceParts& parts, rpc::MethodTable* table) {
  Add(parts, table, "GetMasterInfo", RunKind::kInline, &GetMasterInfo);
  Add(parts, table, "Checkpoint", RunKind::kBlocking, &Checkpoint);
  Add(parts, table, "Backup", RunKind::kBlocking, &Backup);
  Add(parts, table, "GetConfigReport", RunKind::kInline, &GetConfigReport);
  Add(parts, table, "GetBackupStatus", RunKind::kInline, &GetBackupStatus);
  AddMissing(table, std::string(kClient) + "ListProxyStatus",
             "this master does not keep track of proxies yet");
  AddMissing(table, std::string(kProxy) + "ProxyHeartbeat",
             "this master does not keep track of proxies yet");
  for (const char* name : {"GetMasterId", "RegisterMaster", "MasterHeartbeat"}) {
    AddMissing(table, std::string(kMaster) + name,
               "this master does not keep track of standby masters yet");
  }
}

}  // namespace alluxio::master
