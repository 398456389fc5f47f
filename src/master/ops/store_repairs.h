// StoreRepairs: edits that ended half way between the namespace and an under store, and wait to be
// finished: what a master finds after a restart, and what failed in a way that could not be undone.
//
// The paths stay locked meanwhile, so that nobody sees or changes one half; whoever asks for them
// is told at once instead of waiting. In memory: the journal knows the edits (StoreEdits).
// Thread-safe (leaf lock).
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/mutex.h"
#include "master/state/store_edits.h"
#include "master/tree/path_locks.h"

namespace alluxio::master {

class StoreRepairs {
 public:
  // `hold` may be empty: then the paths are free. `why` is what went wrong.
  void Add(StoreEdit edit, PathLockHold hold, std::string why);
  // Edits whose time for a try has come; each is in the hands of the caller until Done or Retry.
  std::vector<StoreEdit> TakeDue(Duration now);
  void Done(InodeId inode);  // gives the locks back
  void Retry(InodeId inode, Duration now, std::string why);

  // UNAVAILABLE with the reason when a path wanted is, or is above or below, one that waits.
  Status Check(const std::vector<PathLockRequest>& wanted) const;
  size_t size() const { return count_.load(std::memory_order_relaxed); }

 private:
  struct Item {
    StoreEdit edit;
    PathLockHold hold;
    std::string why;
    Duration due{};
    Duration back_off = std::chrono::seconds(1);
    bool taken = false;
  };
  static constexpr Duration kMostBackOff = std::chrono::minutes(5);

  mutable Mutex mutex_;
  std::map<InodeId, Item> items_ GUARDED_BY(mutex_);
  std::atomic<size_t> count_{0};  // relaxed: spares the lock where nothing waits
};

}  // namespace alluxio::master
