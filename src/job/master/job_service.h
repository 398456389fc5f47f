// The gRPC services of a job master.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "env/clock.h"
#include "env/executor.h"
#include "job/master/command_runner.h"
#include "job/master/job_table.h"
#include "rpc/service.h"

namespace alluxio::job {

// Nothing is owned; everything outlives the method table's server.
struct JobServiceParts {
  JobTable* table = nullptr;
  CommandRunner* runner = nullptr;
  Executor* blocking = nullptr;  // for calls that wait for the file system
  std::string host;              // this job master
  // 0 until it is known: a server that takes any free port answers before.
  std::atomic<int> port{0};
  int64_t start_time_ms = 0;
  std::string version;
  // Of several job masters only the primary answers; null: this one is alone.
  std::function<bool()> serving;

  Status CheckServing() const;
};

void AddJobClientService(const JobServiceParts& parts, rpc::MethodTable* methods);
void AddJobWorkerService(const JobServiceParts& parts, rpc::MethodTable* methods);
void AddJobVersionService(const JobServiceParts& parts, rpc::MethodTable* methods);

}  // namespace alluxio::job
