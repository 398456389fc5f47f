// ProcessWeb: the web port of a role that has nothing of its own to show: metrics, configuration,
// logs, threads.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "conf/configuration.h"

namespace alluxio::web {

struct ProcessWebOptions {
  std::string api;      // "/api/v1/job_worker"
  std::string process;  // what it calls itself: "job_worker"
  std::string keys;     // its properties are <keys>.bind.host and <keys>.port
};

class ProcessWeb {
 public:
  // Listens there. UNAVAILABLE when the port is taken. Keeps a copy of `conf`.
  static Result<std::unique_ptr<ProcessWeb>> Start(const conf::Configuration& conf,
                                                   const ProcessWebOptions& options);
  ~ProcessWeb();  // waits for requests that run
  ProcessWeb(const ProcessWeb&) = delete;
  ProcessWeb& operator=(const ProcessWeb&) = delete;

  int port() const;

 private:
  struct State;
  explicit ProcessWeb(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace alluxio::web
