// FlushWatch: notices that one flush has been going on for longer than it may, whatever its thread
// is stuck in: a call to a store that hangs comes back late or never.
//
// It counts its own looks and not the time: a process that was stopped does not look, so after
// SIGCONT the flush still gets its chance. Begin() and End() are for the one thread that flushes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/duration.h"
#include "env/executor.h"

namespace alluxio::journal {

class FlushWatch {
 public:
  // `counts`: whether the time that passes now is the store's to answer for. `late` runs once at
  // most, on a thread of the watch, a tenth of `limit` after it, so that a flush that gives up by
  // itself is first. Zero allows no second try and says nothing of how long the first may take:
  // nothing is watched then.
  FlushWatch(Duration limit, std::function<bool()> counts, std::function<void()> late);

  void Begin() { flush_.store(++flushes_, std::memory_order_relaxed); }
  void End() { flush_.store(0, std::memory_order_relaxed); }

 private:
  void Look();

  const std::function<bool()> counts_;
  const std::function<void()> late_;
  uint64_t flushes_ = 0;            // for who flushes
  std::atomic<uint64_t> flush_ = 0;  // the number of the one that is running; 0 = none
  uint64_t seen_ = 0;               // these two for the watch's thread
  int64_t looks_ = 0;               // at `seen_`
  int64_t allowed_ = 0;
  std::unique_ptr<PeriodicTask> looking_;
};

}  // namespace alluxio::journal
