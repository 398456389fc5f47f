#include "master/tree/inode_entries.h"

#include "master/tree/acl_proto.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace {

namespace pj = ::alluxio::proto::journal;

Edit Namespace() { return Edit(journal::Component::kFileSystem); }

// The fields InodeFileEntry and InodeDirectoryEntry share by name.
template <typename Entry>
void FillNewInode(const NewInode& inode, Entry* entry) {
  entry->set_id(inode.id);
  entry->set_parent_id(inode.parent_id);
  entry->set_name(inode.name);
  entry->set_persistence_state(PersistenceStateText(inode.persistence));
  entry->set_pinned(inode.pinned);
  entry->set_creation_time_ms(inode.creation_time_ms);
  entry->set_last_modification_time_ms(inode.modification_time_ms);
  entry->set_last_access_time_ms(inode.access_time_ms);
  entry->set_ttl(inode.ttl_ms);
  entry->set_ttlaction(static_cast<pj::PTtlAction>(inode.ttl_action));
  AccessAclToProto(inode.owner, inode.group, inode.mode, inode.acl, entry->mutable_acl());
  for (const std::string& medium : inode.media) entry->add_medium_type(medium);
  for (const auto& [key, value] : inode.xattr) (*entry->mutable_xattr())[key] = value;
  if (!inode.path.empty()) entry->set_path(inode.path);
}

}  // namespace

Edit NewDirectoryEdit(const NewDirectory& directory) {
  Edit edit = Namespace();
  pj::InodeDirectoryEntry* entry = edit.entry().mutable_inode_directory();
  FillNewInode(directory.inode, entry);
  entry->set_mount_point(directory.mount_point);
  entry->set_direct_children_loaded(directory.children_loaded);
  DefaultAclToProto(directory.inode.owner, directory.inode.group, directory.default_acl,
                    entry->mutable_defaultacl());
  return edit;
}

Edit NewFileEdit(const NewFile& file) {
  Edit edit = Namespace();
  pj::InodeFileEntry* entry = edit.entry().mutable_inode_file();
  FillNewInode(file.inode, entry);
  entry->set_block_size_bytes(file.block_size);
  entry->set_length(file.length);
  entry->set_completed(file.completed);
  entry->set_cacheable(file.cacheable);
  for (int64_t n = 0; n < file.block_count; ++n) {
    entry->add_blocks(MakeId(ContainerOf(file.inode.id), n));
  }
  entry->set_ufs_fingerprint(file.ufs_fingerprint);
  entry->set_replication_max(file.replication_max);
  entry->set_replication_min(file.replication_min);
  entry->set_persist_job_id(file.persist_job_id);
  entry->set_temp_ufs_path(file.temp_ufs_path);
  entry->set_replication_durable(file.replication_durable);
  return edit;
}

Edit NewBlockEdit(InodeId file) {
  Edit edit = Namespace();
  edit.entry().mutable_new_block()->set_id(file);
  return edit;
}

Edit UpdateInodeEdit(const InodeUpdate& update) {
  Edit edit = Namespace();
  pj::UpdateInodeEntry* entry = edit.entry().mutable_update_inode();
  entry->set_id(update.id);
  if (update.persistence) {
    entry->set_persistence_state(PersistenceStateText(*update.persistence));
  }
  if (update.pinned) entry->set_pinned(*update.pinned);
  if (update.modification_time_ms) {
    entry->set_last_modification_time_ms(*update.modification_time_ms);
  }
  if (update.overwrite_modification_time) entry->set_overwrite_modification_time(true);
  if (update.owner) entry->set_owner(*update.owner);
  if (update.group) entry->set_group(*update.group);
  if (update.mode) entry->set_mode(update.mode->bits);
  if (update.ttl_ms) entry->set_ttl(*update.ttl_ms);
  if (update.ttl_action) {
    entry->set_ttlaction(static_cast<pj::PTtlAction>(*update.ttl_action));
  }
  if (update.ufs_fingerprint) entry->set_ufs_fingerprint(*update.ufs_fingerprint);
  for (const std::string& medium : update.media) entry->add_medium_type(medium);
  if (!update.xattr.empty()) {
    for (const auto& [key, value] : update.xattr) (*entry->mutable_xattr())[key] = value;
    entry->set_xattr_update_strategy(static_cast<pj::XAttrUpdateStrategy>(update.xattr_update));
  }
  if (update.access_time_ms) entry->set_last_access_time_ms(*update.access_time_ms);
  if (update.overwrite_access_time) entry->set_overwrite_access_time(true);
  return edit;
}

Edit UpdateDirectoryEdit(const DirectoryUpdate& update) {
  Edit edit = Namespace();
  pj::UpdateInodeDirectoryEntry* entry = edit.entry().mutable_update_inode_directory();
  entry->set_id(update.id);
  if (update.mount_point) entry->set_mount_point(*update.mount_point);
  if (update.children_loaded) entry->set_direct_children_loaded(*update.children_loaded);
  if (update.default_acl) {
    DefaultAclToProto(update.owner, update.group, update.default_acl,
                      entry->mutable_defaultacl());
  }
  return edit;
}

Edit UpdateFileEdit(const FileUpdate& update) {
  Edit edit = Namespace();
  pj::UpdateInodeFileEntry* entry = edit.entry().mutable_update_inode_file();
  entry->set_id(update.id);
  if (update.block_size) entry->set_block_size_bytes(*update.block_size);
  if (update.length) entry->set_length(*update.length);
  if (update.completed) entry->set_completed(*update.completed);
  if (update.cacheable) entry->set_cacheable(*update.cacheable);
  for (int64_t n = 0; n < update.block_count.value_or(0); ++n) {
    entry->add_set_blocks(MakeId(ContainerOf(update.id), n));
  }
  if (update.replication_max) entry->set_replication_max(*update.replication_max);
  if (update.replication_min) entry->set_replication_min(*update.replication_min);
  if (update.persist_job_id) entry->set_persist_job_id(*update.persist_job_id);
  if (update.temp_ufs_path) entry->set_temp_ufs_path(*update.temp_ufs_path);
  if (!update.path.empty()) entry->set_path(update.path);
  return edit;
}

Edit RenameEdit(const InodeRename& rename) {
  Edit edit = Namespace();
  pj::RenameEntry* entry = edit.entry().mutable_rename();
  entry->set_id(rename.id);
  entry->set_op_time_ms(rename.time_ms);
  entry->set_new_parent_id(rename.new_parent_id);
  entry->set_new_name(rename.new_name);
  if (!rename.path.empty()) entry->set_path(rename.path);
  if (!rename.new_path.empty()) entry->set_new_path(rename.new_path);
  return edit;
}

Edit DeleteEdit(const InodeDelete& deletion) {
  Edit edit = Namespace();
  pj::DeleteFileEntry* entry = edit.entry().mutable_delete_file();
  entry->set_id(deletion.id);
  entry->set_recursive(false);
  entry->set_op_time_ms(deletion.time_ms);
  if (!deletion.path.empty()) entry->set_path(deletion.path);
  return edit;
}

Edit SetAclEdit(const AclChange& change) {
  Edit edit = Namespace();
  pj::SetAclEntry* entry = edit.entry().mutable_set_acl();
  entry->set_id(change.id);
  entry->set_op_time_ms(change.time_ms);
  entry->set_action(static_cast<pj::PSetAclAction>(change.action));
  for (const AclEntry& item : change.entries) AclEntryToProto(item, entry->add_entries());
  return edit;
}

}  // namespace alluxio::master
