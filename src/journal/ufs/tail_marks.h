// TailMarks: how old is what a follower has applied of an open log that grows all the time?
//
// On a store where new bytes can be read a little later than their length is known there may always
// be some that cannot be read yet, so "was the end reached?" says nothing. Each length that was
// seen is kept with its time until everything below it is applied: then the follower has all that
// there was at that time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/duration.h"

namespace alluxio::journal {

class TailMarks {
 public:
  // At `now` the log that starts at entry `log` was `length` bytes long. Those of another are
  // forgotten: it is over, and what can be read of it was.
  void See(int64_t log, int64_t length, Duration now) {
    if (log != log_) marks_.clear();
    log_ = log;
    if (!marks_.empty() && marks_.back().length >= length) return;
    // The oldest count: they say how far behind a follower is that cannot read at all.
    if (marks_.size() < kLimit) marks_.push_back({.length = length, .at = now});
  }
  // Everything below `offset` of that log is applied.
  void Applied(int64_t offset) {
    while (!marks_.empty() && marks_.front().length <= offset) {
      as_of_ = marks_.front().at;
      marks_.pop_front();
    }
  }
  void Clear() { marks_.clear(); }

  // What was there at this time is applied, as far as one knows at `now`.
  Duration AsOf(Duration now) {
    if (marks_.empty()) as_of_ = now;
    return as_of_;
  }

 private:
  static constexpr size_t kLimit = 1000;

  struct Mark {
    int64_t length = 0;
    Duration at{};
  };

  std::deque<Mark> marks_;  // longer and later
  int64_t log_ = -1;
  Duration as_of_{};
};

}  // namespace alluxio::journal
