#include "master/sync/sync_times.h"

#include <algorithm>

#include "model/path.h"

namespace alluxio::master {

void SyncTimes::Synced(const std::string& path, What what, int64_t now_ms) {
  MutexLock lock(mutex_);
  if (times_.size() >= limit_) times_.clear();  // Rare; costs one more comparison a path.
  Times& times = times_[path];
  if (what.self) times.self_ms = std::max(times.self_ms, now_ms);
  if (what.children) times.children_ms = std::max(times.children_ms, now_ms);
}

bool SyncTimes::Due(std::string_view path, bool with_children, int64_t interval_ms,
                    int64_t now_ms) const {
  if (interval_ms == 0) return true;
  MutexLock lock(mutex_);
  if (interval_ms < 0 && dirty_.empty()) return false;
  int64_t last = 0;
  if (auto found = times_.find(std::string(path)); found != times_.end()) {
    last = with_children ? found->second.children_ms : found->second.self_ms;
  }
  if (!with_children && path != "/") {
    // A listing of the parent has compared this one too.
    auto parent = times_.find(std::string(ParentPath(path)));
    if (parent != times_.end()) last = std::max(last, parent->second.children_ms);
  }
  return DirtySince(path, last) || (interval_ms > 0 && now_ms - last >= interval_ms);
}

bool SyncTimes::Outdated(const std::string& path, int64_t compared_ms, int64_t interval_ms,
                         int64_t now_ms) const {
  if (interval_ms >= 0 && now_ms - compared_ms >= interval_ms) return true;
  MutexLock lock(mutex_);
  return DirtySince(path, compared_ms);
}

bool SyncTimes::DirtySince(std::string_view path, int64_t time_ms) const {
  for (std::string_view at = path;; at = ParentPath(at)) {
    auto found = dirty_.find(at);
    if (found != dirty_.end() && found->second >= time_ms) return true;
    if (at == "/") return false;
  }
}

void SyncTimes::MarkDirty(const std::string& path, int64_t now_ms) {
  MutexLock lock(mutex_);
  if (dirty_.size() >= limit_) {
    // Too many marks to keep apart: everything is dirty.
    dirty_.clear();
    dirty_["/"] = now_ms;
  }
  dirty_[path] = now_ms;
}

void SyncTimes::Clear() {
  MutexLock lock(mutex_);
  times_.clear();
  dirty_.clear();
}

}  // namespace alluxio::master
