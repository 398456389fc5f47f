// What has to be done for one file: pure decisions, no calls.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "job/master/job_types.h"
#include "job/plan/command.h"
#include "model/file_info.h"
#include "model/worker_info.h"

namespace alluxio::job {

// The workers that may hold what `command` loads.
std::vector<WorkerInfo> EligibleWorkers(const LoadCommand& command,
                                        const std::vector<WorkerInfo>& workers);

// A task for each of `workers` that is to hold blocks of `file`; none when enough hold them. The
// same file and workers give the same choice each time, so that planning again loads no block
// twice. FAILED_PRECONDITION when there are too few workers, or the bytes are nowhere.
Result<std::vector<TaskSpec>> PlanLoad(const LoadCommand& command, const FileInfo& file,
                                       const std::vector<WorkerInfo>& workers);

// Preferred is the host that holds most blocks of `file`.
TaskSpec PlanCopy(const CopyCommand& command, const FileInfo& file,
                  const std::string& destination, int64_t submitted_ms);

// Where `path`, at or below command.source, is copied to.
std::string DestinationOf(const CopyCommand& command, const std::string& path);

}  // namespace alluxio::job
