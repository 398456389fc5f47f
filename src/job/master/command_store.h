// CommandStore: what survives a job master: one file a command, in the journal folder.
//
//   JobMaster/commands/<id>   the serialized CommandRecord of proto/grpc/job_work.proto
//
// Thread-safe, as the under store is; every call blocks on it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "job/master/job_types.h"
#include "ufs/ufs.h"

namespace alluxio::job {

struct KeptCommand {
  int64_t id = 0;
  std::string config;  // as Submit brought it
  std::string user;
  int64_t submitted_ms = 0;
  bool finished = false;
  int64_t finished_ms = 0;
  Progress progress;  // of one that is finished
};

class CommandStore {
 public:
  // `ufs` is the journal folder.
  explicit CommandStore(std::shared_ptr<ufs::Ufs> ufs) : ufs_(std::move(ufs)) {}

  // Makes the folder when it is not there.
  Status Prepare();
  // Durable when it returns OK.
  Status Save(const KeptCommand& command);
  Status Remove(int64_t id);
  // All, by id. Files that are no commands are passed over with a warning.
  Result<std::vector<KeptCommand>> Load();

 private:
  Result<std::string> Read(const ufs::UfsStatus& file);

  const std::shared_ptr<ufs::Ufs> ufs_;
};

}  // namespace alluxio::job
