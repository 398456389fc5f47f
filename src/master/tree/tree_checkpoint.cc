#include "master/tree/tree_checkpoint.h"

#include <span>

#include "base/log.h"
#include "env/batch_lane.h"
#include "journal/checkpoint_format.h"
#include "master/tree/acl_proto.h"
#include "master/tree/cold_image.h"
#include "master/tree/inode_apply.h"
#include "master/tree/inode_store.h"
#include "proto/meta/inode_meta.pb.h"

namespace alluxio::master {

namespace {

using journal::CheckpointType;
using ProtoInode = ::alluxio::proto::meta::Inode;

constexpr std::string_view kHeapStore = "HEAP_INODE_STORE";

bool IsInodeStore(std::string_view name) {
  return name == kHeapStore || name == "CACHING_INODE_STORE" || name == "ROCKS_INODE_STORE";
}

void FileToProto(InodeView inode, ProtoInode* proto) {
  proto->set_block_size_bytes(inode.block_size());
  for (size_t n = 0; n < inode.block_count(); ++n) proto->add_blocks(inode.block_id(n));
  proto->set_is_cacheable(inode.cacheable());
  proto->set_is_completed(inode.completed());
  proto->set_length(inode.length());
  proto->set_replication_durable(inode.replication_durable());
  proto->set_replication_max(inode.replication_max());
  proto->set_replication_min(inode.replication_min());
  proto->set_persist_job_id(inode.persist_job_id());
  proto->set_persist_job_temp_ufs_path(inode.temp_ufs_path());
  // Java never writes it and reads 0 when it is missing.
  if (inode.should_persist_time_ms() != 0) {
    proto->set_should_persist_time(inode.should_persist_time_ms());
  }
}

void InodeToProto(InodeView inode, ProtoInode* proto) {
  proto->Clear();
  proto->set_id(inode.id());
  proto->set_creation_time_ms(inode.creation_time_ms());
  proto->set_is_directory(inode.is_directory());
  proto->set_ttl(inode.ttl_ms());
  proto->set_ttl_action(static_cast<::alluxio::grpc::TtlAction>(inode.ttl_action()));
  proto->set_last_modified_ms(inode.modification_time_ms());
  proto->set_name(std::string(inode.name()));
  proto->set_parent_id(inode.parent_id());
  proto->set_persistence_state(PersistenceStateText(inode.persistence()));
  proto->set_is_pinned(inode.pinned());
  AccessAclToProto(inode.owner(), inode.group(), inode.mode(), inode.extended_acl(),
                   proto->mutable_access_acl());
  proto->set_ufs_fingerprint(std::string(inode.ufs_fingerprint()));
  for (const std::string& medium : inode.media()) proto->add_medium_type(medium);
  proto->set_last_accessed_ms(inode.access_time_ms());
  for (const auto& [key, value] : inode.xattr()) (*proto->mutable_xattr())[key] = value;
  if (inode.is_file()) return FileToProto(inode, proto);
  proto->set_is_mount_point(inode.mount_point());
  proto->set_has_direct_children_loaded(inode.children_loaded());
  proto->set_child_count(static_cast<int64_t>(inode.child_count()));
  DefaultAclToProto(inode.owner(), inode.group(), inode.default_acl(),
                    proto->mutable_default_acl());
}

template <typename Ids>
Status WriteIds(journal::CompoundWriter& compound, std::string_view name, const Ids& ids) {
  RETURN_IF_ERROR(compound.BeginPart(name));
  RETURN_IF_ERROR(journal::WriteCheckpointType(compound.part(), CheckpointType::kLongs));
  for (InodeId id : ids) RETURN_IF_ERROR(journal::WriteLong(compound.part(), id));
  return compound.EndPart();
}

}  // namespace

// A row whose inode is in memory may be old.
Status TreeCheckpoint::WriteCold(const InodeTree& tree, journal::MessageWriter& writer) {
  std::unique_ptr<ColdRows> rows = tree.NewColdRows();
  InodeStore shown;
  shown.ShowRowsOf(*tree.store_);
  ProtoInode proto;
  ColdRow row;
  for (int ends = 0; ends < 2;) {
    ASSIGN_OR_RETURN(bool more, rows->Next(&row));
    if (!more) {
      ++ends;
      continue;
    }
    InodeView inode(&shown, shown.ShowRow(row.parent, row.name, row.row));
    if (tree.store_->FindResident(inode.id()) != InodeStore::kNoSlot) continue;
    InodeToProto(inode, &proto);
    RETURN_IF_ERROR(writer.Write(proto));
  }
  return OkStatus();
}

Status TreeCheckpoint::Write(const InodeTree& tree, journal::CheckpointSink& sink) {
  const InodeStore& store = *tree.store_;
  journal::CompoundWriter compound(sink);
  RETURN_IF_ERROR(compound.Begin());
  RETURN_IF_ERROR(compound.BeginPart(kHeapStore));
  RETURN_IF_ERROR(journal::WriteCheckpointType(compound.part(), CheckpointType::kInodeProtos));
  journal::MessageWriter writer(compound.part());
  ProtoInode proto;
  for (uint32_t slot = 0; slot < store.slot_limit(); ++slot) {
    if (!store.at(slot).used) continue;
    InodeToProto(InodeView(&store, slot), &proto);
    RETURN_IF_ERROR(writer.Write(proto));
  }
  if (store.bounded()) RETURN_IF_ERROR(WriteCold(tree, writer));
  RETURN_IF_ERROR(writer.Finish());
  RETURN_IF_ERROR(compound.EndPart());
  const InodeIndexes& indexes = tree.indexes_;
  RETURN_IF_ERROR(WriteIds(compound, "PINNED_INODE_FILE_IDS", indexes.pinned_files()));
  RETURN_IF_ERROR(
      WriteIds(compound, "REPLICATION_LIMITED_FILE_IDS", indexes.replication_limited()));
  RETURN_IF_ERROR(WriteIds(compound, "TO_BE_PERSISTED_FILE_IDS", indexes.to_be_persisted()));
  RETURN_IF_ERROR(WriteIds(compound, "TTL_BUCKET_LIST", indexes.ttl_ids()));
  RETURN_IF_ERROR(compound.BeginPart("INODE_COUNTER"));
  RETURN_IF_ERROR(journal::WriteCheckpointType(compound.part(), CheckpointType::kLong));
  RETURN_IF_ERROR(journal::WriteLong(compound.part(), static_cast<int64_t>(store.size())));
  return compound.EndPart();
}

Status TreeCheckpoint::Read(journal::CheckpointSource& source) {
  RETURN_IF_ERROR(
      journal::ExpectCheckpointType(source, CheckpointType::kCompound, tree_.checkpoint_name()));
  journal::CompoundReader compound(source);
  for (;;) {
    std::string name;
    ASSIGN_OR_RETURN(bool more, compound.NextPart(&name));
    if (!more) break;
    if (!IsInodeStore(name)) continue;
    RETURN_IF_ERROR(journal::ExpectCheckpointType(compound.part(), CheckpointType::kInodeProtos,
                                                  name));
    RETURN_IF_ERROR(ReadInodes(compound.part()));
  }
  return LinkOrphans();
}

// Inodes are read and parsed on this thread, and added on another.
Status TreeCheckpoint::ReadInodes(journal::CheckpointSource& source) {
  journal::MessageReader reader(source);
  BatchLane<ProtoInode> lane;
  BatchLane<ProtoInode>::Threaded threaded(lane, true, "inodes");
  lane.Begin([this](std::span<const ProtoInode> inodes) { return AddInodes(inodes); });
  Status read;
  for (;;) {
    Result<bool> more = reader.Read(&lane.slot());
    if (!more.ok()) read = more.status();
    if (!more.ok() || !*more || !lane.Keep().ok()) break;
  }
  RETURN_IF_ERROR(lane.Finish());
  return read;
}

Status TreeCheckpoint::AddInodes(std::span<const ProtoInode> inodes) {
  constexpr size_t kPrefetchAhead = 8;
  for (size_t n = 0; n < inodes.size(); ++n) {
    if (tree_.bounded()) tree_.TrimReplayed();
    if (n + kPrefetchAhead < inodes.size()) Prefetch(inodes[n + kPrefetchAhead]);
    RETURN_IF_ERROR(AddInode(inodes[n]));
  }
  return OkStatus();
}

void TreeCheckpoint::Prefetch(const ProtoInode& inode) const {
  const InodeStore& store = *tree_.store_;
  if (tree_.bounded()) {
    seen_ids_.Prefetch(store.HashOfId(inode.id()));
    seen_places_.Prefetch(store.HashOfEdge(inode.parent_id(), inode.name()));
  } else {
    store.PrefetchId(inode.id());
    store.PrefetchEdge(inode.parent_id(), inode.name());
  }
}

bool TreeCheckpoint::HasId(InodeId id) {
  const InodeStore& store = *tree_.store_;
  if (store.bounded() && seen_ids_.Add(store.HashOfId(id))) return false;
  return store.FindId(id) != InodeStore::kNoSlot;
}

// Inodes that wait for their parents are looked for when they are linked.
bool TreeCheckpoint::HasChild(uint32_t parent, std::string_view name) {
  const InodeStore& store = *tree_.store_;
  if (store.bounded() && seen_places_.Add(store.HashOfEdge(store.at(parent).id(), name))) {
    return false;
  }
  return store.FindChild(parent, name) != InodeStore::kNoSlot;
}

Status TreeCheckpoint::AddInode(const ProtoInode& inode) {
  InodeStore& store = *tree_.store_;
  InodeApply apply(tree_);
  bool is_root = inode.id() == kRootId;
  if (!is_root) RETURN_IF_ERROR(InodeApply::CheckName(inode.name(), inode.id()));
  if (HasId(inode.id())) {
    return DataLoss("inode " + std::to_string(inode.id()) + ": is in the checkpoint twice");
  }
  if (!inode.is_directory() && inode.id() != FileIdOfContainer(ContainerOf(inode.id()))) {
    return DataLoss("inode " + std::to_string(inode.id()) + ": is not the id of a file");
  }
  uint32_t slot = store.Create(inode.id(), is_root ? "" : inode.name(), inode.is_directory());
  InodeRecord& record = store.at(slot);
  RETURN_IF_ERROR(apply.SetPersistence(slot, inode.persistence_state()));
  record.pinned = inode.is_pinned();
  store.SetTimes(slot, {.creation_ms = inode.creation_time_ms(),
                        .modification_ms = inode.last_modified_ms(),
                        .access_ms = inode.last_accessed_ms()});
  store.SetTtl(slot, inode.ttl());
  record.set_ttl_action(static_cast<TtlAction>(inode.ttl_action()));
  apply.SetAccessAcl(slot, inode.access_acl());
  if (inode.ufs_fingerprint().size() > TextArena::kMaxText) {
    return DataLoss("inode " + std::to_string(inode.id()) + ": fingerprint is too long");
  }
  if (!inode.ufs_fingerprint().empty()) store.SetFingerprint(slot, inode.ufs_fingerprint());
  if (inode.medium_type_size() > 0 || inode.xattr_size() > 0) {
    RareFields& rare = store.EditRare(slot);
    rare.media.assign(inode.medium_type().begin(), inode.medium_type().end());
    rare.xattr.insert(inode.xattr().begin(), inode.xattr().end());
  }
  if (inode.is_directory()) {
    record.mount_point = inode.is_mount_point();
    record.children_loaded = inode.has_direct_children_loaded();
    if (inode.has_default_acl()) apply.SetDefaultAcl(slot, inode.default_acl());
  } else {
    RETURN_IF_ERROR(FillFile(slot, inode));
  }
  if (is_root) {
    store.SetRoot(slot);
    apply.Reindex(slot);
    return OkStatus();
  }
  uint32_t parent = store.FindId(inode.parent_id());
  if (parent == InodeStore::kNoSlot) {
    waiting_.emplace_back(slot, inode.parent_id());
    return OkStatus();
  }
  if (!store.at(parent).directory || HasChild(parent, inode.name())) {
    return DataLoss("inode " + std::to_string(inode.id()) + ": its place in directory " +
                    std::to_string(inode.parent_id()) + " is taken, or that is a file");
  }
  store.Link(slot, parent);
  apply.Reindex(slot);
  return OkStatus();
}

Status TreeCheckpoint::FillFile(uint32_t slot, const ProtoInode& inode) {
  InodeStore& store = *tree_.store_;
  InodeRecord& record = store.at(slot);
  ASSIGN_OR_RETURN(uint32_t blocks, InodeApply::CountBlocks(inode.id(), inode.blocks()));
  store.SetBlockCount(slot, blocks);
  store.SetLength(slot, inode.length());
  record.completed = inode.is_completed();
  record.cacheable = inode.is_cacheable();
  store.SetBlockSize(slot, inode.block_size_bytes());
  store.SetReplication(slot, inode.replication_durable(), inode.replication_min(),
                       inode.replication_max());
  if (inode.persist_job_id() != -1 || !inode.persist_job_temp_ufs_path().empty() ||
      inode.should_persist_time() != 0) {
    RareFields& rare = store.EditRare(slot);
    rare.persist_job_id = inode.persist_job_id();
    rare.temp_ufs_path = inode.persist_job_temp_ufs_path();
    rare.should_persist_time_ms = inode.should_persist_time();
  }
  return OkStatus();
}

// Parents that are each other's descendants would make every walk upwards endless.
Status TreeCheckpoint::CheckRooted(uint32_t slot) const {
  constexpr int kMostAncestors = 1 << 16;
  const InodeStore& store = *tree_.store_;
  uint32_t at = slot;
  for (int step = 0; step < kMostAncestors; ++step) {
    if (!store.at(at).linked) return OkStatus();
    at = store.at(at).parent;
  }
  return DataLoss("inode " + std::to_string(store.at(slot).id()) + ": has no end of ancestors");
}

// An inode whose parent is nowhere cannot be reached by any path. Java keeps such ones forever
// (old journals made them); here they go, with everything below them.
Status TreeCheckpoint::LinkOrphans() {
  InodeStore& store = *tree_.store_;
  InodeApply apply(tree_);
  if (store.root() == InodeStore::kNoSlot) {
    if (store.size() == 0) return OkStatus();
    return DataLoss("INODE_TREE: the checkpoint has inodes but no root");
  }
  for (auto [slot, parent_id] : waiting_) {
    uint32_t parent = store.FindId(parent_id);
    if (parent == InodeStore::kNoSlot) continue;
    if (!store.at(parent).directory ||
        store.FindChild(parent, store.NameOf(slot)) != InodeStore::kNoSlot) {
      return DataLoss("inode " + std::to_string(store.at(slot).id()) +
                      ": its place in directory " + std::to_string(parent_id) +
                      " is taken, or that is a file");
    }
    store.Link(slot, parent);
  }
  for (auto [slot, parent_id] : waiting_) RETURN_IF_ERROR(CheckRooted(slot));
  size_t lost = 0;
  for (auto [slot, parent_id] : waiting_) {
    if (store.at(slot).linked) {
      apply.Reindex(slot);
      continue;
    }
    lost += apply.RemoveSubtree(slot);
  }
  waiting_.clear();
  if (lost > 0) LOG_WARN("master: checkpoint has inodes without a parent, dropped count={}", lost);
  return OkStatus();
}

}  // namespace alluxio::master
