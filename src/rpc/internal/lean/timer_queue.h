// TimerQueue and LoopTimer: what a loop does later. A heap, so that the next time is exact and an
// idle loop sleeps. Owned by one thread.
#pragma once

#include <cstddef>
#include <vector>

#include "base/callback.h"
#include "base/duration.h"

namespace alluxio::rpc {

class TimerQueue;

// Fires once for each Set(). Its queue outlives it, or is cleared before.
class LoopTimer {
 public:
  explicit LoopTimer(Callback<void()> fire) : fire_(std::move(fire)) {}
  ~LoopTimer() { Cancel(); }
  LoopTimer(const LoopTimer&) = delete;
  LoopTimer& operator=(const LoopTimer&) = delete;

  // Replaces an earlier time. `at` is of the monotonic clock.
  void Set(TimerQueue& queue, Duration at);
  void Cancel();
  bool pending() const { return queue_ != nullptr; }

 private:
  friend class TimerQueue;
  Callback<void()> fire_;
  TimerQueue* queue_ = nullptr;
  Duration at_{};
  size_t index_ = 0;  // in the heap
};

class TimerQueue {
 public:
  ~TimerQueue() { Clear(); }
  bool empty() const { return heap_.empty(); }
  // When the first timer is due; not of an empty queue.
  Duration next() const { return heap_.front()->at_; }
  // Fires what is due. Timers may be set and cancelled meanwhile, and destroyed but for the one
  // that fires.
  void Run(Duration now);
  // Forgets all timers.
  void Clear();

 private:
  friend class LoopTimer;
  void Add(LoopTimer* timer);
  void Remove(LoopTimer* timer);
  void Place(size_t index, LoopTimer* timer);
  void SiftUp(size_t index);
  void SiftDown(size_t index);

  std::vector<LoopTimer*> heap_;  // the earliest first
};

}  // namespace alluxio::rpc
