#include "client/fs/cluster_defaults.h"

#include "conf/configuration.h"
#include "stub/connection_options.h"

namespace alluxio::client {

Result<PathDefaults> LoadClusterDefaults(conf::Configuration& conf) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  return stub::LoadClusterDefaults(conf, conf::Role::kClient, options);
}

}  // namespace alluxio::client
