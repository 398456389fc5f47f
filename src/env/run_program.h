// RunProgram: another program's output, for tools that show what a machine says of itself.
#pragma once

#include <string>
#include <vector>

#include "base/duration.h"
#include "base/result.h"

namespace alluxio {

struct ProgramOptions {
  Duration patience = std::chrono::seconds(10);  // then it is killed: DEADLINE_EXCEEDED
  size_t output_bytes = 16 * 1024 * 1024;        // what comes beyond is dropped
};

struct ProgramOutcome {
  int exit_code = 0;   // 128 + signal where one ended it
  std::string output;  // standard output and error as they came
};

// `words`: the program, looked up in PATH, and its arguments; no shell reads them. NOT_FOUND when
// there is no such program. Blocks; thread-safe.
Result<ProgramOutcome> RunProgram(const std::vector<std::string>& words,
                                  const ProgramOptions& options = {});

}  // namespace alluxio
