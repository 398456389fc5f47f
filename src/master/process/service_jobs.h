// The job service, as a master uses it: its jobs, for the pages, and copies of blocks.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "master/chores/replication_desk.h"
#include "master/web/web_parts.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::master {

// Asks the job master each time, once and not patiently. Thread-safe; blocks.
Result<std::function<Result<std::vector<ServiceJob>>()>> ServiceJobsOf(
    const conf::Configuration& conf);

// Asks the job master each time.
Result<std::unique_ptr<ReplicationDesk>> ReplicationDeskOf(const conf::Configuration& conf);

}  // namespace alluxio::master
