// Many calls to an under store for one operation, a bounded number at a time.
#pragma once

#include <cstddef>
#include <functional>

#include "base/status.h"

namespace alluxio::master {

// Runs call(0) ... call(count - 1), at most `at_once` of them together, on threads that live as
// long as this call; one after the other on the calling thread when `at_once` is 1. Returns when
// all are over, with the first error in their order. A call that begins after one failed is not
// made when `stop_at_error`. Blocks: hold no lock.
struct ParallelCalls {
  size_t count = 0;
  size_t at_once = 1;
  bool stop_at_error = true;
};
Status RunCalls(const ParallelCalls& calls, const std::function<Status(size_t)>& call);

}  // namespace alluxio::master
