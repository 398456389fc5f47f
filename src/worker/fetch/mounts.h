// Mounts: the under stores of a worker, opened by mount id the first time they are needed.
//
// A request names a mount and a full path; only paths inside the root of that mount are served.
// Thread-safe; Resolve may call the master and blocks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "model/ids.h"
#include "stub/fs_master_worker_client.h"
#include "ufs/ufs.h"

namespace alluxio::worker {

struct UfsTarget {
  std::shared_ptr<ufs::Ufs> ufs;
  std::string key;
};

enum class UfsAccess { kRead, kWrite };

class Mounts {
 public:
  // Both must outlive this object.
  Mounts(stub::FileSystemMasterWorkerClient& master, ufs::UfsFactory& factory)
      : master_(master), factory_(factory) {}

  // INVALID_ARGUMENT for a malformed path, PERMISSION_DENIED outside the mount or for a write to a
  // read-only one; the master's or the under store's error when the mount cannot be opened.
  Result<UfsTarget> Resolve(MountId mount, const std::string& ufs_path, UfsAccess access);

 private:
  struct Open {
    std::shared_ptr<ufs::Ufs> ufs;
    std::string uri;
    bool read_only = false;
  };
  static constexpr size_t kMaxOpen = 10000;
  Result<Open> Get(MountId mount);

  stub::FileSystemMasterWorkerClient& master_;
  ufs::UfsFactory& factory_;
  Mutex mutex_;
  std::map<MountId, Open> open_ GUARDED_BY(mutex_);
};

// The key of `path` below the root `uri`: {"/data", "file:///data/a/b"} is "a/b".
// PERMISSION_DENIED when `path` is not inside, INVALID_ARGUMENT when it is malformed.
Result<std::string> KeyInside(std::string_view uri, std::string_view path);

}  // namespace alluxio::worker
