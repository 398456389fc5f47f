#include "master/state/undurable_edits.h"

namespace alluxio::master {

void UndurableEdits::SetPosition(journal::Position position) {
  position_ = journal_ == nullptr ? 0 : position;
}

void UndurableEdits::Remember(InodeId id, Touched what) {
  Forget();
  newest_ = position_;
  newest_id_ = id;
  newest_changed_ = what == Touched::kInode;
  Last& last = last_[id];
  if (what == Touched::kInode) last.inode = position_;
  if (last.any == position_) return;  // touched twice by one edit
  last.any = position_;
  order_.emplace_back(position_, id);
}

// A few steps for each new touch: the table shrinks faster than it grows once the disk caught up.
void UndurableEdits::Forget() {
  journal::Position durable = journal_->durable();
  for (int step = 0; step < 4 && !order_.empty(); ++step) {
    auto [position, id] = order_.front();
    if (position > durable) return;
    order_.pop_front();
    auto found = last_.find(id);
    if (found != last_.end() && found->second.any == position) last_.erase(found);
  }
}

journal::Position UndurableEdits::PositionOf(InodeId id) const {
  if (Quiet()) return 0;
  auto found = last_.find(id);
  return found == last_.end() ? 0 : found->second.any;
}

journal::Position UndurableEdits::PositionOfWay(InodeId id) const {
  if (Quiet()) return 0;
  auto found = last_.find(id);
  return found == last_.end() ? 0 : found->second.inode;
}

bool UndurableEdits::Quiet() const {
  return newest_ == 0 || journal_->durable() >= newest_;
}

}  // namespace alluxio::master
