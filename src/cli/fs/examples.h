// AddExamples: what `alluxio fs <command> --help` shows below the options. Alluxio 2.9 has none, so
// `fs help` does not show them.
#pragma once

#include <vector>

#include "cli/command.h"

namespace alluxio::cli {

// Sets Command::examples of each command that the table knows.
void AddExamples(std::vector<Command>* commands);

}  // namespace alluxio::cli
