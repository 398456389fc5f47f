// FileSystemMasterWorkerClient: what a worker asks the namespace part of the master. Methods
// block. Thread-safe. Virtual so that tests can stand in for the master.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/block_info.h"
#include "model/file_info.h"
#include "model/fs_options.h"
#include "stub/master_connection.h"

namespace alluxio::stub {

struct UfsMountInfo {
  std::string uri;
  MountOptions options;
};

// Write these blocks, in order, to one file of an under store.
struct PersistOrder {
  InodeId file_id = kNoInode;
  MountId mount_id = kNoMount;
  std::string temp_ufs_path;  // full URI; the master renames it into place
  int64_t length = 0;
  std::vector<BlockInfo> blocks;  // with locations
  std::string owner;
  std::string group;
  Mode mode;
};

struct PersistedFile {
  InodeId file_id = kNoInode;
  std::string fingerprint;
};

struct FailedFile {
  InodeId file_id = kNoInode;
  std::string reason;
};

class FileSystemMasterWorkerClient {
 public:
  explicit FileSystemMasterWorkerClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~FileSystemMasterWorkerClient() = default;

  // Reports what became of earlier orders and fetches new ones. One attempt.
  virtual Result<std::vector<PersistOrder>> Heartbeat(WorkerId worker,
                                                      const std::vector<PersistedFile>& persisted,
                                                      const std::vector<FailedFile>& failed);
  virtual Result<std::vector<InodeId>> GetPinnedFileIds();
  virtual Result<UfsMountInfo> GetUfsInfo(MountId mount);
  virtual Result<FileInfo> GetFileInfo(InodeId file);

 private:
  Status Call(const char* method, const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response);

  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
