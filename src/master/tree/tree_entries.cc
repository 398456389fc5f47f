// The inode tree as entries that rebuild it: the form of backups. Every directory comes before what
// is in it.
#include <vector>

#include "master/tree/inode_entries.h"
#include "master/tree/inode_store.h"
#include "master/tree/inode_tree.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

NewInode CommonOf(InodeView view) {
  NewInode inode;
  inode.id = view.id();
  inode.parent_id = view.parent_id();
  inode.name = view.name();
  inode.persistence = view.persistence();
  inode.pinned = view.pinned();
  inode.creation_time_ms = view.creation_time_ms();
  inode.modification_time_ms = view.modification_time_ms();
  inode.access_time_ms = view.access_time_ms();
  inode.ttl_ms = view.ttl_ms();
  inode.ttl_action = view.ttl_action();
  inode.owner = view.owner();
  inode.group = view.group();
  inode.mode = view.mode();
  inode.acl = view.extended_acl();
  inode.media = view.media();
  inode.xattr = view.xattr();
  return inode;
}

Edit DirectoryOf(InodeView view) {
  NewDirectory directory;
  directory.inode = CommonOf(view);
  directory.mount_point = view.mount_point();
  directory.children_loaded = view.children_loaded();
  directory.default_acl = view.default_acl();
  return NewDirectoryEdit(directory);
}

Edit FileOf(InodeView view) {
  NewFile file;
  file.inode = CommonOf(view);
  file.block_size = view.block_size();
  file.length = view.length();
  file.completed = view.completed();
  file.cacheable = view.cacheable();
  file.block_count = static_cast<int64_t>(view.block_count());
  file.ufs_fingerprint = view.ufs_fingerprint();
  file.replication_max = view.replication_max();
  file.replication_min = view.replication_min();
  file.replication_durable = view.replication_durable();
  file.persist_job_id = view.persist_job_id();
  file.temp_ufs_path = view.temp_ufs_path();
  Edit edit = NewFileEdit(file);
  if (view.should_persist_time_ms() != 0) {
    edit.entry().mutable_inode_file()->set_should_persist_time(view.should_persist_time_ms());
  }
  return edit;
}

}  // namespace

Status InodeTree::VisitEntries(const journal::EntryVisitor& visit) const {
  const InodeStore& store = *store_;
  if (store.root() == InodeStore::kNoSlot) return OkStatus();
  std::vector<uint32_t> waiting = {store.root()};  // no recursion: names may be nested deeply
  while (!waiting.empty()) {
    InodeView view(&store, waiting.back());
    waiting.pop_back();
    Edit edit = view.is_directory() ? DirectoryOf(view) : FileOf(view);
    RETURN_IF_ERROR(visit(edit.entry()));
    // The entry of a new file that is pinned takes 0 for no limit, in Java as well.
    if (view.is_file() && view.pinned() && view.replication_max() == 0) {
      FileUpdate update;
      update.id = view.id();
      update.replication_max = 0;
      RETURN_IF_ERROR(visit(UpdateFileEdit(update).entry()));
    }
    if (view.is_file()) continue;
    // The entry of a new directory has no place for it.
    if (!view.ufs_fingerprint().empty()) {
      InodeUpdate update;
      update.id = view.id();
      update.ufs_fingerprint = view.ufs_fingerprint();
      RETURN_IF_ERROR(visit(UpdateInodeEdit(update).entry()));
    }
    store.VisitChildren(view.slot(), "", [&](uint32_t child) {
      waiting.push_back(child);
      return true;
    });
  }
  return OkStatus();
}

}  // namespace alluxio::master
