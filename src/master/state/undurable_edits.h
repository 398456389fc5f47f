// UndurableEdits: which inodes were edited by entries that are not on the disk yet.
//
// A reader must not show what a power loss could take back, so its reply waits for the position of
// the last edit of every inode it saw; an inode that is not in here was durable long ago. Guarded
// by the tree lock: Touch and SetPosition need it exclusively, PositionOf shared. Forgets durable
// edits as new ones come, so its size follows the journal's queue.
#pragma once

#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "journal/journal.h"
#include "model/ids.h"

namespace alluxio::master {

class UndurableEdits {
 public:
  UndurableEdits() = default;
  // `journal` outlives this; before it is set nothing is remembered.
  void SetJournal(const journal::Journal* journal) { journal_ = journal; }

  // The edit being applied from now on; 0 = replay, which is durable by nature.
  void SetPosition(journal::Position position);
  // An operation's edit is being applied, not a replayed one.
  bool Live() const { return position_ != 0; }
  // The edit being applied changed this inode. A change of a directory's children touches the
  // directory as well.
  void Touch(InodeId id) {
    if (position_ == 0 || (newest_ == position_ && newest_id_ == id)) return;
    Remember(id);
  }

  // What a reader of this inode has to wait for; 0 = nothing. Cheap when nothing is pending.
  journal::Position PositionOf(InodeId id) const;
  // True when a read that saw anything may answer at once.
  bool Quiet() const;

  size_t size() const { return last_.size(); }

 private:
  void Remember(InodeId id);
  void Forget();

  const journal::Journal* journal_ = nullptr;
  journal::Position position_ = 0;
  journal::Position newest_ = 0;
  InodeId newest_id_ = kNoInode;  // what newest_ is of
  absl::flat_hash_map<InodeId, journal::Position> last_;
  std::deque<std::pair<journal::Position, InodeId>> order_;
};

}  // namespace alluxio::master
