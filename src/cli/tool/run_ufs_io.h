// RunUfsIo: how fast a store is written and read from this host.
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"
#include "env/clock.h"
#include "ufs/ufs.h"

namespace alluxio::cli {

// --path <uri> [--io-size <size>] [--threads <n>]: each thread writes and then reads a file of that
// size. Prints one JSON object; speeds are in MiB a second. What was written is deleted again. The
// exit code: 0, 1 when something failed, 255 for wrong arguments.
int RunUfsIo(const std::vector<std::string>& words, ufs::UfsFactory& factory, Clock& clock,
                 Printer& printer);

}  // namespace alluxio::cli
