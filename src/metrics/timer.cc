#include "metrics/timer.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace alluxio::metrics {
namespace {

// Bucket 4 * e + q holds (4 + q) * 2^(e - 2) microseconds up to the next bucket; the first holds
// everything below one microsecond too.
int BucketOf(int64_t us, int buckets) {
  if (us < 1) return 0;
  int exponent = std::bit_width(static_cast<uint64_t>(us)) - 1;
  int quarter = static_cast<int>((us << 2 >> exponent) & 3);
  return std::min(4 * exponent + quarter, buckets - 1);
}

// The upper end of a bucket in microseconds.
double UpperEnd(int bucket) { return std::ldexp(5 + bucket % 4, bucket / 4 - 2); }

}  // namespace

void Timer::Clear() {
  count_.store(0, std::memory_order_relaxed);
  sum_ns_.store(0, std::memory_order_relaxed);
  max_ns_.store(0, std::memory_order_relaxed);
  for (std::atomic<int64_t>& bucket : buckets_) bucket.store(0, std::memory_order_relaxed);
}

void Timer::Record(Duration elapsed) {
  int64_t ns = std::max<int64_t>(0, elapsed.count());
  count_.fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(ns, std::memory_order_relaxed);
  int64_t max = max_ns_.load(std::memory_order_relaxed);
  while (ns > max && !max_ns_.compare_exchange_weak(max, ns, std::memory_order_relaxed)) {
  }
  size_t bucket = static_cast<size_t>(BucketOf(ns / 1000, kBuckets));
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
}

Duration Timer::Percentile(double fraction) const {
  int64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  if (total == 0) return Duration::zero();
  int64_t wanted = static_cast<int64_t>(std::ceil(fraction * static_cast<double>(total)));
  int64_t seen = 0;
  for (int i = 0; i < kBuckets; ++i) {
    seen += buckets_[static_cast<size_t>(i)].load(std::memory_order_relaxed);
    if (seen >= wanted && seen > 0) {
      if (i == kBuckets - 1) break;  // It has no upper end.
      return std::min(Duration(static_cast<int64_t>(UpperEnd(i) * 1000)), Max());
    }
  }
  return Max();
}

}  // namespace alluxio::metrics
