#include "master/ops/ufs_parents.h"

#include "master/mount/mount_table.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"

namespace alluxio::master {

bool UfsParents::Plan(const WalkResult& walk, size_t count, const Owner& owner) {
  wanted_.clear();
  for (size_t i = 1; i < count; ++i) {
    std::string path(walk.prefix(i));
    bool exists = i < walk.inodes.size();
    if (exists && walk.inodes[i].persistence() == PersistenceState::kPersisted) continue;
    if (made_.contains(path)) continue;
    Owner wanted = owner;
    if (exists) {
      InodeView inode = walk.inodes[i];
      wanted = {std::string(inode.owner()), std::string(inode.group()), inode.mode()};
    }
    wanted_.push_back({std::move(path), std::move(wanted)});
  }
  return wanted_.empty();
}

Status UfsParents::Make() {
  if (!context_.may_block()) return WouldBlock();
  for (const Wanted& wanted : wanted_) {
    MountResolution at = parts_.mounts->Resolve(wanted.path);
    RETURN_IF_ERROR(parts_.mounts->CheckUfsAllowed(*at.mount, true));
    ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*at.mount));
    auto status = ufs->Stat(at.key);
    bool absent = status.status().Is(StatusCode::kNotFound);
    if (!status.ok() && !absent) return status.status();
    if (status.ok() && !status->is_directory) {
      return AlreadyExists("Under store path " + at.ufs_uri +
                           " is a file where a directory is needed");
    }
    if (absent) {
      ufs::UfsCreateOptions options;
      options.owner = wanted.owner.user;
      options.group = wanted.owner.group;
      options.mode = wanted.owner.mode;
      RETURN_IF_ERROR(ufs->MakeDirectory(at.key, options));
    }
    parts_.sync->Appeared(wanted.path);
    made_[wanted.path] = absent;
  }
  return OkStatus();
}

void UfsParents::RecordPersisted(EditContext& edits, const WalkResult& walk, size_t count) const {
  for (size_t i = 1; i < count && i < walk.inodes.size(); ++i) {
    if (walk.inodes[i].persistence() == PersistenceState::kPersisted) continue;
    InodeUpdate update;
    update.id = walk.inodes[i].id();
    update.persistence = PersistenceState::kPersisted;
    edits.Record(UpdateInodeEdit(update));
  }
}

bool UfsParents::Created(const std::string& path) const {
  auto found = made_.find(path);
  return found != made_.end() && found->second;
}

}  // namespace alluxio::master
