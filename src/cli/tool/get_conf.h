// RunGetConf: prints values of properties: getConf [--unit <arg>] [--source] [--master] [key].
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"
#include "conf/configuration.h"

namespace alluxio::cli {

// The exit code: 0, 1 for a key nobody knows or bad usage, -1 when the master cannot be asked.
int RunGetConf(const std::vector<std::string>& words, const conf::Configuration& conf,
               Printer& printer);

}  // namespace alluxio::cli
