// ReusedBuffers: large buffers, used again instead of given back to the system: a fresh one costs a
// page fault every 4 KiB, which is more than it costs to fill it.
//
// Bounded: at most `spare` buffers lie unused. Thread-safe; its lock is below leaf locks, because a
// buffer comes back wherever its last owner leaves.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/mutex.h"

namespace alluxio {

class ReusedBuffers {
 public:
  // Of `bytes` each.
  ReusedBuffers(size_t bytes, size_t spare);

  // `size` bytes with anything in them. They come back when their last owner leaves, which may be
  // after the end of this object. Much smaller or larger ones than `bytes` are not kept.
  std::shared_ptr<char[]> Take(size_t size);

  // Buffers that lie unused.
  size_t unused() const;

 private:
  static constexpr LockRank kBelowLeaves{5};

  struct Shelf {
    explicit Shelf(size_t most) : limit(most) {}

    const size_t limit;
    Mutex mutex{kBelowLeaves};
    std::vector<std::unique_ptr<char[]>> buffers GUARDED_BY(mutex);
  };

  const size_t bytes_;
  const std::shared_ptr<Shelf> shelf_;  // shared with the buffers that are out
};

}  // namespace alluxio
