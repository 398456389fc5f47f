// FlushPace: how long a flush waits for more entries before it begins.
//
// Clients that are answered by a flush send their next edits while the following one is running
// already, so without a wait there are two halves of them that take turns. On a store where a
// flush takes milliseconds it pays to wait for the second half: there are half as many flushes, and
// an edit waits for one in place of one and a half. Not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/duration.h"

namespace alluxio::journal {

class FlushPace {
 public:
  void Took(Duration flush) {
    flush = std::min(flush, kOutlier);
    mean_ += (flush - mean_) / kWeight;
  }
  // Zero where flushes are quick: a disk's is over before a thread has been woken twice.
  Duration patience() const {
    if (mean_ < kQuick) return Duration::zero();
    return std::min(mean_ / kShare, kMost);
  }

 private:
  static constexpr Duration kQuick = std::chrono::milliseconds(1);
  static constexpr Duration kOutlier = std::chrono::milliseconds(20);
  static constexpr Duration kMost = std::chrono::milliseconds(5);
  static constexpr int kWeight = 8;
  static constexpr int kShare = 2;

  Duration mean_{};
};

}  // namespace alluxio::journal
