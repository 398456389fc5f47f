// The entries that change fields of an inode that exists.
#include <algorithm>

#include "master/tree/inode_apply.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace pj = ::alluxio::proto::journal;

namespace {

// Access times are journaled late and may arrive after the inode went away.
bool IsAccessTimeOnly(const pj::UpdateInodeEntry& entry) {
  if (!entry.has_last_access_time_ms()) return false;
  pj::UpdateInodeEntry alone;
  alone.set_id(entry.id());
  alone.set_last_access_time_ms(entry.last_access_time_ms());
  return alone.ByteSizeLong() == entry.ByteSizeLong();
}

// What a change of its children does to a directory.
bool IsTimesOnly(const pj::UpdateInodeEntry& entry) {
  pj::UpdateInodeEntry alone;
  alone.set_id(entry.id());
  if (entry.has_last_modification_time_ms()) {
    alone.set_last_modification_time_ms(entry.last_modification_time_ms());
  }
  if (entry.has_last_access_time_ms()) {
    alone.set_last_access_time_ms(entry.last_access_time_ms());
  }
  return alone.ByteSizeLong() == entry.ByteSizeLong();
}

}  // namespace

void InodeApply::UpdateTimes(uint32_t slot, const pj::UpdateInodeEntry& entry) {
  InodeTimes times = store_.TimesOf(slot);
  if (entry.has_creation_time_ms()) times.creation_ms = entry.creation_time_ms();
  if (entry.has_last_modification_time_ms()) {
    int64_t time = entry.last_modification_time_ms();
    if (entry.overwrite_modification_time() || time > times.modification_ms) {
      times.modification_ms = time;
    }
  }
  if (entry.has_last_access_time_ms()) {
    int64_t time = entry.last_access_time_ms();
    if (entry.overwrite_access_time() || time > times.access_ms) times.access_ms = time;
  }
  store_.SetTimes(slot, times);
}

// An empty name leaves the old one.
void InodeApply::UpdateOwnership(uint32_t slot, const std::string& owner,
                                 const std::string& group) {
  if (owner.empty() && group.empty()) return;
  std::string new_owner = owner.empty() ? std::string(store_.OwnerOf(slot)) : owner;
  std::string new_group = group.empty() ? std::string(store_.GroupOf(slot)) : group;
  store_.SetOwnership(slot, new_owner, new_group);
}

void InodeApply::UpdateXattr(uint32_t slot, const pj::UpdateInodeEntry& entry) {
  if (entry.xattr().empty()) return;
  std::map<std::string, std::string>& xattr = store_.EditRare(slot).xattr;
  if (entry.xattr_update_strategy() == pj::TRUNCATE) xattr.clear();
  for (const auto& [key, value] : entry.xattr()) {
    switch (entry.xattr_update_strategy()) {
      case pj::TRUNCATE:
      case pj::UNION_REPLACE: xattr[key] = value; break;
      case pj::UNION_PRESERVE: xattr.emplace(key, value); break;
      case pj::DELETE_KEYS: xattr.erase(key); break;
    }
  }
  store_.SettleRare(slot);
}

// Media that are named only count together with a pin, and only when the cluster knows them.
void InodeApply::UpdateMedia(uint32_t slot, const pj::UpdateInodeEntry& entry) {
  if (entry.medium_type_size() == 0 && !entry.has_pinned()) return;
  std::vector<std::string> media(entry.medium_type().begin(), entry.medium_type().end());
  if (entry.has_pinned()) {
    const std::vector<std::string>& known = tree_.known_media_;
    std::erase_if(media, [&](const std::string& medium) {
      return !entry.pinned() || std::find(known.begin(), known.end(), medium) == known.end();
    });
  }
  if (media.empty() && !store_.at(slot).has_rare) return;
  store_.EditRare(slot).media = std::move(media);
  store_.SettleRare(slot);
}

Status InodeApply::Apply(const pj::UpdateInodeEntry& entry) {
  uint32_t slot = store_.FindId(entry.id());
  if (slot == InodeStore::kNoSlot && IsAccessTimeOnly(entry)) return OkStatus();
  if (slot == InodeStore::kNoSlot) return FindInode(entry.id(), "update").status();
  if (entry.ufs_fingerprint().size() > TextArena::kMaxText) {
    return InvalidArgument("inode " + std::to_string(entry.id()) + ": fingerprint is too long");
  }
  if (entry.has_persistence_state()) {
    RETURN_IF_ERROR(SetPersistence(slot, entry.persistence_state()));
  }
  InodeRecord& record = store_.at(slot);
  if (entry.has_acl()) SetAccessAcl(slot, entry.acl());
  UpdateTimes(slot, entry);
  UpdateOwnership(slot, entry.owner(), entry.group());
  if (entry.has_mode()) record.mode = entry.mode() & 0777;
  if (entry.has_ttl()) store_.SetTtl(slot, entry.ttl());
  if (entry.has_ttlaction()) record.set_ttl_action(static_cast<TtlAction>(entry.ttlaction()));
  if (entry.has_ufs_fingerprint()) store_.SetFingerprint(slot, entry.ufs_fingerprint());
  UpdateXattr(slot, entry);
  UpdateMedia(slot, entry);
  if (entry.has_pinned()) {
    record.pinned = entry.pinned();
    if (!record.directory) PinFile(slot, entry.pinned());
  }
  if (entry.has_persistence_state() || entry.has_pinned() || entry.has_ttl() ||
      entry.has_creation_time_ms()) {
    Reindex(slot);
  }
  if (record.directory && IsTimesOnly(entry)) {
    TouchChildren(slot);
  } else {
    Touch(slot);
  }
  return OkStatus();
}

Status InodeApply::Apply(const pj::UpdateInodeDirectoryEntry& entry) {
  ASSIGN_OR_RETURN(uint32_t slot, FindInode(entry.id(), "update"));
  InodeRecord& record = store_.at(slot);
  if (!record.directory) {
    return InvalidArgument("inode " + std::to_string(entry.id()) +
                           ": directory update of a file");
  }
  if (entry.has_mount_point()) record.mount_point = entry.mount_point();
  if (entry.has_direct_children_loaded()) {
    record.children_loaded = entry.direct_children_loaded();
  }
  if (entry.has_defaultacl()) SetDefaultAcl(slot, entry.defaultacl());
  Touch(slot);
  return OkStatus();
}

Status InodeApply::Apply(const pj::UpdateInodeFileEntry& entry) {
  ASSIGN_OR_RETURN(uint32_t slot, FindFile(entry.id(), "file update"));
  if (entry.block_size_bytes() < 0) {
    return DataLoss("inode " + std::to_string(entry.id()) + ": negative block size");
  }
  ASSIGN_OR_RETURN(uint32_t blocks, CountBlocks(entry.id(), entry.set_blocks()));
  InodeRecord& record = store_.at(slot);
  if (entry.has_block_size_bytes()) store_.SetBlockSize(slot, entry.block_size_bytes());
  if (entry.has_length()) store_.SetLength(slot, entry.length());
  if (entry.has_completed()) record.completed = entry.completed();
  if (entry.has_cacheable()) record.cacheable = entry.cacheable();
  if (blocks > 0) store_.SetBlockCount(slot, blocks);
  if (entry.has_replication_min() || entry.has_replication_max()) {
    store_.SetReplication(
        slot, store_.ReplicationDurableOf(slot),
        entry.has_replication_min() ? entry.replication_min() : store_.ReplicationMinOf(slot),
        entry.has_replication_max() ? entry.replication_max() : store_.ReplicationMaxOf(slot));
    Reindex(slot);
  }
  if (entry.has_persist_job_id() || entry.has_temp_ufs_path()) {
    RareFields& rare = store_.EditRare(slot);
    if (entry.has_persist_job_id()) rare.persist_job_id = entry.persist_job_id();
    if (entry.has_temp_ufs_path()) rare.temp_ufs_path = entry.temp_ufs_path();
    store_.SettleRare(slot);
  }
  Touch(slot);
  return OkStatus();
}

// As in 2.9 the file does not become complete by this: the 1.x master wrote that elsewhere.
Status InodeApply::Apply(const pj::CompleteFileEntry& entry) {
  ASSIGN_OR_RETURN(uint32_t slot, FindFile(entry.id(), "completion"));
  ASSIGN_OR_RETURN(uint32_t blocks, CountBlocks(entry.id(), entry.block_ids()));
  if (entry.ufs_fingerprint().size() > TextArena::kMaxText) {
    return InvalidArgument("inode " + std::to_string(entry.id()) + ": fingerprint is too long");
  }
  InodeTimes times = store_.TimesOf(slot);
  times.modification_ms = entry.op_time_ms();
  store_.SetTimes(slot, times);
  store_.SetLength(slot, entry.length());
  if (blocks > 0) store_.SetBlockCount(slot, blocks);
  if (entry.has_ufs_fingerprint()) store_.SetFingerprint(slot, entry.ufs_fingerprint());
  Touch(slot);
  return OkStatus();
}

Status InodeApply::Apply(const pj::SetAttributeEntry& entry) {
  pj::UpdateInodeEntry update;
  update.set_id(entry.id());
  if (entry.has_op_time_ms()) update.set_last_modification_time_ms(entry.op_time_ms());
  if (entry.has_pinned()) update.set_pinned(entry.pinned());
  if (entry.has_ttl()) update.set_ttl(entry.ttl());
  if (entry.has_ttlaction()) update.set_ttlaction(entry.ttlaction());
  if (entry.has_persisted()) {
    update.set_persistence_state(PersistenceStateText(
        entry.persisted() ? PersistenceState::kPersisted : PersistenceState::kNotPersisted));
  }
  if (entry.has_owner()) update.set_owner(entry.owner());
  if (entry.has_group()) update.set_group(entry.group());
  if (entry.has_permission()) update.set_mode(entry.permission());
  if (entry.has_ufs_fingerprint()) update.set_ufs_fingerprint(entry.ufs_fingerprint());
  return Apply(update);
}

}  // namespace alluxio::master
