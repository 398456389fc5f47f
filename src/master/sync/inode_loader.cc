#include "master/sync/inode_loader.h"

#include <algorithm>

#include "master/tree/directory_ids.h"
#include "master/tree/inode_entries.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

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
  file.inode.modification_time_ms = status.modified_ms;
  file.inode.access_time_ms = status.modified_ms;
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
  if (parts_.directory_ids->NeedsContainer()) {
    ASSIGN_OR_RETURN(int64_t container, parts_.blocks->NewContainerId(context_));
    edits.Record(DirectoryIds::StartContainerEdit(container));
  }
  NewDirectory directory;
  directory.inode.id = parts_.directory_ids->Next();
  directory.inode.parent_id = parent.id();
  directory.inode.name = name;
  directory.inode.path = path;
  directory.inode.persistence = PersistenceState::kPersisted;
  directory.inode.pinned = parent.pinned();
  directory.inode.media = parent.media();
  directory.inode.creation_time_ms = context_.NowMs();
  directory.inode.modification_time_ms = status.modified_ms;
  directory.inode.access_time_ms = status.modified_ms;
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

bool InodeLoader::Remove(EditContext& edits, InodeView inode, const std::string& path) {
  bool all = true;
  int64_t now_ms = context_.NowMs();
  SubtreeWalk walk(inode.id(), path, SubtreeWalk::Order::kChildrenFirst);
  while (!walk.done()) {
    walk.Next(*parts_.tree, settings_.slice, [&](InodeView at, std::string_view at_path) {
      bool stays = !HasUnderStoreCopy(at) || parts_.mounts->IsMountPoint(at_path) ||
                   (at.is_directory() && at.child_count() > 0);
      if (at_path == path) stays = !HasUnderStoreCopy(at) ||
                                   (at.is_directory() && at.child_count() > 0);
      if (stays) {
        all = false;
        return true;
      }
      if (at.is_file()) {
        for (BlockId block : at.block_ids()) removed_.push_back(block);
      }
      InodeDelete deletion;
      deletion.id = at.id();
      deletion.time_ms = now_ms;
      deletion.path = std::string(at_path);
      edits.Record(DeleteEdit(deletion));
      return true;
    });
  }
  return all;
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
  return OkStatus();
}

}  // namespace alluxio::master
