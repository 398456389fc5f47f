// ClusterConf: what a worker takes over from the masters' configuration before it starts.
#pragma once

#include <functional>

#include "base/duration.h"
#include "base/result.h"
#include "conf/configuration.h"
#include "env/clock.h"

namespace alluxio::worker {

// Merges the cluster's defaults for workers into `conf`; see stub/cluster_defaults.h. A worker
// that ran without them could use other folders and limits than the administrator set, so it
// waits for a master, asking again after each `pause`, which returns false to give up (the process
// is to end). CANCELLED then; the last error when alluxio.worker.master.connect.retry.timeout is
// over; at once what asking again cannot cure. Blocks.
Status TakeClusterDefaults(conf::Configuration& conf, Clock& clock,
                           const std::function<bool(Duration)>& pause);

}  // namespace alluxio::worker
