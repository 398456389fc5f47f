#include "client/fs/cluster_file_system.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/block/block_source.h"
#include "client/fs/block_in_stream.h"
#include "client/fs/block_out_stream.h"

namespace alluxio::client {
namespace {

// What was asked for, completed with what is configured for the path.
CreateFileOptions CreationOf(const CreateOptions& options, const ClientOptions& mine) {
  CreateFileOptions create;
  create.common.sync_interval_ms = mine.sync_interval_ms;
  create.common.ttl_ms = options.ttl_ms ? options.ttl_ms : mine.ttl_ms;
  create.common.ttl_action = options.ttl_action ? options.ttl_action : mine.ttl_action;
  create.block_size = options.block_size.value_or(mine.block_size);
  Mode mode{static_cast<uint16_t>(0666 & ~mine.umask)};
  create.mode = options.mode.value_or(mode);
  create.recursive = options.recursive;
  create.overwrite = options.overwrite;
  create.write_type = options.write_type.value_or(mine.write_type);
  create.replication_min = mine.replication_min;
  create.replication_max = mine.replication_max;
  create.replication_durable = mine.replication_durable;
  create.persistence_wait_ms = mine.persist_wait_ms;
  return create;
}

}  // namespace

Result<std::unique_ptr<FileSystem>> ClusterFileSystem::Connect(const conf::Configuration& conf,
                                                               const stub::PathDefaults& paths,
                                                               Disk& disk) {
  ASSIGN_OR_RETURN(std::unique_ptr<FileSystem> fs, Open(conf, paths, disk));
  return fs;
}

Result<std::unique_ptr<ClusterFileSystem>> ClusterFileSystem::Open(
    const conf::Configuration& conf, const stub::PathDefaults& paths, Disk& disk) {
  ASSIGN_OR_RETURN(ClientOptions options, ClientOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  auto connection = std::make_shared<stub::MasterConnection>(locator, options.connection);
  return std::make_unique<ClusterFileSystem>(
      std::move(connection), std::make_unique<PathOptions>(conf, std::move(options), paths), disk);
}

ClusterFileSystem::ClusterFileSystem(std::shared_ptr<stub::MasterConnection> connection,
                                     std::unique_ptr<PathOptions> options, Disk& disk)
    : connection_(std::move(connection)),
      master_(std::make_shared<stub::FileSystemMasterClient>(connection_)),
      directory_(std::make_shared<WorkerDirectory>(
          std::make_shared<stub::BlockMasterClient>(connection_), options->Everywhere())),
      options_(std::move(options)),
      disk_(disk) {}

Result<CommonOptions> ClusterFileSystem::Common(const std::string& path,
                                                const CommonOptions& given) const {
  CommonOptions common = given;
  if (common.sync_interval_ms) return common;
  ASSIGN_OR_RETURN(PathOptions::Shared mine, options_->Of(path));
  common.sync_interval_ms = mine->sync_interval_ms;
  return common;
}

Result<FileInfo> ClusterFileSystem::GetStatus(const std::string& path,
                                              const GetStatusOptions& options) {
  GetStatusOptions filled = options;
  ASSIGN_OR_RETURN(filled.common, Common(path, options.common));
  return master_->GetStatus(path, filled);
}

Status ClusterFileSystem::IterateStatus(const std::string& path, const ListStatusOptions& options,
                                        const std::function<void(const FileInfo&)>& each) {
  ListStatusOptions filled = options;
  ASSIGN_OR_RETURN(filled.common, Common(path, options.common));
  return master_->ListStatus(path, filled, [&](std::vector<FileInfo> batch) {
    for (const FileInfo& entry : batch) each(entry);
    return OkStatus();
  });
}

Result<ListPage> ClusterFileSystem::ListStatusPage(const std::string& path,
                                                   const ListPageOptions& options) {
  ListPageOptions filled = options;
  ASSIGN_OR_RETURN(filled.list.common, Common(path, options.list.common));
  return master_->ListStatusPage(path, filled);
}

Result<bool> ClusterFileSystem::Exists(const std::string& path) {
  ExistsOptions options;
  ASSIGN_OR_RETURN(options.common, Common(path, {}));
  return master_->Exists(path, options);
}

Status ClusterFileSystem::CreateDirectory(const std::string& path,
                                          const CreateDirectoryOptions& options) {
  CreateDirectoryOptions filled = options;
  ASSIGN_OR_RETURN(PathOptions::Shared mine, options_->Of(path));
  ASSIGN_OR_RETURN(filled.common, Common(path, options.common));
  // A Java master takes an absent TTL of a directory for 0: expired at once.
  if (!filled.common.ttl_ms) {
    filled.common.ttl_ms = mine->ttl_ms.value_or(kNoTtl);
    filled.common.ttl_action = mine->ttl_action;
  }
  filled.write_type = mine->write_type;
  if (!filled.mode) filled.mode = Mode{static_cast<uint16_t>(0777 & ~mine->umask)};
  return master_->CreateDirectory(path, filled);
}

Status ClusterFileSystem::Delete(const std::string& path, const DeleteOptions& options) {
  DeleteOptions filled = options;
  ASSIGN_OR_RETURN(filled.common, Common(path, options.common));
  return master_->Remove(path, filled);
}

Status ClusterFileSystem::Rename(const std::string& from, const std::string& to,
                                 const RenameOptions& options) {
  RenameOptions filled = options;
  ASSIGN_OR_RETURN(filled.common, Common(from, options.common));
  return master_->Rename(from, to, filled);
}

Status ClusterFileSystem::Free(const std::string& path, const FreeOptions& options) {
  return master_->Free(path, options);
}

Status ClusterFileSystem::SetAttribute(const std::string& path,
                                       const SetAttributeOptions& options) {
  SetAttributeOptions filled = options;
  ASSIGN_OR_RETURN(filled.common, Common(path, options.common));
  return master_->SetAttribute(path, filled);
}

Status ClusterFileSystem::SetAcl(const std::string& path, SetAclAction action,
                                 const std::vector<AclEntry>& entries,
                                 const SetAclOptions& options) {
  SetAclOptions filled = options;
  ASSIGN_OR_RETURN(filled.common, Common(path, options.common));
  return master_->SetAcl(path, action, entries, filled);
}

Status ClusterFileSystem::SchedulePersist(const std::string& path, const PersistOptions& options) {
  return master_->ScheduleAsyncPersistence(path, options.wait_ms);
}

Status ClusterFileSystem::NeedsSync(const std::string& path) { return master_->NeedsSync(path); }

Status ClusterFileSystem::StartSync(const std::string& path) { return master_->StartSync(path); }

Status ClusterFileSystem::StopSync(const std::string& path) { return master_->StopSync(path); }

Result<std::string> ClusterFileSystem::SubmitJob(const std::string& request) {
  return master_->SubmitJob(request);
}

Result<bool> ClusterFileSystem::StopLoadJob(const std::string& path) {
  return master_->StopLoadJob(path);
}

Result<std::string> ClusterFileSystem::LoadJobProgress(const std::string& path,
                                                       const JobProgressOptions& options) {
  return master_->LoadJobProgress(path, options);
}

Result<std::vector<std::string>> ClusterFileSystem::SyncPaths() {
  return master_->GetSyncPathList();
}

Result<std::vector<std::string>> ClusterFileSystem::CheckConsistency(const std::string& path) {
  ASSIGN_OR_RETURN(CommonOptions common, Common(path, {}));
  return master_->CheckConsistency(path, common);
}

Status ClusterFileSystem::Mount(const std::string& path, const std::string& ufs_uri,
                                const MountOptions& options) {
  return master_->Mount(path, ufs_uri, options);
}

Status ClusterFileSystem::UpdateMount(const std::string& path, const MountOptions& options) {
  return master_->UpdateMount(path, options);
}

Status ClusterFileSystem::Unmount(const std::string& path) { return master_->Unmount(path); }

Result<std::map<std::string, MountPointInfo>> ClusterFileSystem::MountTable(bool check_ufs) {
  return master_->GetMountTable(check_ufs);
}

Result<std::unique_ptr<FileInStream>> ClusterFileSystem::OpenFile(const std::string& path,
                                                                  const OpenOptions& options) {
  GetStatusOptions status_options;
  status_options.access_mode = Bits::kRead;
  status_options.update_timestamps = options.update_timestamps;
  ASSIGN_OR_RETURN(FileInfo file, GetStatus(path, status_options));
  if (file.folder) {
    return InvalidArgument(
        fmt::format("Cannot read from {} because it is a directory", file.path));
  }
  if (!file.completed) {
    return FailedPrecondition(fmt::format("Cannot read from {} because it is incomplete. Wait for "
                                          "the file to be marked as complete by the writing thread "
                                          "or application.",
                                          file.path));
  }
  if (file.length > 0 && file.block_size <= 0) {
    return InternalError(fmt::format("{}: Invalid block size {}", file.path, file.block_size));
  }
  ASSIGN_OR_RETURN(PathOptions::Shared mine, options_->Of(path));
  ReadType read_type = options.read_type.value_or(mine->read_type);
  return std::unique_ptr<FileInStream>(
      std::make_unique<BlockInStream>(directory_, disk_, std::move(file), read_type));
}

Result<std::unique_ptr<FileOutStream>> ClusterFileSystem::CreateFile(
    const std::string& path, const CreateOptions& options) {
  ASSIGN_OR_RETURN(PathOptions::Shared mine, options_->Of(path));
  CreateFileOptions create = CreationOf(options, *mine);
  ASSIGN_OR_RETURN(FileInfo file, master_->CreateFile(path, create));
  return BlockOutStream::Open(master_, directory_, disk_, std::move(file), create.write_type);
}

Result<WorkerNetAddress> ClusterFileSystem::LocalWorker() {
  ASSIGN_OR_RETURN(std::vector<WorkerInfo> workers, directory_->Live());
  for (const WorkerInfo& worker : workers) {
    if (directory_->IsLocal(worker.address)) return worker.address;
  }
  return NotFound("When local option is specified, there must be a local worker available");
}

Status ClusterFileSystem::LoadBlock(const FileInfo& file, size_t index, bool local) {
  const BlockInfo& block = file.blocks[index].block;
  BlockSource source;
  if (local) {
    ASSIGN_OR_RETURN(source.worker, LocalWorker());
  } else {
    bool in_ufs = file.persistence == PersistenceState::kPersisted ||
                  file.persistence == PersistenceState::kToBePersisted;
    ASSIGN_OR_RETURN(source, ChooseSource(*directory_, block, in_ufs, {}));
  }
  stub::CacheOrder order;
  order.block_id = block.id;
  order.length = block.length;
  order.source_host = source.worker.container_host.empty() ? source.worker.host
                                                           : source.worker.container_host;
  order.source_port = source.worker.data_port;
  if (file.persistence == PersistenceState::kPersisted) {
    order.ufs.ufs_path = file.ufs_path;
    order.ufs.offset_in_file = static_cast<int64_t>(index) * file.block_size;
    order.ufs.block_size = block.length;
    order.ufs.mount_id = file.mount_id;
  }
  Status cached = directory_->ClientOf(source.worker)->Cache(order);
  if (cached.ok()) return cached;
  return Status(cached.code(),
                fmt::format("Failed to complete cache request from {} for block {} of file {}: {}",
                            source.worker.host, block.id, file.path, cached.message()));
}

Status ClusterFileSystem::LoadBlocks(const FileInfo& file, bool local) {
  for (size_t i = 0; i < file.blocks.size(); ++i) RETURN_IF_ERROR(LoadBlock(file, i, local));
  return OkStatus();
}

Result<std::string> ClusterFileSystem::PathOfFileId(InodeId id) {
  return master_->GetFilePath(id);
}

Result<BlockInfo> ClusterFileSystem::GetBlockInfo(BlockId id) {
  return directory_->master().GetBlockInfo(id);
}

Result<std::vector<WorkerInfo>> ClusterFileSystem::Workers() {
  return directory_->master().GetWorkerList();
}

Result<int64_t> ClusterFileSystem::CapacityBytes() {
  return directory_->master().GetCapacityBytes();
}

Result<int64_t> ClusterFileSystem::UsedBytes() { return directory_->master().GetUsedBytes(); }

Result<std::string> ClusterFileSystem::PrimaryAddress() {
  ASSIGN_OR_RETURN(stub::MasterAddress address, connection_->locator().Primary());
  return address.ToString();
}

std::vector<std::string> ClusterFileSystem::MasterAddresses() {
  std::vector<std::string> names;
  for (const stub::MasterAddress& address : connection_->locator().All()) {
    names.push_back(address.ToString());
  }
  return names;
}

}  // namespace alluxio::client
