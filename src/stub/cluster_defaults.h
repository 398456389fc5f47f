// ClusterDefaults: the values an administrator set on the masters, which workers and clients take
// over unless they chose their own.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "conf/configuration.h"
#include "stub/connection_options.h"

namespace alluxio::stub {

// By clean path: what clients use for everything below it.
using PathDefaults = std::map<std::string, conf::Configuration::Pairs>;

// Asks the primary master, as long as the retries of `options` allow, and merges what it has for
// processes of `role` into `conf`; call it before anything else is made from `conf`. Returns what
// is set for paths, nothing for a worker. Does nothing when
// alluxio.user.conf.cluster.default.enabled is false. A master of another version is logged.
// The call's error, or INVALID_ARGUMENT for a value that does not parse. Blocks.
Result<PathDefaults> LoadClusterDefaults(conf::Configuration& conf, conf::Role role,
                                         const ConnectionOptions& options);

}  // namespace alluxio::stub
