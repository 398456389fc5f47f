// What has to be done for one file: pure decisions, no calls.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "job/master/job_types.h"
#include "job/plan/block_plan.h"
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

// Makes copies on the workers that come first for the block, as many as there can be, or removes
// those on the workers that come last: who plans again meanwhile decides the same. Of a file that
// is nowhere else one copy stays. NOT_FOUND for a block that the file does not have.
Result<std::vector<TaskSpec>> PlanReplicas(const ReplicasPlan& plan, const FileInfo& file,
                                           const std::vector<WorkerInfo>& workers);
// NOT_FOUND when no worker of the host has the block; none when it is in the medium already.
Result<std::vector<TaskSpec>> PlanMove(const MovePlan& plan, const FileInfo& file);

// INVALID_ARGUMENT when command.path is a folder, FAILED_PRECONDITION for a file that is still
// being written. Preferred is the host that holds most blocks of `file`.
Result<TaskSpec> PlanPersist(const PersistCommand& command, const FileInfo& file,
                             int64_t submitted_ms);

// Preferred is the host that holds most blocks of `file`.
TaskSpec PlanCopy(const CopyCommand& command, const FileInfo& file,
                  const std::string& destination, int64_t submitted_ms);

// Where `path`, at or below command.source, is copied to.
std::string DestinationOf(const CopyCommand& command, const std::string& path);

}  // namespace alluxio::job
