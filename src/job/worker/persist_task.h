// The task of a Persist plan: a file as it is cached, written to an under store.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "client/fs/file_system.h"
#include "model/ids.h"
#include "ufs/ufs.h"

namespace alluxio::grpc::job {
class PersistWork;
}  // namespace alluxio::grpc::job

namespace alluxio::job {

class TaskStop;

struct UfsPlace {
  std::shared_ptr<ufs::Ufs> ufs;
  std::string key;
};

// For writing. PERMISSION_DENIED outside of the mount and in one that is read-only.
using OpenUfs = std::function<Result<UfsPlace>(MountId mount, const std::string& ufs_path)>;

class PersistTask {
 public:
  PersistTask(client::FileSystem& fs, OpenUfs open) : fs_(fs), open_(std::move(open)) {}

  // Nothing is visible before all of it is there. ALREADY_EXISTS when there is a file that is not
  // to be replaced and that no earlier try has left. Thread-safe; blocks.
  Status Run(const grpc::job::PersistWork& work, const TaskStop& stop);

 private:
  Status CheckPlace(const grpc::job::PersistWork& work, const UfsPlace& place, int64_t length);
  Status MakeParents(const std::string& path, const UfsPlace& place);

  client::FileSystem& fs_;
  const OpenUfs open_;
};

}  // namespace alluxio::job
