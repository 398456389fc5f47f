// The inode tree as entries that rebuild it: the form of backups. Every directory comes before what
// is in it.
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "master/tree/cold_image.h"
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

Status VisitInode(InodeView view, const journal::EntryVisitor& visit) {
  Edit edit = view.is_directory() ? DirectoryOf(view) : FileOf(view);
  RETURN_IF_ERROR(visit(edit.entry()));
  // The entry of a new file that is pinned takes 0 for no limit, in Java as well.
  if (view.is_file() && view.pinned() && view.replication_max() == 0) {
    FileUpdate update;
    update.id = view.id();
    update.replication_max = 0;
    return visit(UpdateFileEdit(update).entry());
  }
  // The entry of a new directory has no place for it.
  if (view.is_directory() && !view.ufs_fingerprint().empty()) {
    InodeUpdate update;
    update.id = view.id();
    update.ufs_fingerprint = view.ufs_fingerprint();
    return visit(UpdateInodeEdit(update).entry());
  }
  return OkStatus();
}

// The directories that are not in memory, by their parents. As many rows as there are.
using ColdDirectories = absl::flat_hash_map<InodeId, std::vector<ColdRow>>;

Status VisitDirectories(ColdDirectories& cold, const InodeStore& store, InodeStore& shown,
                        const journal::EntryVisitor& visit) {
  std::vector<InodeId> parents;
  for (const auto& [parent, rows] : cold) {
    if (store.FindResident(parent) != InodeStore::kNoSlot) parents.push_back(parent);
  }
  while (!parents.empty()) {
    auto found = cold.find(parents.back());
    parents.pop_back();
    if (found == cold.end()) continue;
    for (const ColdRow& row : found->second) {
      InodeView view(&shown, shown.ShowRow(row.parent, row.name, row.row));
      RETURN_IF_ERROR(VisitInode(view, visit));
      parents.push_back(view.id());
    }
    cold.erase(found);
  }
  return OkStatus();
}

Status VisitResidentDirectories(const InodeStore& store, const journal::EntryVisitor& visit) {
  std::vector<uint32_t> waiting = {store.root()};
  while (!waiting.empty()) {
    uint32_t slot = waiting.back();
    waiting.pop_back();
    RETURN_IF_ERROR(VisitInode(InodeView(&store, slot), visit));
    for (uint32_t child : store.ResidentChildren(slot, "", store.resident())) {
      if (store.at(child).directory) waiting.push_back(child);
    }
  }
  return OkStatus();
}

}  // namespace

// What is in memory hangs together at the root, so its directories come first, then those that are
// not, from the top, and the files at last.
Status InodeTree::VisitBounded(const journal::EntryVisitor& visit) const {
  const InodeStore& store = *store_;
  InodeStore shown;
  shown.ShowRowsOf(store);
  std::unique_ptr<ColdRows> rows = NewColdRows();
  RETURN_IF_ERROR(VisitResidentDirectories(store, visit));
  ColdDirectories cold;
  ColdRow row;
  while (true) {
    ASSIGN_OR_RETURN(bool more, rows->Next(&row));
    if (!more) break;
    uint32_t slot = shown.ShowRow(row.parent, row.name, row.row);
    if (store.FindResident(shown.at(slot).id()) != InodeStore::kNoSlot) continue;
    cold[row.parent].push_back(row);
  }
  RETURN_IF_ERROR(VisitDirectories(cold, store, shown, visit));
  for (uint32_t slot = 0; slot < store.slot_limit(); ++slot) {
    if (!store.at(slot).used || store.at(slot).directory) continue;
    RETURN_IF_ERROR(VisitInode(InodeView(&store, slot), visit));
  }
  while (true) {
    ASSIGN_OR_RETURN(bool more, rows->Next(&row));
    if (!more) return OkStatus();
    InodeView view(&shown, shown.ShowRow(row.parent, row.name, row.row));
    if (store.FindResident(view.id()) != InodeStore::kNoSlot) continue;
    RETURN_IF_ERROR(VisitInode(view, visit));
  }
}

Status InodeTree::VisitEntries(const journal::EntryVisitor& visit) const {
  const InodeStore& store = *store_;
  if (store.root() == InodeStore::kNoSlot) return OkStatus();
  if (store.bounded()) return VisitBounded(visit);
  std::vector<uint32_t> waiting = {store.root()};  // no recursion: names may be nested deeply
  while (!waiting.empty()) {
    InodeView view(&store, waiting.back());
    waiting.pop_back();
    RETURN_IF_ERROR(VisitInode(view, visit));
    if (view.is_file()) continue;
    store.VisitChildren(view.slot(), "", [&](uint32_t child) {
      waiting.push_back(child);
      return true;
    });
  }
  return OkStatus();
}

}  // namespace alluxio::master
