// RunValidateConf: says whether the configuration can be used, and what is odd about it.
#pragma once

#include "base/result.h"
#include "cli/printer.h"
#include "conf/configuration.h"

namespace alluxio::cli {

// `loaded` as Configuration::Load answered. The exit code: 0 or -1.
int RunValidateConf(const Result<conf::Configuration>& loaded, Printer& printer);

}  // namespace alluxio::cli
