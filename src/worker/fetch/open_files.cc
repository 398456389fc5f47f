#include "worker/fetch/open_files.h"

namespace alluxio::worker {

std::shared_ptr<ufs::UfsReader> OpenFiles::Find(const Key& key) {
  if (!options_.enabled) return nullptr;
  Items gone;  // closed without the lock
  MutexLock lock(mutex_);
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  Items::iterator item = found->second;
  if (clock_.Monotonic() - item->opened > options_.expire_after) {
    gone.splice(gone.begin(), newest_first_, item);
    by_key_.erase(found);
    return nullptr;
  }
  newest_first_.splice(newest_first_.begin(), newest_first_, item);
  return item->file;
}

void OpenFiles::Keep(const Key& key, std::shared_ptr<ufs::UfsReader> file) {
  if (!options_.enabled || options_.limit == 0) return;
  Items gone;
  MutexLock lock(mutex_);
  if (auto found = by_key_.find(key); found != by_key_.end()) {
    gone.splice(gone.begin(), newest_first_, found->second);
    by_key_.erase(found);
  }
  if (newest_first_.size() >= options_.limit) {
    by_key_.erase(newest_first_.back().key);
    gone.splice(gone.begin(), newest_first_, std::prev(newest_first_.end()));
  }
  newest_first_.push_front({key, std::move(file), clock_.Monotonic()});
  by_key_[key] = newest_first_.begin();
}

void OpenFiles::Drop(const Key& key) {
  Items gone;
  MutexLock lock(mutex_);
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  gone.splice(gone.begin(), newest_first_, found->second);
  by_key_.erase(found);
}

}  // namespace alluxio::worker
