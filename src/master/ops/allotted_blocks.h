// AllottedBlocks: block ids that this process has handed out lately. A block that was handed out
// by an earlier process, or by the primary before this one, and was never committed, has most
// likely been asked for by a client that never got the answer, and asks again. Thread-safe.
#pragma once

#include <deque>

#include "absl/container/flat_hash_set.h"
#include "base/mutex.h"
#include "model/ids.h"

namespace alluxio::master {

class AllottedBlocks {
 public:
  // Of the oldest it is forgotten that they are ours.
  static constexpr size_t kMost = 100'000;

  void Note(BlockId block) {
    MutexLock lock(mutex_);
    if (!known_.insert(block).second) return;
    order_.push_back(block);
    if (order_.size() <= kMost) return;
    known_.erase(order_.front());
    order_.pop_front();
  }
  bool Has(BlockId block) const {
    MutexLock lock(mutex_);
    return known_.contains(block);
  }

 private:
  mutable Mutex mutex_{LockRank::kLeaf};
  absl::flat_hash_set<BlockId> known_ GUARDED_BY(mutex_);
  std::deque<BlockId> order_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::master
