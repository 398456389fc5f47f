// RunFsAdmin: the tool "alluxio fsadmin" of a running cluster.
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"
#include "conf/configuration.h"

namespace alluxio::cli {

// `words`: the sub-command and what follows it. Returns the exit code.
int RunFsAdmin(const std::vector<std::string>& words, conf::Configuration& conf, Printer& printer);

}  // namespace alluxio::cli
