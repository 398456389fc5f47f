// Timer: how long something took, as count, sum, maximum and percentiles from fixed buckets.
//
// Buckets are powers of two of a microsecond split in four, so a percentile is right to within a
// quarter of itself. Relaxed atomics, no locks: the numbers of one snapshot may be apart by the
// recordings that happened meanwhile. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/duration.h"
#include "env/clock.h"

namespace alluxio::metrics {

class Timer {
 public:
  void Record(Duration elapsed);
  // A recording under way may be kept in part.
  void Clear();

  int64_t Count() const { return count_.load(std::memory_order_relaxed); }
  Duration Sum() const { return Duration(sum_ns_.load(std::memory_order_relaxed)); }
  Duration Max() const { return Duration(max_ns_.load(std::memory_order_relaxed)); }
  // The time that `fraction` (0.99) of the recordings stayed within; zero when there are none.
  Duration Percentile(double fraction) const;

 private:
  static constexpr int kBuckets = 4 * 32;  // up to about an hour

  std::atomic<int64_t> count_{0};
  std::atomic<int64_t> sum_ns_{0};
  std::atomic<int64_t> max_ns_{0};
  std::array<std::atomic<int64_t>, kBuckets> buckets_{};
};

// Records the time between its construction and destruction.
class ScopedTimer {
 public:
  // Both outlive this object.
  ScopedTimer(Timer& timer, const Clock& clock)
      : timer_(timer), clock_(clock), start_(clock.Monotonic()) {}
  ~ScopedTimer() { timer_.Record(clock_.Monotonic() - start_); }
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;

 private:
  Timer& timer_;
  const Clock& clock_;
  const Duration start_;
};

}  // namespace alluxio::metrics
