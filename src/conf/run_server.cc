#include "conf/run_server.h"

#include <fmt/core.h>

#include <cstdio>

#include "base/log.h"

namespace alluxio::conf {
namespace {

Status Run(const ServerMain& server, int argc, char** argv,
           const std::function<Status(Configuration& conf, Termination& termination)>& run) {
  Termination termination;
  ASSIGN_OR_RETURN(Configuration conf,
                   Configuration::Load(LoadOptions::OfProcess(server.role, argc, argv)));
  LogFileOptions log;
  log.path = conf.GetString("alluxio.logs.dir") + "/" + server.log_file;
  RETURN_IF_ERROR(LogToFile(log));
  conf.LogWarnings();
  return run(conf, termination);
}

}  // namespace

int RunServer(const ServerMain& server, int argc, char** argv,
              const std::function<Status(Configuration& conf, Termination& termination)>& run) {
  const Status ran = Run(server, argc, argv, run);
  if (ran.Is(StatusCode::kCancelled)) {
    LOG_INFO("{}: {}", server.name, ran.message());
  } else if (!ran.ok()) {
    LOG_ERROR("{}: not started error={}", server.name, ran.ToString());
  }
  FlushLog();
  if (ran.ok() || ran.Is(StatusCode::kCancelled)) return 0;
  fmt::print(stderr, "{}: {}\n", server.program, ran.message());
  return 1;
}

}  // namespace alluxio::conf
