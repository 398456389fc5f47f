#include "master/tree/inode_apply.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "master/tree/acl_proto.h"
#include "model/path.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace pj = ::alluxio::proto::journal;

namespace {

std::string InodeText(InodeId id) { return "inode " + std::to_string(id); }

}  // namespace

// Alluxio's order: of several payloads only the first counts.
Result<Handling> InodeApply::Apply(const journal::JournalEntry& entry) {
  Status applied;
  bool mine = true;
  if (entry.has_delete_file()) {
    applied = Apply(entry.delete_file());
  } else if (entry.has_inode_directory()) {
    applied = Apply(entry.inode_directory());
  } else if (entry.has_inode_file()) {
    applied = Apply(entry.inode_file());
  } else if (entry.has_new_block()) {
    applied = Apply(entry.new_block());
  } else if (entry.has_rename()) {
    applied = Apply(entry.rename());
  } else if (entry.has_set_acl()) {
    applied = Apply(entry.set_acl());
  } else if (entry.has_update_inode()) {
    applied = Apply(entry.update_inode());
  } else if (entry.has_update_inode_directory()) {
    applied = Apply(entry.update_inode_directory());
  } else if (entry.has_update_inode_file()) {
    applied = Apply(entry.update_inode_file());
  } else {
    applied = ApplyOld(entry, &mine);
  }
  if (!applied.ok()) return applied;
  return mine ? Handling::kHandled : Handling::kNotMine;
}

void InodeTree::Prefetch(const journal::JournalEntry& entry) const {
  if (store_->bounded()) return;  // whose readers change the indexes
  if (entry.has_inode_file()) {
    const auto& file = entry.inode_file();
    store_->PrefetchId(file.id());
    store_->PrefetchEdge(file.parent_id(), file.name());
  } else if (entry.has_update_inode_file()) {
    store_->PrefetchId(entry.update_inode_file().id());
  } else if (entry.has_update_inode()) {
    store_->PrefetchId(entry.update_inode().id());
  } else if (entry.has_delete_file()) {
    store_->PrefetchId(entry.delete_file().id());
  }
}

// Kinds that only masters of the 1.x line wrote.
Status InodeApply::ApplyOld(const journal::JournalEntry& entry, bool* mine) {
  pj::UpdateInodeEntry update;
  if (entry.has_complete_file()) return Apply(entry.complete_file());
  if (entry.has_set_attribute()) return Apply(entry.set_attribute());
  if (entry.has_inode_last_modification_time()) {
    update.set_id(entry.inode_last_modification_time().id());
    update.set_last_modification_time_ms(
        entry.inode_last_modification_time().last_modification_time_ms());
  } else if (entry.has_persist_directory()) {
    update.set_id(entry.persist_directory().id());
    update.set_persistence_state(PersistenceStateText(PersistenceState::kPersisted));
  } else if (entry.has_async_persist_request()) {
    update.set_id(entry.async_persist_request().file_id());
    update.set_persistence_state(PersistenceStateText(PersistenceState::kToBePersisted));
  } else {
    *mine = false;
    return OkStatus();
  }
  return Apply(update);
}

Result<uint32_t> InodeApply::FindInode(InodeId id, const char* what) const {
  uint32_t slot = store_.FindId(id);
  if (slot != InodeStore::kNoSlot) return slot;
  return NotFound(InodeText(id) + ": " + what + " of an inode that does not exist");
}

Result<uint32_t> InodeApply::FindFile(InodeId id, const char* what) const {
  ASSIGN_OR_RETURN(uint32_t slot, FindInode(id, what));
  if (!store_.at(slot).directory) return slot;
  return InvalidArgument(InodeText(id) + ": " + what + " of a directory");
}

void InodeApply::Touch(uint32_t slot) {
  if (tree_.undurable_ != nullptr) tree_.undurable_->Touch(store_.at(slot).id());
  store_.NoteChange(slot);
}

void InodeApply::TouchChildren(uint32_t slot) {
  if (tree_.undurable_ != nullptr) tree_.undurable_->TouchChildren(store_.at(slot).id());
  store_.NoteChange(slot);
}

void InodeApply::RaiseTimes(uint32_t slot, int64_t time_ms) {
  InodeTimes times = store_.TimesOf(slot);
  times.modification_ms = std::max(times.modification_ms, time_ms);
  times.access_ms = std::max(times.access_ms, time_ms);
  store_.SetTimes(slot, times);
  TouchChildren(slot);
}

Status InodeApply::ForeignBlock(InodeId file, BlockId block, int64_t n) {
  return Unimplemented(InodeText(file) + ": block " + std::to_string(block) + " at place " +
                       std::to_string(n) + " does not have the number its file implies");
}

Status InodeApply::CheckName(const std::string& name, InodeId id) {
  if (name.empty() || name.size() > std::numeric_limits<uint16_t>::max() ||
      name.find('/') != std::string::npos) {
    return InvalidArgument(InodeText(id) + ": impossible name \"" + name.substr(0, 256) + "\"");
  }
  return OkStatus();
}

Status InodeApply::SetPersistence(uint32_t slot, const std::string& text) {
  std::optional<PersistenceState> state = ParsePersistenceState(text);
  if (!state) {
    return DataLoss(InodeText(store_.at(slot).id()) + ": unknown persistence state \"" + text +
                    "\"");
  }
  store_.at(slot).set_persistence(*state);
  return OkStatus();
}

void InodeApply::SetAccessAcl(uint32_t slot, const proto::shared::AccessControlList& proto) {
  OwnedAcl acl = OwnedAclFromProto(proto);
  store_.SetOwnership(slot, acl.owner, acl.group);
  store_.at(slot).mode = acl.mode.bits & 0777;
  if (acl.extended.empty() && !store_.at(slot).has_rare) return;
  store_.EditRare(slot).acl = std::move(acl.extended);
  store_.SettleRare(slot);
}

void InodeApply::SetDefaultAcl(uint32_t slot, const proto::shared::AccessControlList& proto) {
  if (proto.isempty() && !store_.at(slot).has_rare) return;
  OwnedAcl acl = OwnedAclFromProto(proto);
  RareFields& rare = store_.EditRare(slot);
  rare.default_acl.reset();
  if (!acl.empty) rare.default_acl = DefaultAcl{acl.mode, std::move(acl.extended)};
  store_.SettleRare(slot);
}

void InodeApply::Reindex(uint32_t slot) {
  const InodeRecord& record = store_.at(slot);
  InodeIndexes& indexes = tree_.indexes_;
  if (!record.directory) {
    indexes.SetPinned(record.id(), record.pinned);
    indexes.SetLimited(record.id(), store_.ReplicationMaxOf(slot) != -1);
  }
  indexes.SetToBePersisted(record.id(),
                           record.persistence() == PersistenceState::kToBePersisted);
  std::optional<int64_t> expiry;
  if (record.has_ttl) {
    int64_t at = 0;
    if (__builtin_add_overflow(store_.TimesOf(slot).creation_ms, store_.TtlOf(slot), &at)) {
      at = std::numeric_limits<int64_t>::max();
    }
    expiry = at;
  }
  indexes.SetExpiry(record.id(), expiry);
}

void InodeApply::ReindexAll() {
  for (uint32_t slot = 0; slot < store_.slot_limit(); ++slot) {
    const InodeRecord& record = store_.at(slot);
    const bool indexed = record.pinned || record.replication_max_is_rare || record.has_ttl ||
                         record.persistence() == PersistenceState::kToBePersisted;
    if (record.used && indexed) Reindex(slot);
  }
}

Result<uint32_t> InodeApply::Create(InodeId id, InodeId parent_id, const std::string& name,
                                    bool directory) {
  if (directory && name.empty()) {
    // The root entry begins a new world.
    if (id != kRootId) return DataLoss(InodeText(id) + ": a root must be inode 0");
    store_.Clear();
    tree_.indexes_.Clear();
    uint32_t root = store_.Create(id, name, true);
    store_.SetRoot(root);
    return root;
  }
  RETURN_IF_ERROR(CheckName(name, id));
  ASSIGN_OR_RETURN(uint32_t parent, FindInode(parent_id, "child"));
  if (!store_.at(parent).directory) {
    return InvalidArgument(InodeText(id) + ": its parent " + std::to_string(parent_id) +
                           " is a file");
  }
  uint32_t existing = store_.FindChild(parent, name);
  uint32_t same_id = store_.FindId(id);
  if (existing != same_id) {
    return AlreadyExists(InodeText(id) + ": \"" + name + "\" exists in directory " +
                         std::to_string(parent_id) + ", or the id is in use");
  }
  if (existing != InodeStore::kNoSlot) {
    if (store_.at(existing).directory != (directory ? 1u : 0u)) {
      return AlreadyExists(InodeText(id) + ": exists as the other kind of inode");
    }
    return existing;
  }
  uint32_t slot = store_.Create(id, name, directory);
  store_.Link(slot, parent);
  TouchChildren(parent);
  return slot;
}

template <typename Entry>
Status InodeApply::FillCommon(uint32_t slot, const Entry& entry) {
  RETURN_IF_ERROR(SetPersistence(slot, entry.persistence_state()));
  InodeRecord& record = store_.at(slot);
  record.pinned = entry.pinned();
  store_.SetTimes(slot, {.creation_ms = entry.creation_time_ms(),
                         .modification_ms = entry.last_modification_time_ms(),
                         .access_ms = entry.has_last_access_time_ms()
                                          ? entry.last_access_time_ms()
                                          : entry.last_modification_time_ms()});
  store_.SetTtl(slot, entry.ttl());
  record.set_ttl_action(static_cast<TtlAction>(entry.ttlaction()));
  if (entry.has_acl()) {
    SetAccessAcl(slot, entry.acl());
  } else {
    store_.SetOwnership(slot, entry.owner(), entry.group());
    record.mode = entry.has_mode() ? entry.mode() & 0777 : 0777;
  }
  if (entry.medium_type_size() > 0 || entry.xattr_size() > 0 || record.has_rare) {
    RareFields& rare = store_.EditRare(slot);
    rare.media.assign(entry.medium_type().begin(), entry.medium_type().end());
    rare.xattr.clear();
    rare.xattr.insert(entry.xattr().begin(), entry.xattr().end());
    store_.SettleRare(slot);
  }
  return OkStatus();
}

Status InodeApply::Apply(const pj::InodeDirectoryEntry& entry) {
  // Checked first so that a refused entry leaves no half-made inode behind.
  if (!ParsePersistenceState(entry.persistence_state())) {
    return DataLoss(InodeText(entry.id()) + ": unknown persistence state \"" +
                    entry.persistence_state() + "\"");
  }
  ASSIGN_OR_RETURN(uint32_t slot,
                   Create(entry.id(), entry.parent_id(), entry.name(), true));
  RETURN_IF_ERROR(FillCommon(slot, entry));
  InodeRecord& record = store_.at(slot);
  record.mount_point = entry.mount_point();
  record.children_loaded = entry.direct_children_loaded();
  if (entry.has_defaultacl()) SetDefaultAcl(slot, entry.defaultacl());
  Reindex(slot);
  Touch(slot);
  return OkStatus();
}

Status InodeApply::Apply(const pj::InodeFileEntry& entry) {
  InodeId id = FileIdOfContainer(ContainerOf(entry.id()));
  if (!ParsePersistenceState(entry.persistence_state())) {
    return DataLoss(InodeText(id) + ": unknown persistence state \"" +
                    entry.persistence_state() + "\"");
  }
  if (entry.block_size_bytes() < 0) {
    return DataLoss(InodeText(id) + ": block size " + std::to_string(entry.block_size_bytes()));
  }
  ASSIGN_OR_RETURN(uint32_t blocks, CountBlocks(id, entry.blocks()));
  if (entry.ufs_fingerprint().size() > TextArena::kMaxText) {
    return InvalidArgument(InodeText(id) + ": fingerprint is too long");
  }
  ASSIGN_OR_RETURN(uint32_t slot, Create(id, entry.parent_id(), entry.name(), false));
  RETURN_IF_ERROR(FillCommon(slot, entry));
  InodeRecord& record = store_.at(slot);
  store_.SetLength(slot, entry.length());
  record.completed = entry.completed();
  record.cacheable = entry.cacheable();
  store_.SetBlockCount(slot, blocks);
  store_.SetBlockSize(slot, entry.block_size_bytes());
  store_.SetReplication(slot, entry.replication_durable(), entry.replication_min(),
                        entry.replication_max());
  if (!entry.ufs_fingerprint().empty() || record.has_fingerprint) {
    store_.SetFingerprint(slot, entry.ufs_fingerprint());
  }
  if (entry.persist_job_id() != -1 || !entry.temp_ufs_path().empty() ||
      entry.should_persist_time() != 0 || record.has_rare) {
    RareFields& rare = store_.EditRare(slot);
    rare.persist_job_id = entry.persist_job_id();
    rare.temp_ufs_path = entry.temp_ufs_path();
    rare.should_persist_time_ms = entry.should_persist_time();
    store_.SettleRare(slot);
  }
  PinFile(slot, entry.pinned() || entry.replication_min() > 0);
  Reindex(slot);
  Touch(slot);
  return OkStatus();
}

void InodeApply::PinFile(uint32_t slot, bool pinned) {
  int32_t durable = store_.ReplicationDurableOf(slot);
  int32_t min = store_.ReplicationMinOf(slot);
  int32_t max = store_.ReplicationMaxOf(slot);
  store_.at(slot).pinned = pinned ? 1 : 0;
  if (pinned) {
    min = min == 0 ? 1 : min;
    max = max == 0 ? -1 : max;
  } else {
    min = 0;
  }
  store_.SetReplication(slot, durable, min, max);
}

Status InodeApply::Apply(const pj::NewBlockEntry& entry) {
  ASSIGN_OR_RETURN(uint32_t slot, FindFile(entry.id(), "new block"));
  const uint32_t count = store_.BlockCountOf(slot) + 1;
  if (count >= kMaxSequence) {
    return ResourceExhausted(InodeText(entry.id()) + ": has as many blocks as a file can have");
  }
  store_.SetBlockCount(slot, count);
  Touch(slot);
  return OkStatus();
}

void InodeApply::Remove(uint32_t slot) {
  Touch(slot);
  tree_.indexes_.Remove(store_.at(slot).id());
  if (store_.at(slot).linked) store_.Unlink(slot);
  store_.Destroy(slot);
}

void InodeApply::TellGone(uint32_t slot) {
  if (tree_.watches_.empty()) return;
  InodeId parent = store_.at(store_.at(slot).parent).id();
  for (ChildWatch* watch : tree_.watches_) {
    if (watch->directory == parent) watch->NoteGone(InodeView(&store_, slot).name());
  }
}

void InodeApply::TellArrived(uint32_t slot) {
  if (tree_.watches_.empty()) return;
  InodeId parent = store_.at(store_.at(slot).parent).id();
  for (ChildWatch* watch : tree_.watches_) {
    if (watch->directory == parent) watch->NoteArrived(store_.at(slot).id());
  }
}

// Depth is bounded by nothing a stack could take, so no recursion. Each level goes on behind the
// child it removed last: a metastore on the disk would pass over all the removed ones every time.
size_t InodeApply::RemoveSubtree(uint32_t slot) {
  size_t removed = 0;
  std::vector<std::string> above;  // how far the directories above `at` are
  std::string behind;              // how far `at` is
  for (uint32_t at = slot;;) {
    uint32_t child = InodeStore::kNoSlot;
    if (store_.at(at).directory) {
      store_.VisitChildren(at, behind, [&child](uint32_t first) {
        child = first;
        return false;
      });
    }
    if (child != InodeStore::kNoSlot) {
      above.push_back(std::move(behind));
      behind.clear();
      at = child;
      continue;
    }
    uint32_t parent = store_.at(at).parent;
    bool last = at == slot;
    if (!last) behind = std::string(store_.NameOf(at));
    Remove(at);
    ++removed;
    if (last) return removed;
    above.pop_back();
    at = parent;
  }
}

Status InodeApply::Apply(const pj::DeleteFileEntry& entry) {
  ASSIGN_OR_RETURN(uint32_t slot, FindInode(entry.id(), "deletion"));
  uint32_t parent = store_.at(slot).parent;
  if (parent == InodeStore::kNoSlot) return InvalidArgument("inode 0: the root cannot be deleted");
  bool has_children = store_.at(slot).directory && store_.ChildCount(slot) > 0;
  if (has_children && !entry.recursive()) {
    return FailedPrecondition(InodeText(entry.id()) + ": deletion of a directory with children");
  }
  TellGone(slot);
  RemoveSubtree(slot);
  RaiseTimes(parent, entry.op_time_ms());
  return OkStatus();
}

// Entries of the 1.x line name the destination by path.
Status InodeApply::RenameDestination(const pj::RenameEntry& entry, uint32_t* new_parent,
                                     std::string* new_name) const {
  if (!entry.has_dst_path()) {
    *new_name = entry.new_name();
    ASSIGN_OR_RETURN(*new_parent, FindInode(entry.new_parent_id(), "new child"));
    return OkStatus();
  }
  if (entry.has_new_parent_id() || entry.has_new_name()) {
    return DataLoss(InodeText(entry.id()) + ": rename entry with two destinations");
  }
  ASSIGN_OR_RETURN(std::string path, CleanPath(entry.dst_path()));
  WalkResult walk = tree_.Walk(path);
  if (!walk.parent_found()) {
    return NotFound(InodeText(entry.id()) + ": rename to " + path + " whose parent is missing");
  }
  *new_parent = walk.parent().slot();
  *new_name = std::string(walk.base_name());
  return OkStatus();
}

Status InodeApply::Apply(const pj::RenameEntry& entry) {
  ASSIGN_OR_RETURN(uint32_t slot, FindInode(entry.id(), "rename"));
  uint32_t parent = InodeStore::kNoSlot;
  std::string name;
  RETURN_IF_ERROR(RenameDestination(entry, &parent, &name));
  RETURN_IF_ERROR(CheckName(name, entry.id()));
  if (!store_.at(parent).directory) {
    return InvalidArgument(InodeText(entry.id()) + ": rename into a file");
  }
  for (uint32_t above = parent; above != InodeStore::kNoSlot; above = store_.at(above).parent) {
    if (above == slot) {
      return InvalidArgument(InodeText(entry.id()) + ": rename into itself or below");
    }
  }
  return MoveTo(slot, parent, name, entry.op_time_ms());
}

Status InodeApply::MoveTo(uint32_t slot, uint32_t parent, const std::string& name,
                          int64_t time_ms) {
  uint32_t taken = store_.FindChild(parent, name);
  if (taken != InodeStore::kNoSlot && taken != slot) {
    return AlreadyExists(InodeText(store_.at(slot).id()) + ": rename to the name of inode " +
                         std::to_string(store_.at(taken).id()));
  }
  uint32_t old_parent = store_.at(slot).parent;
  if (old_parent == InodeStore::kNoSlot) {
    return InvalidArgument("inode 0: the root cannot be renamed");
  }
  TellGone(slot);
  store_.Unlink(slot);
  store_.Rename(slot, name);
  store_.Link(slot, parent);
  TellArrived(slot);
  RaiseTimes(old_parent, time_ms);
  if (parent != old_parent) RaiseTimes(parent, time_ms);
  Touch(slot);
  return OkStatus();
}

Status InodeApply::Apply(const pj::SetAclEntry& entry) {
  ASSIGN_OR_RETURN(uint32_t slot, FindInode(entry.id(), "access list"));
  if (entry.action() < 0 || entry.action() > static_cast<int>(SetAclAction::kRemoveDefault)) {
    return DataLoss(InodeText(entry.id()) + ": unknown access list action");
  }
  std::vector<AclEntry> entries;
  for (const auto& proto : entry.entries()) entries.push_back(AclEntryFromProto(proto));
  const RareFields& old = store_.Rare(slot);
  AclState state{Mode{static_cast<uint16_t>(store_.at(slot).mode)}, old.acl, old.default_acl};
  ApplyAclChange(static_cast<SetAclAction>(entry.action()), entries, &state);
  store_.at(slot).mode = state.mode.bits & 0777;
  RareFields& rare = store_.EditRare(slot);
  rare.acl = std::move(state.extended);
  rare.default_acl = std::move(state.default_acl);
  store_.SettleRare(slot);
  Touch(slot);
  return OkStatus();
}

}  // namespace alluxio::master
