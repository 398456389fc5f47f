// AdminContext: what the commands of "alluxio fsadmin" work with.
#pragma once

#include <string>

#include "stub/block_master_client.h"
#include "stub/fs_master_client.h"
#include "stub/job_master_client.h"
#include "stub/meta_master_client.h"
#include "stub/metrics_master_client.h"

namespace alluxio::cli {

// Nothing is owned; everything outlives the commands.
struct AdminContext {
  stub::MetaMasterClient* meta = nullptr;
  stub::BlockMasterClient* blocks = nullptr;
  stub::MetricsMasterClient* metrics = nullptr;
  stub::FileSystemMasterClient* files = nullptr;
  stub::JobMasterClient* jobs = nullptr;  // null: nobody said where the job master is
  std::string date_pattern = "MM-dd-yyyy HH:mm:ss:SSS";  // alluxio.user.date.format.pattern
  int worker_web_port = 30000;                           // where an address names none
};

}  // namespace alluxio::cli
