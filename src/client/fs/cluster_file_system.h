// ClusterFileSystem: the FileSystem of a running cluster.
#pragma once

#include <memory>
#include <string>

#include "client/block/client_options.h"
#include "client/block/worker_directory.h"
#include "client/fs/file_system.h"
#include "client/fs/path_options.h"
#include "env/disk.h"
#include "stub/block_master_client.h"
#include "stub/fs_master_client.h"
#include "stub/master_connection.h"

namespace alluxio::client {

class ClusterFileSystem : public FileSystem {
 public:
  // Connects on first use. `paths` as LoadClusterDefaults gave them. `disk` outlives the file
  // system.
  static Result<std::unique_ptr<FileSystem>> Connect(const conf::Configuration& conf,
                                                     const stub::PathDefaults& paths = {},
                                                     Disk& disk = Disk::Real());
  static Result<std::unique_ptr<ClusterFileSystem>> Open(const conf::Configuration& conf,
                                                         const stub::PathDefaults& paths,
                                                         Disk& disk = Disk::Real());
  ClusterFileSystem(std::shared_ptr<stub::MasterConnection> connection,
                    std::unique_ptr<PathOptions> options, Disk& disk);

  Result<FileInfo> GetStatus(const std::string& path, const GetStatusOptions& options) override;
  Status IterateStatus(const std::string& path, const ListStatusOptions& options,
                       const std::function<void(const FileInfo&)>& each) override;
  // Some entries of a folder, in the order of their names; a file lists itself.
  Result<ListPage> ListStatusPage(const std::string& path, const ListPageOptions& options);
  Result<bool> Exists(const std::string& path) override;
  Status CreateDirectory(const std::string& path, const CreateDirectoryOptions& options) override;
  Status Delete(const std::string& path, const DeleteOptions& options) override;
  Status Rename(const std::string& from, const std::string& to,
                const RenameOptions& options) override;
  Status Free(const std::string& path, const FreeOptions& options) override;
  Status SetAttribute(const std::string& path, const SetAttributeOptions& options) override;
  Status SetAcl(const std::string& path, SetAclAction action, const std::vector<AclEntry>& entries,
                const SetAclOptions& options) override;
  Status SchedulePersist(const std::string& path, const PersistOptions& options) override;
  Status NeedsSync(const std::string& path) override;
  Status StartSync(const std::string& path) override;
  Status StopSync(const std::string& path) override;
  Result<std::vector<std::string>> SyncPaths() override;
  Result<std::vector<std::string>> CheckConsistency(const std::string& path) override;
  Status Mount(const std::string& path, const std::string& ufs_uri,
               const MountOptions& options) override;
  Status UpdateMount(const std::string& path, const MountOptions& options) override;
  Status Unmount(const std::string& path) override;
  Result<std::map<std::string, MountPointInfo>> MountTable(bool check_ufs) override;
  Result<std::unique_ptr<FileInStream>> OpenFile(const std::string& path,
                                                 const OpenOptions& options) override;
  Result<std::unique_ptr<FileOutStream>> CreateFile(const std::string& path,
                                                    const CreateOptions& options) override;
  Status LoadBlocks(const FileInfo& file, bool local) override;
  Result<std::string> SubmitJob(const std::string& request) override;
  Result<bool> StopLoadJob(const std::string& path) override;
  Result<std::string> LoadJobProgress(const std::string& path,
                                      const JobProgressOptions& options) override;
  Result<std::string> PathOfFileId(InodeId id) override;
  Result<BlockInfo> GetBlockInfo(BlockId id) override;
  Result<std::vector<WorkerInfo>> Workers() override;
  Result<int64_t> CapacityBytes() override;
  Result<int64_t> UsedBytes() override;
  Result<std::string> PrimaryAddress() override;
  std::vector<std::string> MasterAddresses() override;

 private:
  // Adds the sync interval somebody configured.
  Result<CommonOptions> Common(const std::string& path, const CommonOptions& given) const;
  Result<WorkerNetAddress> LocalWorker();
  Status LoadBlock(const FileInfo& file, size_t index, bool local);

  const std::shared_ptr<stub::MasterConnection> connection_;
  const std::shared_ptr<stub::FileSystemMasterClient> master_;
  const std::shared_ptr<WorkerDirectory> directory_;
  const std::unique_ptr<PathOptions> options_;
  Disk& disk_;
};

}  // namespace alluxio::client
