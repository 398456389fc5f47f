#include "master/ops/parallel_calls.h"

#include <gtest/gtest.h>

#include <atomic>

namespace alluxio::master {
namespace {

TEST(ParallelCallsTest, EveryIndexIsCalledOnceAndTheFirstErrorIsTold) {
  for (size_t at_once : {1, 4, 50}) {
    std::vector<std::atomic<int>> called(20);
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    ParallelCalls calls{.count = 20, .at_once = at_once, .stop_at_error = false};
    Status status = RunCalls(calls, [&](size_t i) {
      int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      ++called[i];
      --running;
      return i % 7 == 5 ? Unavailable(std::to_string(i)) : OkStatus();
    });
    EXPECT_EQ(status.message(), "5");
    for (const auto& one : called) EXPECT_EQ(one, 1);
    EXPECT_LE(most, static_cast<int>(at_once));
  }
}

TEST(ParallelCallsTest, NothingMoreIsBegunAfterAnError) {
  std::atomic<int> called = 0;
  Status status = RunCalls({.count = 1000, .at_once = 2}, [&](size_t) {
    ++called;
    return Unavailable("down");
  });
  EXPECT_TRUE(status.Is(StatusCode::kUnavailable));
  EXPECT_LE(called, 3);
  EXPECT_TRUE(RunCalls({.count = 0, .at_once = 2}, [](size_t) { return OkStatus(); }).ok());
}

}  // namespace
}  // namespace alluxio::master
