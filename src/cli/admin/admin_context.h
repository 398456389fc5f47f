// AdminContext: what the commands of "alluxio fsadmin" work with.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/duration.h"
#include "stub/block_master_client.h"
#include "stub/fs_master_client.h"
#include "stub/job_master_client.h"
#include "stub/meta_master_client.h"
#include "stub/metrics_master_client.h"

namespace alluxio::cli {

// What a worker's web port tells of the work that it does now.
struct WorkerOperations {
  int64_t running = 0;
  int64_t queued = 0;
};

// Nothing is owned; everything outlives the commands.
struct AdminContext {
  stub::MetaMasterClient* meta = nullptr;
  stub::BlockMasterClient* blocks = nullptr;
  stub::MetricsMasterClient* metrics = nullptr;
  stub::FileSystemMasterClient* files = nullptr;
  stub::JobMasterClient* jobs = nullptr;  // null: nobody said where the job master is
  std::string date_pattern = "MM-dd-yyyy HH:mm:ss:SSS";  // alluxio.user.date.format.pattern
  int worker_web_port = 30000;                           // where an address names none
  std::function<Result<WorkerOperations>(const std::string& host, int web_port)> ask_worker;
  // Makes the worker's metrics begin anew; called on several threads.
  std::function<Status(const WorkerNetAddress&)> clear_worker;
  std::function<void(Duration)> pause;
  // alluxio.user.worker.list.refresh.interval: how long clients go on with the workers they know.
  Duration worker_list_refresh = std::chrono::minutes(2);
  std::string worker_list_refresh_text = "2min";
};

}  // namespace alluxio::cli
