// "alluxio job": the job service as an operator sees it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "cli/printer.h"
#include "conf/configuration.h"
#include "stub/job_master_client.h"

namespace alluxio::cli {

// As patient as `conf` says; connects with the first call.
Result<std::unique_ptr<stub::JobMasterClient>> ConnectToJobMaster(
    const conf::Configuration& conf);

// Sorted by name, "help" included. `jobs` outlives the commands.
std::vector<Command> JobCommands(stub::JobMasterClient& jobs);

int RunJob(const std::vector<std::string>& words, conf::Configuration& conf, Printer& printer);

}  // namespace alluxio::cli
