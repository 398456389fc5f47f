// What both job processes do first: wait for the master, whose cluster defaults they take over.
#pragma once

#include <functional>

#include "base/duration.h"
#include "base/result.h"
#include "conf/configuration.h"
#include "stub/cluster_defaults.h"

namespace alluxio::job {

// CANCELLED when `pause` returns false, which it does when the process is told to end.
Result<stub::PathDefaults> TakeClusterDefaults(conf::Configuration& conf,
                                               const std::function<bool(Duration)>& pause);

}  // namespace alluxio::job
