// Termination: waits for the signals by which operators end a server (SIGTERM, SIGINT).
#pragma once

namespace alluxio {

class Termination {
 public:
  // Holds the signals back for this thread and those it starts later, so make one before the first
  // thread. SIGPIPE is ignored from now on: a broken connection is an error of its own call.
  Termination();
  // Returns the number of the signal that came.
  int Wait();
};

}  // namespace alluxio
