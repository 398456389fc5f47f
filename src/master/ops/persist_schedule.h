// PersistSchedule: when a file that waits to be persisted may be taken up, and temporaries of files
// that are persisted by now. In memory only: after a restart every waiting file is due, as in
// Alluxio, and temporaries are swept. Bounded; thread-safe (leaf lock).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "model/ids.h"

namespace alluxio::master {

class PersistSchedule {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  explicit PersistSchedule(size_t limit = 1'000'000) : limit_(limit) {}

  // Not before `at_ms` (kNever = only when asked for). Beyond the limit nothing is noted, so the
  // file is due at once.
  void Hold(InodeId file, int64_t at_ms) {
    MutexLock lock(mutex_);
    if (not_before_.size() < limit_ || not_before_.contains(file)) not_before_[file] = at_ms;
  }
  void Release(InodeId file) {
    MutexLock lock(mutex_);
    not_before_.erase(file);
  }
  bool Due(InodeId file, int64_t now_ms) const {
    MutexLock lock(mutex_);
    auto found = not_before_.find(file);
    return found == not_before_.end() || found->second <= now_ms;
  }

  // A temporary of a persisted file lies around.
  void Leave(std::string temp_ufs_path) {
    MutexLock lock(mutex_);
    left_.push_back(std::move(temp_ufs_path));
  }
  // What lies around, for the caller to delete; nothing while there are fewer than `at_least`.
  std::vector<std::string> TakeLeft(size_t at_least) {
    MutexLock lock(mutex_);
    if (left_.size() < at_least) return {};
    return std::exchange(left_, {});
  }

 private:
  const size_t limit_;
  mutable Mutex mutex_;
  absl::flat_hash_map<InodeId, int64_t> not_before_ GUARDED_BY(mutex_);
  std::vector<std::string> left_ GUARDED_BY(mutex_);  // as many as are persisted between two takes
};

}  // namespace alluxio::master
