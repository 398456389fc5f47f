// FileSystemMasterClient: the namespace operations of the master, one method each.
//
// Paths are absolute. Errors are the master's own. Calls that change something carry an operation
// id chosen here once, so that a repeated attempt takes effect once. Methods block. Thread-safe.
// Virtual so that tests can stand in for the master.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/fs_options.h"
#include "stub/master_connection.h"

namespace alluxio::stub {

enum class UfsMode { kNoAccess = 1, kReadOnly = 2, kReadWrite = 3 };

class FileSystemMasterClient {
 public:
  explicit FileSystemMasterClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~FileSystemMasterClient() = default;

  virtual Result<FileInfo> GetStatus(const std::string& path,
                                     const GetStatusOptions& options = {});
  // `batch` gets the entries in order, some at a time; its error ends the listing.
  using Batch = std::function<Status(std::vector<FileInfo>)>;
  virtual Status ListStatus(const std::string& path, const ListStatusOptions& options,
                            const Batch& batch);
  // The whole listing at once.
  Result<std::vector<FileInfo>> ListAll(const std::string& path,
                                        const ListStatusOptions& options = {});
  virtual Result<ListPage> ListStatusPage(const std::string& path, const ListPageOptions& options);
  virtual Result<bool> Exists(const std::string& path, const ExistsOptions& options = {});
  virtual Status CheckAccess(const std::string& path, Bits bits);
  virtual Result<std::vector<std::string>> CheckConsistency(const std::string& path,
                                                            const CommonOptions& options = {});

  virtual Result<FileInfo> CreateFile(const std::string& path, const CreateFileOptions& options);
  virtual Status CompleteFile(const std::string& path, const CompleteFileOptions& options);
  virtual Result<BlockId> GetNewBlockId(const std::string& path);
  virtual Status CreateDirectory(const std::string& path, const CreateDirectoryOptions& options);
  virtual Status Remove(const std::string& path, const DeleteOptions& options = {});
  virtual Status Rename(const std::string& from, const std::string& to,
                        const RenameOptions& options = {});
  virtual Status SetAttribute(const std::string& path, const SetAttributeOptions& options);
  virtual Status SetAcl(const std::string& path, SetAclAction action,
                        const std::vector<AclEntry>& entries, const SetAclOptions& options = {});
  virtual Status Free(const std::string& path, const FreeOptions& options = {});
  // Persists `path` after `wait_ms`.
  virtual Status ScheduleAsyncPersistence(const std::string& path, int64_t wait_ms = 0);

  virtual Status Mount(const std::string& path, const std::string& ufs_uri,
                       const MountOptions& options = {});
  virtual Status Unmount(const std::string& path);
  virtual Status UpdateMount(const std::string& path, const MountOptions& options);
  // By path. `check_ufs` asks the under stores for their capacity.
  virtual Result<std::map<std::string, MountPointInfo>> GetMountTable(bool check_ufs = true);
  virtual Status UpdateUfsMode(const std::string& ufs_uri, UfsMode mode);
  virtual Result<std::string> ReverseResolve(const std::string& ufs_uri);

  virtual Status StartSync(const std::string& path);
  virtual Status StopSync(const std::string& path);
  virtual Result<std::vector<std::string>> GetSyncPathList();
  virtual Status NeedsSync(const std::string& path);

  // Load jobs. `request` is Java's (job/plan/load_job.h). The id of a new job; "" when one of the
  // path was there.
  virtual Result<std::string> SubmitJob(const std::string& request);
  // Whether it ran.
  virtual Result<bool> StopLoadJob(const std::string& path);
  virtual Result<std::string> LoadJobProgress(const std::string& path,
                                              const JobProgressOptions& options);

  virtual Result<std::string> GetFilePath(InodeId file);
  virtual Result<std::vector<std::string>> GetStateLockHolders();

  MasterConnection& connection() { return *connection_; }

 private:
  Status Call(const char* method, const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response);
  // `options` with an operation id of its own when it has none.
  CommonOptions Identified(const CommonOptions& options);

  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
