// MetaMasterConfigurationService: what clients load before anything else, without authentication.
#include "conf/computed_default.h"
#include "conf/configuration.h"
#include "master/meta/meta_master.h"
#include "master/service/config_updates.h"
#include "master/service/method_runner.h"
#include "master/service/services.h"
#include "model/path.h"
#include "proto/grpc/meta_master.pb.h"

namespace alluxio::master {
namespace {

namespace meta = ::alluxio::grpc::meta;

constexpr char kService[] = "/alluxio.grpc.meta.MetaMasterConfigurationService/";
// Clients read both without asking whether they are there.
constexpr const char* kMandatory[] = {"alluxio.version", "alluxio.underfs.version"};
constexpr char kUnderfsVersion[] = "3.3.4";  // Alluxio 2.9.4's default

void Add(const std::string& name, const std::string& value, const std::string& source,
         google::protobuf::RepeatedPtrField<grpc::ConfigProperty>* out) {
  grpc::ConfigProperty* property = out->Add();
  property->set_name(name);
  property->set_value(value);
  property->set_source(source);
}

// A default computed for this machine stays at home: clients and workers have their own.
bool StaysHere(const conf::Entry& entry) {
  return entry.source.kind <= conf::SourceKind::kDefault && entry.key != nullptr &&
         entry.key->default_value.substr(0, conf::kComputedPrefix.size()) ==
             conf::kComputedPrefix &&
         entry.key->scope != conf::Scope::kMaster;
}

void AddClusterConf(const ServiceParts& parts, bool raw, meta::GetConfigurationPResponse* out) {
  std::shared_ptr<const conf::Configuration> conf = parts.updates->Now();
  for (const conf::Entry& entry : conf->Entries()) {
    if (StaysHere(entry)) continue;
    bool mandatory = entry.name == kMandatory[0] || entry.name == kMandatory[1];
    if (mandatory) continue;
    bool secret = entry.key != nullptr && entry.key->secret;
    std::string value = secret ? std::string(conf::kMaskedValue) : raw ? entry.raw : entry.value;
    Add(entry.name, value, entry.source.ToString(), out->mutable_clusterconfigs());
  }
  Add(kMandatory[0], parts.version, "DEFAULT", out->mutable_clusterconfigs());
  std::string underfs = conf->Find(kMandatory[1]).value_or("");
  Add(kMandatory[1], underfs.empty() ? kUnderfsVersion : underfs, "DEFAULT",
      out->mutable_clusterconfigs());
}

Status GetConfiguration(const ServiceParts& parts, OpContext&,
                        const meta::GetConfigurationPOptions& request,
                        meta::GetConfigurationPResponse* response) {
  if (!request.ignoreclusterconf()) {
    AddClusterConf(parts, request.rawvalue(), response);
    response->set_clusterconfighash(parts.updates->Now()->Hash());
    response->set_clusterconfiglastupdatetime(parts.updates->updated_ms());
  }
  if (!request.ignorepathconf()) {
    // A standby may not have heard of the newest yet; its own settings it knows.
    RETURN_IF_ERROR(CheckServing(parts));
    MetaMaster::PathProperties paths = parts.meta->GetPathProperties();
    for (const auto& [path, properties] : paths.by_path) {
      meta::ConfigProperties& out = (*response->mutable_pathconfigs())[path];
      for (const auto& [name, value] : properties) {
        Add(name, value, "PATH_DEFAULT", out.mutable_properties());
      }
    }
    response->set_pathconfighash(paths.hash);
    response->set_pathconfiglastupdatetime(paths.updated_ms);
  }
  return OkStatus();
}

Status GetConfigHash(const ServiceParts& parts, OpContext&, const meta::GetConfigHashPOptions&,
                     meta::GetConfigHashPResponse* response) {
  response->set_clusterconfighash(parts.updates->Now()->Hash());
  response->set_pathconfighash(parts.meta->GetPathProperties().hash);
  return OkStatus();
}

Status SetPathConfiguration(const ServiceParts& parts, OpContext& context,
                            const meta::SetPathConfigurationPRequest& request,
                            meta::SetPathConfigurationPResponse*) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(request.path()));
  Properties properties;
  for (const auto& [name, value] : request.properties()) {
    if (conf::FindKey(name) == nullptr) {
      return InvalidArgument("property " + name + ": no such property");
    }
    properties[name] = value;
  }
  return parts.meta->SetPathProperties(context, path, properties);
}

Status RemovePathConfiguration(const ServiceParts& parts, OpContext& context,
                               const meta::RemovePathConfigurationPRequest& request,
                               meta::RemovePathConfigurationPResponse*) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(request.path()));
  std::vector<std::string> names(request.keys().begin(), request.keys().end());
  return parts.meta->RemovePathProperties(context, path, names);
}

Status UpdateConfiguration(const ServiceParts& parts, OpContext&,
                           const meta::UpdateConfigurationPRequest& request,
                           meta::UpdateConfigurationPResponse* response) {
  std::map<std::string, std::string> properties(request.properties().begin(),
                                                request.properties().end());
  for (const auto& [name, taken] : parts.updates->Update(properties)) {
    (*response->mutable_status())[name] = taken;
  }
  return OkStatus();
}

template <typename Request, typename Response>
void AddOpen(const ServiceParts& parts, rpc::MethodTable* table, const char* name,
             Method<Request, Response> method, Needs needs = Needs::kServing) {
  MethodSpec spec;
  spec.needs = needs;
  spec.path = std::string(kService) + name;
  spec.needs_authentication = false;
  AddMethod<Request, Response>(parts, table, spec, method);
}

}  // namespace

void AddConfigService(const ServiceParts& parts, rpc::MethodTable* table) {
  AddOpen(parts, table, "GetConfiguration", &GetConfiguration, Needs::kReporting);
  AddOpen(parts, table, "GetConfigHash", &GetConfigHash);
  AddOpen(parts, table, "SetPathConfiguration", &SetPathConfiguration);
  AddOpen(parts, table, "RemovePathConfiguration", &RemovePathConfiguration);
  AddOpen(parts, table, "UpdateConfiguration", &UpdateConfiguration);
}

}  // namespace alluxio::master
