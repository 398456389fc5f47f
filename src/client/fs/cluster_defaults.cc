#include "client/fs/cluster_defaults.h"

#include <memory>
#include <utility>

#include "conf/configuration.h"
#include "stub/meta_master_client.h"

namespace alluxio::client {

Status LoadClusterDefaults(conf::Configuration& conf) {
  if (!conf.GetBool("alluxio.user.conf.cluster.default.enabled")) return OkStatus();
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  stub::MetaMasterClient master(std::make_shared<stub::MasterConnection>(locator, options));
  stub::ConfigReadOptions what;
  what.raw_values = true;
  what.skip_paths = true;
  ASSIGN_OR_RETURN(stub::ClusterConfiguration cluster, master.GetConfiguration(what));
  conf::Configuration::Pairs values;
  for (stub::ConfigEntry& entry : cluster.cluster) {
    // A built-in default of the master says nothing: ours is the same or fits this host better.
    if (entry.source == "DEFAULT") continue;
    values.emplace_back(std::move(entry.name), std::move(entry.value));
  }
  return conf.MergeClusterDefaults(values);
}

}  // namespace alluxio::client
