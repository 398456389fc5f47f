// MasterProcess: one master, wired from its properties.
//
//   journal folder -> recover -> first-boot entries -> serving -> RPC server -> chores
//
// Nobody can call it before its state is complete and durable. Owned by one thread.
#pragma once

#include <memory>

#include "base/result.h"
#include "conf/configuration.h"

namespace alluxio::master {

struct MasterParts;

class MasterProcess {
 public:
  // FAILED_PRECONDITION for a journal that is not formatted, owned by another process or of another
  // user, or for properties that ask for what is not there; DATA_LOSS for a damaged journal;
  // UNAVAILABLE when the port is taken.
  static Result<std::unique_ptr<MasterProcess>> Start(const conf::Configuration& conf);
  ~MasterProcess();  // Stop()
  MasterProcess(const MasterProcess&) = delete;
  MasterProcess& operator=(const MasterProcess&) = delete;

  int port() const;
  // Answers running calls, refuses new ones, completes the journal's logs. Idempotent; the first
  // call returns what closing the journal returned.
  Status Stop();

 private:
  explicit MasterProcess(std::unique_ptr<MasterParts> parts);
  std::unique_ptr<MasterParts> parts_;
};

// The whole life of the program: properties, log, Start, wait for SIGTERM, Stop. Returns the exit
// code; errors go to stderr and the log.
int RunMaster(int argc, char** argv);

}  // namespace alluxio::master
