// RunValidateEnv: the tool "alluxio validateEnv" on this host: runs checks and says of each what is
// wrong and what to do. bin/alluxio asks the other hosts.
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"
#include "cli/tool/env_checks.h"

namespace alluxio::cli {

// `words`: local, master, worker, cluster or list, then perhaps the beginning of checks' names. The
// exit code: -1 when a check failed or none has the name, -2 for a wrong target.
int RunValidateEnv(const std::vector<std::string>& words, const std::vector<EnvCheck>& checks,
                   const CheckParts& parts, Printer& printer);

}  // namespace alluxio::cli
