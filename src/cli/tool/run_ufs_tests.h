// RunUfsTests: tries whether a store does what a mount needs, before it is mounted.
//
// A verdict per operation, under the names that Alluxio 2.9 gives them; what was written is deleted
// again. Calls block the one thread.
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"
#include "ufs/ufs.h"

namespace alluxio::cli {

// --path <uri> [--test <name>]. `fallback_path` is the root mount's address, for calls without
// --path. The exit code: 0, 1 when an operation failed, 255 for wrong arguments.
int RunUfsTests(const std::vector<std::string>& words, const std::string& fallback_path,
                ufs::UfsFactory& factory, Printer& printer);

}  // namespace alluxio::cli
