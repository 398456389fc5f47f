// MasterProcess: one master, wired from its properties.
//
//   alone:    journal folder -> recover -> first-boot entries -> serving -> RPC server -> chores
//   several:  journal folder -> follow -> RPC server -> standby
//                 -> elected -> take over -> first-boot entries -> serving -> chores -> announced
//
// Nobody is answered from its state before that is complete and durable, or when another master may
// be the primary. Owned by one thread.
#pragma once

#include <functional>
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
  static Result<std::unique_ptr<MasterProcess>> Start(
      const conf::Configuration& conf, std::function<bool()> stopping = {});
  ~MasterProcess();  // Stop()
  MasterProcess(const MasterProcess&) = delete;
  MasterProcess& operator=(const MasterProcess&) = delete;

  int port() const;
  // Of several masters: this one has lost its place or what it had read, refuses every call, and
  // the process is to start again (restart.h). Thread-safe.
  bool must_restart() const;
  // Answers running calls, refuses new ones, completes the journal's logs. Idempotent; the first
  // call returns what closing the journal returned.
  Status Stop();

 private:
  explicit MasterProcess(std::unique_ptr<MasterParts> parts);
  Status StartAlone(const std::string& login);
  Status StartAmongOthers(const std::string& login);
  std::unique_ptr<MasterParts> parts_;
};

// The whole life of the program: properties, log, Start, wait for SIGTERM, Stop. Returns the exit
// code; errors go to stderr and the log. Of several masters, one that must start again replaces the
// image of this process by a new one.
int RunMaster(int argc, char** argv);

}  // namespace alluxio::master
