// FileSystem: what a program does with an Alluxio namespace. The facade over the master and block
// clients, and the interface that fakes implement in tests of commands.
//
// Thread-safe; calls block. Paths are clean absolute Alluxio paths (model/path.h). Errors carry
// the master's own texts; a master that cannot be reached is UNAVAILABLE after the retries of
// alluxio.user.rpc.retry.*.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/fs/file_streams.h"
#include "model/acl.h"
#include "model/block_info.h"
#include "model/file_info.h"
#include "model/fs_options.h"
#include "model/worker_info.h"

namespace alluxio::client {

struct OpenOptions {
  std::optional<ReadType> read_type;  // absent: alluxio.user.file.readtype.default
  bool update_timestamps = true;
};

// Absent values come from the client's configuration (alluxio.user.*).
struct CreateOptions {
  std::optional<WriteType> write_type;
  std::optional<int64_t> block_size;
  std::optional<Mode> mode;
  bool recursive = true;
  bool overwrite = false;
  std::optional<int64_t> ttl_ms;
  std::optional<TtlAction> ttl_action;
};

struct PersistOptions {
  int64_t wait_ms = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<FileInfo> GetStatus(const std::string& path, const GetStatusOptions& options) = 0;
  Result<FileInfo> GetStatus(const std::string& path) { return GetStatus(path, {}); }
  // Calls `each` for every entry in the order the master sends them; entries already seen stay
  // seen when the call fails later.
  virtual Status IterateStatus(const std::string& path, const ListStatusOptions& options,
                               const std::function<void(const FileInfo&)>& each) = 0;
  Result<std::vector<FileInfo>> ListStatus(const std::string& path,
                                           const ListStatusOptions& options = {});
  virtual Result<bool> Exists(const std::string& path) = 0;

  virtual Status CreateDirectory(const std::string& path,
                                 const CreateDirectoryOptions& options) = 0;
  virtual Status Delete(const std::string& path, const DeleteOptions& options) = 0;
  virtual Status Rename(const std::string& from, const std::string& to,
                        const RenameOptions& options) = 0;
  virtual Status Free(const std::string& path, const FreeOptions& options) = 0;
  virtual Status SetAttribute(const std::string& path, const SetAttributeOptions& options) = 0;
  virtual Status SetAcl(const std::string& path, SetAclAction action,
                        const std::vector<AclEntry>& entries, const SetAclOptions& options) = 0;
  // Asks the master to persist in the background.
  virtual Status SchedulePersist(const std::string& path, const PersistOptions& options) = 0;
  virtual Status NeedsSync(const std::string& path) = 0;
  // Keeping a path in step by the events of its under store.
  virtual Status StartSync(const std::string& path) = 0;
  virtual Status StopSync(const std::string& path) = 0;
  virtual Result<std::vector<std::string>> SyncPaths() = 0;
  // Paths below `path` whose metadata differs from the under store's.
  virtual Result<std::vector<std::string>> CheckConsistency(const std::string& path) = 0;

  virtual Status Mount(const std::string& path, const std::string& ufs_uri,
                       const MountOptions& options) = 0;
  virtual Status UpdateMount(const std::string& path, const MountOptions& options) = 0;
  virtual Status Unmount(const std::string& path) = 0;
  virtual Result<std::map<std::string, MountPointInfo>> MountTable(bool check_ufs) = 0;

  // NOT_FOUND, INVALID_ARGUMENT for a directory, FAILED_PRECONDITION for an incomplete file.
  virtual Result<std::unique_ptr<FileInStream>> OpenFile(const std::string& path,
                                                         const OpenOptions& options) = 0;
  Result<std::unique_ptr<FileInStream>> OpenFile(const std::string& path) {
    return OpenFile(path, {});
  }
  virtual Result<std::unique_ptr<FileOutStream>> CreateFile(const std::string& path,
                                                            const CreateOptions& options) = 0;
  // Makes a worker (one on this host when `local`) hold every block of the file.
  virtual Status LoadBlocks(const FileInfo& file, bool local) = 0;

  // Load jobs of the master, see stub/fs_master_client.h.
  virtual Result<std::string> SubmitJob(const std::string& request) = 0;
  virtual Result<bool> StopLoadJob(const std::string& path) = 0;
  virtual Result<std::string> LoadJobProgress(const std::string& path,
                                              const JobProgressOptions& options) = 0;

  virtual Result<std::string> PathOfFileId(InodeId id) = 0;
  virtual Result<BlockInfo> GetBlockInfo(BlockId id) = 0;
  virtual Result<std::vector<WorkerInfo>> Workers() = 0;
  virtual Result<int64_t> CapacityBytes() = 0;
  virtual Result<int64_t> UsedBytes() = 0;
  // "host:port" of the primary master, and of every master configured.
  virtual Result<std::string> PrimaryAddress() = 0;
  virtual std::vector<std::string> MasterAddresses() = 0;
};

}  // namespace alluxio::client
