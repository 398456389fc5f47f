// CommandCounts: what became of commands, in 2.9's names: "Master.JobDistributedLoadSuccess",
// "Master.MigrateJobFail". A command is one; its files and bytes are those that were done.
#pragma once

#include "job/master/job_types.h"
#include "job/plan/command.h"

namespace alluxio::job {

// The counters are there, at 0, from the first call on. Thread-safe.
class CommandCounts {
 public:
  CommandCounts();
  void Finished(const Command& command, const Progress& progress) const;
};

}  // namespace alluxio::job
