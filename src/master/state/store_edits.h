// StoreEdits: edits of the namespace that have steps in an under store and are not over yet.
//
//   begun (durable) --> steps in the under store --> ended, with the edit of the namespace itself
//
// After a restart what is here is what was going on when the master ended: it is finished or undone
// by whoever knows the operation (master/ops/store_repair.h). Entries of the journal carry the two
// marks as a field that other masters ignore; a checkpoint carries the edits that are not over in
// the entries of DirectoryIds.
//
// Thread-compatible: the tree lock guards it, exclusively for RememberEntry.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "master/state/edit.h"
#include "model/fs_options.h"
#include "model/ids.h"

namespace alluxio::master {

struct StoreEdit {
  enum class Kind : uint8_t { kRename, kDelete };
  InodeId inode = kNoInode;  // at most one edit of an inode at a time
  Kind kind = Kind::kRename;
  std::string path;
  std::string to;  // kRename
  std::string user;
  std::optional<OperationId> operation;  // of the client, which may ask again
};

class StoreEdits {
 public:
  // Notes a begin or an end; entries without are ignored.
  void RememberEntry(const journal::JournalEntry& entry);
  void Clear() { edits_.clear(); }
  std::vector<StoreEdit> All() const;  // ordered by inode
  size_t size() const { return edits_.size(); }

 private:
  std::map<InodeId, StoreEdit> edits_;
};

// Puts the mark on an edit that is recorded anyway, or on one that changes nothing.
void MarkBegin(const StoreEdit& what, Edit* edit);
void MarkEnd(InodeId inode, Edit* edit);

}  // namespace alluxio::master
