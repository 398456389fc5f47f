// RunServer: what the main function of every server has in common: signals, configuration, log
// file, and how a start that failed is told.
#pragma once

#include <functional>
#include <string>

#include "base/status.h"
#include "conf/configuration.h"
#include "conf/load_options.h"
#include "env/termination.h"

namespace alluxio::conf {

struct ServerMain {
  std::string program;   // "AlluxioWorker"
  std::string name;      // of it in the log: "worker"
  Role role;
  std::string log_file;  // "worker.log", in alluxio.logs.dir
};

// Calls `run`, which serves until a signal comes, and returns the exit status of the process: 0
// when `run` is OK or CANCELLED, which is said only in the log.
int RunServer(const ServerMain& server, int argc, char** argv,
              const std::function<Status(Configuration& conf, Termination& termination)>& run);

}  // namespace alluxio::conf
