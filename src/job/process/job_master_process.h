// JobMasterProcess: one job master, wired from its properties. Owned by one thread.
#pragma once

#include <memory>

#include "base/result.h"
#include "conf/configuration.h"
#include "stub/cluster_defaults.h"

namespace alluxio::job {

class JobMasterProcess {
 public:
  // Alone: serves when it returns. With ZooKeeper: stands for election.
  static Result<std::unique_ptr<JobMasterProcess>> Start(const conf::Configuration& conf,
                                                         const stub::PathDefaults& paths);
  ~JobMasterProcess();  // Stop()

  int port() const;
  // It was the primary and is not any more: what is in memory is of no use.
  bool must_restart() const;
  void Stop();

 private:
  struct Parts;
  explicit JobMasterProcess(std::unique_ptr<Parts> parts);
  Status EnterElection(const conf::Configuration& conf);
  void TakeOver();

  std::unique_ptr<Parts> parts_;
};

// The whole life of the program. Returns the exit code.
int RunJobMaster(int argc, char** argv);

}  // namespace alluxio::job
