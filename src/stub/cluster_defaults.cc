#include "stub/cluster_defaults.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/log.h"
#include "stub/meta_master_client.h"

namespace alluxio::stub {
namespace {

constexpr char kVersion[] = "alluxio.version";

conf::Configuration::Pairs PairsOf(std::vector<ConfigEntry>& entries) {
  conf::Configuration::Pairs pairs;
  for (ConfigEntry& entry : entries) {
    // A built-in default of the master says nothing: ours is the same or fits this host better.
    if (entry.source == "DEFAULT" || entry.name == kVersion) continue;
    pairs.emplace_back(std::move(entry.name), std::move(entry.value));
  }
  return pairs;
}

void CheckVersion(const conf::Configuration& conf, const std::vector<ConfigEntry>& entries) {
  std::string own = conf.GetString(kVersion);
  for (const ConfigEntry& entry : entries) {
    if (entry.name == kVersion && entry.value != own) {
      LOG_WARN("conf: version={} does not match the cluster's version={}", own, entry.value);
    }
  }
}

}  // namespace

Result<PathDefaults> LoadClusterDefaults(conf::Configuration& conf, conf::Role role,
                                         const ConnectionOptions& options) {
  PathDefaults paths;
  if (!conf.GetBool("alluxio.user.conf.cluster.default.enabled")) return paths;
  ASSIGN_OR_RETURN(std::shared_ptr<PrimaryLocator> locator, PrimaryLocator::FromConf(conf));
  MetaMasterClient master(std::make_shared<MasterConnection>(std::move(locator), options));
  ConfigReadOptions what;
  what.raw_values = true;
  what.skip_paths = role == conf::Role::kWorker;
  ASSIGN_OR_RETURN(ClusterConfiguration cluster, master.GetConfiguration(what));
  CheckVersion(conf, cluster.cluster);
  Status merged = conf.MergeClusterDefaults(PairsOf(cluster.cluster), role);
  if (!merged.ok()) {
    return Status(merged.code(), "configuration of the master: " + merged.message());
  }
  for (auto& [path, entries] : cluster.paths) paths[path] = PairsOf(entries);
  return paths;
}

}  // namespace alluxio::stub
