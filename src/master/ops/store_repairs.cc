#include "master/ops/store_repairs.h"

#include <algorithm>

#include "model/path.h"

namespace alluxio::master {
namespace {

bool Touch(const std::string& a, const std::string& b) {
  return IsSameOrBelow(a, b) || IsSameOrBelow(b, a);
}

std::string TextOf(const StoreEdit& edit) {
  return edit.kind == StoreEdit::Kind::kRename ? "rename " + edit.path + " to " + edit.to
                                               : "delete " + edit.path;
}

}  // namespace

void StoreRepairs::Add(StoreEdit edit, PathLockHold hold, std::string why) {
  MutexLock lock(mutex_);
  InodeId inode = edit.inode;
  Item& item = items_[inode];
  item.edit = std::move(edit);
  item.hold = std::move(hold);
  item.why = std::move(why);
  count_.store(items_.size(), std::memory_order_relaxed);
}

std::vector<StoreEdit> StoreRepairs::TakeDue(Duration now) {
  std::vector<StoreEdit> due;
  MutexLock lock(mutex_);
  for (auto& [inode, item] : items_) {
    if (item.taken || now < item.due) continue;
    item.taken = true;
    due.push_back(item.edit);
  }
  return due;
}

void StoreRepairs::Done(InodeId inode) {
  PathLockHold last;  // returned without this lock
  MutexLock lock(mutex_);
  auto found = items_.find(inode);
  if (found == items_.end()) return;
  last = std::move(found->second.hold);
  items_.erase(found);
  count_.store(items_.size(), std::memory_order_relaxed);
}

void StoreRepairs::Retry(InodeId inode, Duration now, std::string why) {
  MutexLock lock(mutex_);
  auto found = items_.find(inode);
  if (found == items_.end()) return;
  Item& item = found->second;
  item.taken = false;
  item.why = std::move(why);
  item.due = now + item.back_off;
  item.back_off = std::min(item.back_off * 2, kMostBackOff);
}

Status StoreRepairs::Check(const std::vector<PathLockRequest>& wanted) const {
  if (size() == 0) return OkStatus();
  MutexLock lock(mutex_);
  for (const auto& [inode, item] : items_) {
    if (!item.hold) continue;
    for (const PathLockRequest& request : wanted) {
      bool above = request.kind != PathLockKind::kTree;
      bool hit = above ? IsSameOrBelow(request.path, item.edit.path) ||
                             IsSameOrBelow(request.path, item.edit.to)
                       : Touch(request.path, item.edit.path) || Touch(request.path, item.edit.to);
      if (!hit) continue;
      return Unavailable(request.path + ": " + TextOf(item.edit) +
                         " ended half way and is being finished: " + item.why);
    }
  }
  return OkStatus();
}

}  // namespace alluxio::master
