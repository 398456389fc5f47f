#include "master/service/server_configs.h"

#include <utility>

#include "conf/computed_default.h"
#include "conf/consistency.h"
#include "proto/grpc/meta_master.pb.h"

namespace alluxio::master {
namespace {

using conf::Consistency;
using conf::Scope;
namespace meta = ::alluxio::grpc::meta;

bool Reads(Scope scope, bool is_master) {
  if (scope == Scope::kAll || scope == Scope::kServer) return true;
  return scope == (is_master ? Scope::kMaster : Scope::kWorker);
}

// Servers that have the same of everything.
struct Group {
  bool is_master = false;
  std::vector<std::string> addresses;
};
using Groups = std::map<std::pair<bool, const Settings*>, Group>;

// Each machine computes its own default, masters and workers alike: that is no difference.
bool IsComputedByAll(const conf::Key& key) {
  return Reads(key.scope, true) && Reads(key.scope, false) &&
         key.default_value.starts_with(conf::kComputedPrefix);
}

std::vector<ServerConfigs::Difference> DifferencesIn(const conf::Key& key, const Groups& groups) {
  ServerConfigs::Difference found;
  for (const auto& [id, group] : groups) {
    if (!Reads(key.scope, group.is_master)) continue;
    auto at = id.second->find(std::string(key.name));
    std::vector<std::string>& servers =
        found.servers_by_value[at == id.second->end() ? "" : at->second];
    servers.insert(servers.end(), group.addresses.begin(), group.addresses.end());
  }
  if (found.servers_by_value.size() < 2) return {};
  found.name = key.name;
  return {std::move(found)};
}

void Write(const std::map<std::string, std::vector<ServerConfigs::Difference>>& from,
           google::protobuf::Map<std::string, meta::InconsistentProperties>* to) {
  for (const auto& [scope, differences] : from) {
    meta::InconsistentProperties& list = (*to)[scope];
    for (const ServerConfigs::Difference& difference : differences) {
      meta::InconsistentProperty* property = list.add_properties();
      property->set_name(difference.name);
      for (const auto& [value, servers] : difference.servers_by_value) {
        meta::InconsistentPropertyValues& of_value = (*property->mutable_values())[value];
        for (const std::string& server : servers) of_value.add_values(server);
      }
    }
  }
}

}  // namespace

Settings ServerConfigs::SettingsOf(const conf::Configuration& conf) {
  Settings settings;
  for (conf::Entry& entry : conf.Entries()) {
    if (conf::ConsistencyOf(entry.name) == Consistency::kIgnore) continue;
    settings[entry.name] = std::move(entry.value);
  }
  return settings;
}

void ServerConfigs::NoteWorker(const std::string& address, const ConfigList& list) {
  Settings settings;
  for (const grpc::ConfigProperty& property : list) {
    if (conf::ConsistencyOf(property.name()) == Consistency::kIgnore) continue;
    if (settings.size() >= kMaxNames) break;
    if (property.has_value()) settings[property.name()] = property.value().substr(0, kMaxValue);
  }
  NoteWorker(address, std::move(settings));
}

void ServerConfigs::NoteWorker(const std::string& address, Settings settings) {
  MutexLock lock(mutex_);
  workers_.erase(address);
  std::erase_if(distinct_, [](const Shared& one) { return one.use_count() == 1; });
  if (settings.empty() || workers_.size() >= kMaxServers) return;
  workers_[address] =
      *distinct_.insert(std::make_shared<const Settings>(std::move(settings))).first;
}

ServerConfigs::Report ServerConfigs::Compare(const std::map<std::string, Settings>& masters,
                                             const std::set<std::string>& live_workers) {
  Groups groups;
  std::vector<Shared> kept;  // what the groups point to
  for (const auto& [address, settings] : masters) {
    groups[{true, &settings}] = {true, {address}};
  }
  {
    MutexLock lock(mutex_);
    std::erase_if(workers_, [&](const auto& one) { return !live_workers.contains(one.first); });
    for (const auto& [address, settings] : workers_) {
      Group& group = groups[{false, settings.get()}];
      group.addresses.push_back(address);
      kept.push_back(settings);
    }
  }
  Report report;
  for (const conf::Key* key : conf::AllKeys()) {
    Consistency consistency = conf::ConsistencyOf(key->name);
    if (consistency == Consistency::kIgnore || IsComputedByAll(*key)) continue;
    auto& list = consistency == Consistency::kEnforce ? report.errors : report.warnings;
    std::string scope(conf::ScopeName(key->scope == Scope::kAll ? Scope::kServer : key->scope));
    for (Difference& difference : DifferencesIn(*key, groups)) {
      list[scope].push_back(std::move(difference));
    }
  }
  return report;
}

void WriteReport(const ServerConfigs::Report& report, meta::ConfigCheckReport* out) {
  Write(report.errors, out->mutable_errors());
  Write(report.warnings, out->mutable_warns());
  out->set_status(!report.errors.empty()     ? meta::FAILED
                  : !report.warnings.empty() ? meta::WARN
                                             : meta::PASSED);
}

}  // namespace alluxio::master
