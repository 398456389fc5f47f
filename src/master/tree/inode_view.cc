#include "master/tree/inode_view.h"

#include "master/tree/inode_store.h"
#include "wire/file_info_encoder.h"

namespace alluxio::master {

const InodeRecord& InodeView::record() const { return store_->at(slot_); }

InodeId InodeView::id() const { return record().id(); }
std::string_view InodeView::name() const { return store_->NameOf(slot_); }

InodeView InodeView::parent() const {
  uint32_t slot = record().parent;
  return slot == InodeStore::kNoSlot ? InodeView() : InodeView(store_, slot);
}

InodeId InodeView::parent_id() const {
  InodeView above = parent();
  return above ? above.id() : kNoInode;
}

bool InodeView::is_directory() const { return record().directory; }
std::string_view InodeView::owner() const { return store_->OwnerOf(slot_); }
std::string_view InodeView::group() const { return store_->GroupOf(slot_); }
Mode InodeView::mode() const { return Mode{static_cast<uint16_t>(record().mode)}; }
ExtendedAcl InodeView::extended_acl() const { return store_->Rare(slot_).acl; }
bool InodeView::has_extended_acl() const {
  return record().has_rare && !store_->Rare(slot_).acl.empty();
}

int64_t InodeView::creation_time_ms() const { return store_->TimesOf(slot_).creation_ms; }
int64_t InodeView::modification_time_ms() const {
  return store_->TimesOf(slot_).modification_ms;
}
int64_t InodeView::access_time_ms() const { return store_->TimesOf(slot_).access_ms; }
PersistenceState InodeView::persistence() const { return record().persistence(); }
bool InodeView::pinned() const { return record().pinned; }
int64_t InodeView::ttl_ms() const { return store_->TtlOf(slot_); }
TtlAction InodeView::ttl_action() const { return record().ttl_action(); }
std::string_view InodeView::ufs_fingerprint() const { return store_->FingerprintOf(slot_); }
std::vector<std::string> InodeView::media() const { return store_->Rare(slot_).media; }
std::map<std::string, std::string> InodeView::xattr() const { return store_->Rare(slot_).xattr; }

size_t InodeView::child_count() const {
  return is_directory() ? store_->ChildCount(slot_) : 0;
}

bool InodeView::mount_point() const { return record().mount_point; }
bool InodeView::children_loaded() const { return record().children_loaded; }
std::optional<DefaultAcl> InodeView::default_acl() const {
  return store_->Rare(slot_).default_acl;
}

int64_t InodeView::length() const { return is_directory() ? 0 : store_->LengthOf(slot_); }
int64_t InodeView::block_size() const {
  return is_directory() ? 0 : store_->BlockSizeOf(slot_);
}
bool InodeView::completed() const { return record().completed; }
bool InodeView::cacheable() const { return record().cacheable; }
size_t InodeView::block_count() const {
  return is_directory() ? 0 : store_->BlockCountOf(slot_);
}

std::vector<BlockId> InodeView::block_ids() const {
  std::vector<BlockId> ids(block_count());
  for (size_t n = 0; n < ids.size(); ++n) ids[n] = block_id(n);
  return ids;
}

int32_t InodeView::replication_durable() const { return store_->ReplicationDurableOf(slot_); }
int32_t InodeView::replication_min() const { return store_->ReplicationMinOf(slot_); }
int32_t InodeView::replication_max() const { return store_->ReplicationMaxOf(slot_); }
int64_t InodeView::persist_job_id() const { return store_->Rare(slot_).persist_job_id; }
std::string InodeView::temp_ufs_path() const { return store_->Rare(slot_).temp_ufs_path; }
int64_t InodeView::should_persist_time_ms() const {
  return store_->Rare(slot_).should_persist_time_ms;
}

void InodeView::FillFileInfo(FileInfo* info) const {
  const InodeRecord& inode = record();
  info->id = inode.id();
  info->name = std::string(name());
  info->creation_time_ms = creation_time_ms();
  info->modification_time_ms = modification_time_ms();
  info->access_time_ms = access_time_ms();
  info->folder = inode.directory;
  info->pinned = inode.pinned;
  info->mount_point = inode.mount_point;
  info->persistence = inode.persistence();
  info->ttl_ms = ttl_ms();
  info->ttl_action = inode.ttl_action();
  info->owner = std::string(owner());
  info->group = std::string(group());
  info->mode = mode();
  info->ufs_fingerprint = std::string(ufs_fingerprint());
  if (inode.directory) {
    info->length = static_cast<int64_t>(child_count());
    info->completed = true;
    info->cacheable = false;
    info->replication_min = 0;
    info->replication_max = 0;
  } else {
    info->length = length();
    info->block_size = block_size();
    info->completed = inode.completed;
    info->cacheable = inode.cacheable;
    info->block_ids = block_ids();
    info->replication_min = replication_min();
    info->replication_max = replication_max();
  }
  if (!inode.has_rare) return;
  const RareFields& rare = store_->Rare(slot_);
  info->acl = rare.acl;
  info->default_acl = rare.default_acl;
  info->media = rare.media;
  info->xattr = rare.xattr;
}

void InodeView::FillFields(wire::FileInfoFields* fields) const {
  const InodeRecord& inode = record();
  fields->id = inode.id();
  fields->name = store_->NameOf(slot_);
  const InodeTimes times = store_->TimesOf(slot_);
  fields->creation_time_ms = times.creation_ms;
  fields->modification_time_ms = times.modification_ms;
  fields->access_time_ms = times.access_ms;
  fields->folder = inode.directory;
  fields->pinned = inode.pinned;
  fields->mount_point = inode.mount_point;
  fields->persistence = inode.persistence();
  fields->ttl_ms = store_->TtlOf(slot_);
  fields->ttl_action = inode.ttl_action();
  fields->owner = store_->OwnerOf(slot_);
  fields->group = store_->GroupOf(slot_);
  fields->mode = Mode{static_cast<uint16_t>(inode.mode)};
  fields->ufs_fingerprint = store_->FingerprintOf(slot_);
  if (inode.directory) {
    fields->length = static_cast<int64_t>(store_->ChildCount(slot_));
    fields->completed = true;
  } else {
    fields->length = store_->LengthOf(slot_);
    fields->block_size = store_->BlockSizeOf(slot_);
    fields->completed = inode.completed;
    fields->cacheable = inode.cacheable;
    fields->block_count = store_->BlockCountOf(slot_);
    fields->replication_min = store_->ReplicationMinOf(slot_);
    fields->replication_max = store_->ReplicationMaxOf(slot_);
  }
  if (!inode.has_rare) return;
  const RareFields& rare = store_->Rare(slot_);
  fields->acl = &rare.acl;
  if (rare.default_acl) fields->default_acl = &*rare.default_acl;
  fields->media = &rare.media;
  fields->xattr = &rare.xattr;
}

}  // namespace alluxio::master
