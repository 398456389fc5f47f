// WorkerProcess: one worker, wired from its properties: store, under stores, master, RPC server.
//
// The server listens as soon as the store is open; registration goes on in the background for as
// long as the master is away. Owned by one thread.
#pragma once

#include <memory>

#include "base/result.h"
#include "conf/configuration.h"
#include "model/worker_info.h"

namespace alluxio::worker {

class WorkerProcess {
 public:
  // INVALID_ARGUMENT for properties, the store's error when no storage directory can be used,
  // UNAVAILABLE when the port is taken.
  static Result<std::unique_ptr<WorkerProcess>> Start(const conf::Configuration& conf);
  ~WorkerProcess();  // Stop()

  const WorkerNetAddress& address() const;
  // Whether the master has taken this worker in.
  bool registered() const;
  // Refuses new calls, lets running ones end for a while, then ends. Idempotent.
  void Stop();

 private:
  struct Parts;
  explicit WorkerProcess(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The whole life of the program: properties, log, Start, wait for SIGTERM, Stop. Returns the exit
// code; errors go to stderr and the log.
int RunWorker(int argc, char** argv);

}  // namespace alluxio::worker
