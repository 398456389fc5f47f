// Cluster defaults: the values an administrator set on the masters and that clients take over
// unless they chose their own.
#pragma once

#include "base/status.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::client {

// Asks the primary master, as long as the configured retries allow, and merges what it has for
// clients into `conf`; call it before anything else is made from `conf`. Does nothing when
// alluxio.user.conf.cluster.default.enabled is false. Blocks.
Status LoadClusterDefaults(conf::Configuration& conf);

}  // namespace alluxio::client
