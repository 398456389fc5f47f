#include "master/sync/inode_loader.h"

#include <algorithm>

#include "master/sync/directory_id_supply.h"
#include "master/tree/directory_ids.h"
#include "master/tree/inode_entries.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

constexpr size_t kMostRemoved = 10'000;  // blocks that wait for Finish

// Only what the under store has, whole, may disappear with it.
bool HasUnderStoreCopy(InodeView inode) {
  return inode.persistence() == PersistenceState::kPersisted &&
         (inode.is_directory() || inode.completed());
}

}  // namespace

InodeLoader::InodeLoader(const SyncParts& parts, const SyncSettings& settings, OpContext& context,
                         MountPointPtr mount, std::string ufs_type)
    : parts_(parts),
      settings_(settings),
      context_(context),
      mount_(std::move(mount)),
      ufs_type_(std::move(ufs_type)) {}

Status InodeLoader::Reserve(const ufs::UfsStatus& status) {
  if (containers_.contains(status.key)) return OkStatus();
  int64_t container = 0;
  if (!status.is_directory) {
    ASSIGN_OR_RETURN(container, parts_.blocks->NewContainerId(context_));
  }
  containers_[status.key] = container;
  return OkStatus();
}

Status InodeLoader::EnsureDirectoryIds(size_t count) {
  return DirectoryIdSupply(*parts_.directory_ids, *parts_.blocks, *parts_.ledger)
      .Ensure(context_, count);
}

// Directories of object stores have no time of their own.
int64_t InodeLoader::TimeOf(const ufs::UfsStatus& status) const {
  return status.modified_ms > 0 ? status.modified_ms : context_.NowMs();
}

Mode InodeLoader::ModeFor(const ufs::UfsStatus& status) const {
  Mode mode = status.mode;
  if (mount_->shared) {
    // Everybody may what the owner may.
    auto owner = static_cast<uint16_t>(mode.owner());
    mode.bits = static_cast<uint16_t>(mode.bits | (owner << 3) | owner);
  }
  return mode;
}

Status InodeLoader::Load(EditContext& edits, InodeView parent, const std::string& parent_path,
                         const std::string& name, const ufs::UfsStatus& status) {
  std::string path = JoinPath(parent_path, name);
  if (!CleanPath(path).ok()) return OkStatus();  // A name that no client could ask for.
  return status.is_directory ? LoadDirectory(edits, parent, path, name, status)
                             : LoadFile(edits, parent, path, name, status);
}

Status InodeLoader::LoadFile(EditContext& edits, InodeView parent, const std::string& path,
                             const std::string& name, const ufs::UfsStatus& status) {
  auto container = containers_.find(status.key);
  if (container == containers_.end()) {
    return InternalError("load " + path + ": no id was reserved for it");
  }
  NewFile file;
  file.inode.id = FileIdOfContainer(container->second);
  containers_.erase(container);
  file.inode.parent_id = parent.id();
  file.inode.name = name;
  file.inode.path = path;
  file.inode.persistence = PersistenceState::kPersisted;
  file.inode.pinned = parent.pinned();
  file.inode.media = parent.media();
  file.inode.creation_time_ms = context_.NowMs();
  file.inode.modification_time_ms = TimeOf(status);
  file.inode.access_time_ms = TimeOf(status);
  file.inode.owner = status.owner;
  file.inode.group = status.group;
  file.inode.mode = ModeFor(status);
  file.block_size = settings_.block_size_bytes;
  file.length = status.length;
  file.completed = true;
  file.block_count = (status.length + file.block_size - 1) / file.block_size;
  file.ufs_fingerprint = ufs::Fingerprint(ufs_type_, status);
  int64_t id_container = ContainerOf(file.inode.id);
  for (int64_t i = 0; i < file.block_count; ++i) {
    int64_t length = std::min(file.block_size, status.length - i * file.block_size);
    loaded_.push_back({MakeId(id_container, i), length});
  }
  edits.Record(NewFileEdit(file));
  return OkStatus();
}

Status InodeLoader::LoadDirectory(EditContext& edits, InodeView parent, const std::string& path,
                                  const std::string& name, const ufs::UfsStatus& status) {
  NewDirectory directory;
  directory.inode.id = parts_.directory_ids->Next();
  directory.inode.parent_id = parent.id();
  directory.inode.name = name;
  directory.inode.path = path;
  directory.inode.persistence = PersistenceState::kPersisted;
  directory.inode.pinned = parent.pinned();
  directory.inode.media = parent.media();
  directory.inode.creation_time_ms = context_.NowMs();
  directory.inode.modification_time_ms = TimeOf(status);
  directory.inode.access_time_ms = TimeOf(status);
  directory.inode.owner = status.owner;
  directory.inode.group = status.group;
  directory.inode.mode = ModeFor(status);
  edits.Record(parts_.directory_ids->TakeEdit());
  edits.Record(NewDirectoryEdit(directory));
  return OkStatus();
}

void InodeLoader::Update(EditContext& edits, InodeView inode, const ufs::UfsStatus& status) {
  InodeUpdate update;
  update.id = inode.id();
  if (!status.owner.empty()) update.owner = status.owner;
  if (!status.group.empty()) update.group = status.group;
  update.mode = ModeFor(status);
  update.ufs_fingerprint = ufs::Fingerprint(ufs_type_, status);
  update.modification_time_ms = std::max(inode.modification_time_ms(), status.modified_ms);
  edits.Record(UpdateInodeEdit(update));
}

void InodeLoader::RemoveOne(EditContext& edits, InodeView inode, std::string_view path) {
  if (inode.is_file()) {
    for (BlockId block : inode.block_ids()) removed_.push_back(block);
  }
  InodeDelete deletion;
  deletion.id = inode.id();
  deletion.time_ms = context_.NowMs();
  deletion.path = std::string(path);
  edits.Record(DeleteEdit(deletion));
}

void InodeLoader::RemoveFile(EditContext& edits, InodeView file, const std::string& path) {
  RemoveOne(edits, file, path);
}

Result<bool> InodeLoader::RemoveTree(InodeId id, const std::string& path) {
  bool all = true;
  SubtreeWalk walk(id, path, SubtreeWalk::Order::kChildrenFirst);
  while (!walk.done()) {
    RETURN_IF_ERROR(AwaitRoom());
    {
      WriterLock lock(parts_.tree->lock());
      WalkResult top = parts_.tree->Walk(path);
      if (!top.found() || top.last().id() != id) return true;
      EditContext edits(*parts_.ledger, context_);
      RETURN_IF_ERROR(edits.CheckAdmitted());
      walk.Next(*parts_.tree, settings_.slice, [&](InodeView at, std::string_view at_path) {
        bool stays = !HasUnderStoreCopy(at) || (at.is_directory() && at.child_count() > 0) ||
                     (at_path != path && parts_.mounts->IsMountPoint(at_path));
        if (stays) all = false;
        else RemoveOne(edits, at, at_path);
        return true;
      });
    }
    if (removed_.size() >= kMostRemoved) RETURN_IF_ERROR(Finish());
  }
  return all;
}

Status InodeLoader::AwaitRoom() {
  if (parts_.ledger->journal->WouldAdmit()) return OkStatus();
  return parts_.ledger->journal->WaitDurable(parts_.ledger->journal->appended());
}

Status InodeLoader::Finish() {
  if (!loaded_.empty()) {
    RETURN_IF_ERROR(parts_.blocks->CommitBlocksInUfs(context_, loaded_));
    loaded_.clear();
  }
  if (!removed_.empty()) {
    RETURN_IF_ERROR(parts_.blocks->RemoveBlocks(context_, removed_));
    removed_.clear();
  }
  containers_.clear();
  return OkStatus();
}

}  // namespace alluxio::master
