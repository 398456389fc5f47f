// Termination: waits for the signals by which operators end a server (SIGTERM, SIGINT).
#pragma once

#include <optional>

#include "base/duration.h"

namespace alluxio {

class Termination {
 public:
  // Holds the signals back for this thread and those it starts later, so make one before the first
  // thread. SIGPIPE is ignored from now on: a broken connection is an error of its own call.
  Termination();
  // Did a signal come that nobody was told of yet? From any thread.
  bool Came() const;
  // Returns the number of the signal that came.
  int Wait();
  // The same, for at most `limit`; nothing when no signal came. A signal is returned once.
  std::optional<int> WaitFor(Duration limit);
};

}  // namespace alluxio
