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
  // The edit being applied changed this inode.
  void Touch(InodeId id) {
    if (position_ != 0 && !(IsNewest(id) && newest_changed_)) Remember(id, Touched::kInode);
  }
  // The edit being applied changed which children this directory has, or its times.
  void TouchChildren(InodeId id) {
    if (position_ != 0 && !IsNewest(id)) Remember(id, Touched::kChildren);
  }

  // What a reader of this inode has to wait for; 0 = nothing. Cheap when nothing is pending.
  journal::Position PositionOf(InodeId id) const;
  // The same for who came through this directory to one of its children, which is there: it saw
  // neither the others nor the times.
  journal::Position PositionOfWay(InodeId id) const;
  // The same for who saw a large part of the tree: all edits.
  journal::Position PositionOfAll() const { return Quiet() ? 0 : newest_; }
  // True when a read that saw anything may answer at once.
  bool Quiet() const;

  size_t size() const { return last_.size(); }

 private:
  enum class Touched { kInode, kChildren };
  struct Last {
    journal::Position any = 0;
    journal::Position inode = 0;  // of Touch alone
  };

  bool IsNewest(InodeId id) const { return newest_ == position_ && newest_id_ == id; }
  void Remember(InodeId id, Touched what);
  void Forget();

  const journal::Journal* journal_ = nullptr;
  journal::Position position_ = 0;
  journal::Position newest_ = 0;
  InodeId newest_id_ = kNoInode;  // what newest_ is of
  bool newest_changed_ = false;   // by Touch
  absl::flat_hash_map<InodeId, Last> last_;
  std::deque<std::pair<journal::Position, InodeId>> order_;
};

}  // namespace alluxio::master
