// JobWorkerProcess: one job worker, wired from its properties. Owned by one thread.
#pragma once

#include <memory>

#include "base/result.h"
#include "conf/configuration.h"
#include "stub/cluster_defaults.h"

namespace alluxio::job {

class JobWorkerProcess {
 public:
  // Registration goes on in the background for as long as the job master is away.
  static Result<std::unique_ptr<JobWorkerProcess>> Start(const conf::Configuration& conf,
                                                         const stub::PathDefaults& paths);
  ~JobWorkerProcess();  // Stop()

  int port() const;
  bool registered() const;
  void Stop();

 private:
  struct Parts;
  explicit JobWorkerProcess(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The whole life of the program. Returns the exit code.
int RunJobWorker(int argc, char** argv);

}  // namespace alluxio::job
