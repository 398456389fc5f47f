// The jobs of the job service, for the pages of a master.
#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "master/web/web_parts.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::master {

// Asks the job master each time, once and not patiently. Thread-safe; blocks.
Result<std::function<Result<std::vector<ServiceJob>>()>> ServiceJobsOf(
    const conf::Configuration& conf);

}  // namespace alluxio::master
