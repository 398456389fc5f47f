// Cluster defaults of a client: see stub/cluster_defaults.h.
#pragma once

#include "base/result.h"
#include "stub/cluster_defaults.h"

namespace alluxio::client {

using stub::PathDefaults;

// Merges what the masters have for clients into `conf`, patiently as alluxio.user.rpc.retry.* say,
// and returns what they have for paths. Call it before anything else is made from `conf`. Blocks.
Result<PathDefaults> LoadClusterDefaults(conf::Configuration& conf);

}  // namespace alluxio::client
