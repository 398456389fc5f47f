// FsContext: what the commands of "alluxio fs" work with.
#pragma once

#include <string>
#include <vector>

#include "client/fs/file_system.h"
#include "env/clock.h"
#include "env/disk.h"
#include "stub/job_master_client.h"

namespace alluxio::cli {

// Nothing is owned; everything outlives the commands.
struct FsContext {
  client::FileSystem* fs = nullptr;
  Disk* local = nullptr;  // files of this host, for copies
  Clock* clock = nullptr;
  std::string date_pattern = "MM-dd-yyyy HH:mm:ss:SSS";  // alluxio.user.date.format.pattern
  bool show_permissions = true;  // alluxio.security.authorization.permission.enabled, SIMPLE
  std::vector<std::string> media;  // that files can be pinned on; empty = any
  int cpus = 1;
  stub::JobMasterClient* jobs = nullptr;  // null: nobody said where the job master is
  int batch_size = 1;                     // alluxio.job.request.batch.size
  std::string write_type = "ASYNC_THROUGH";  // alluxio.user.file.writetype.default
  int64_t heartbeat_ms = 1000;  // of workers: how soon they act on what they are told
};

}  // namespace alluxio::cli
