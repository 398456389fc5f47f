// RunVersion: version [-r|--revision [length]]: the release of Alluxio this is compatible with,
// and the revision it was built from.
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"

namespace alluxio::cli {

inline constexpr std::string_view kCompatibleVersion = "2.9.6";

int RunVersion(const std::vector<std::string>& words, Printer& printer);

}  // namespace alluxio::cli
