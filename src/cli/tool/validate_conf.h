// RunValidateConf: says whether the configuration can be used, and what is odd about it.
#pragma once

#include <vector>

#include "base/result.h"
#include "cli/printer.h"
#include "conf/configuration.h"

namespace alluxio::cli {

// What a server asks of its configuration before it starts; the error names the property.
using ConfCheck = Status (*)(const conf::Configuration& conf);

// `loaded` as Configuration::Load answered. Says of each check that fails why. The exit code: 0 or
// -1.
int RunValidateConf(const Result<conf::Configuration>& loaded,
                    const std::vector<ConfCheck>& checks, Printer& printer);

}  // namespace alluxio::cli
