// A command of the job service, from its submission to what became of each file, with the texts of
// Alluxio 2.9.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/fs/fs_context.h"
#include "cli/printer.h"

namespace alluxio::cli {

struct JobCommandResult {
  bool completed = false;         // every file
  std::set<std::string> failed;   // paths
};

// FAILED_PRECONDITION when nobody said where the job master is.
Result<stub::JobMasterClient*> JobsOf(const FsContext& context);

// Waits for a command and shows what became of it. A job master that is away is waited for, for a
// while.
Result<JobCommandResult> AwaitJobCommand(const FsContext& context, int64_t control_id,
                                         Printer& printer);

// What "getCmdStatus" shows, now. Adds the files that failed to `failed`.
Status ShowCmdStatus(stub::JobMasterClient& jobs, int64_t control_id, Printer& printer,
                     std::set<std::string>* failed);

// The first files that failed, and all of them in a file of their own below ./logs/user.
void ShowFailures(const FsContext& context, const std::string& what, const std::string& argument,
                  const std::set<std::string>& failed, Printer& printer);

}  // namespace alluxio::cli
