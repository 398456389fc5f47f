// Counter: a number that many threads add to.
//
// Relaxed atomics: a reader sees every addition eventually and orders nothing else by it.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace alluxio::metrics {

class Counter {
 public:
  void Add(int64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  // What was added meanwhile may be lost with the rest.
  void Clear() { value_.store(0, std::memory_order_relaxed); }
  int64_t Value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

}  // namespace alluxio::metrics
