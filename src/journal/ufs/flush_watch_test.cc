#include "journal/ufs/flush_watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace alluxio::journal {
namespace {

TEST(FlushWatchTest, SaysOnceThatAFlushTakesTooLong) {
  std::atomic<int> said = 0;
  std::promise<void> first;
  FlushWatch watch(20ms, [] { return true; }, [&] {
    if (++said == 1) first.set_value();
  });
  watch.Begin();
  ASSERT_EQ(first.get_future().wait_for(60s), std::future_status::ready);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(said, 1);
}

TEST(FlushWatchTest, WithoutALimitNothingIsLate) {
  std::atomic<bool> said = false;
  FlushWatch watch(0ms, [] { return true; }, [&] { said = true; });
  watch.Begin();
  std::this_thread::sleep_for(100ms);
  watch.End();
  EXPECT_FALSE(said);
}

TEST(FlushWatchTest, ManyShortFlushesAreNoLongOne) {
  // On a machine where others have the processors one of them may be long after all: then again.
  auto longest = std::chrono::steady_clock::duration::max();
  for (int tries = 0; tries < 20 && longest > 500ms; ++tries) {
    std::atomic<bool> said = false;
    FlushWatch watch(1s, [] { return true; }, [&] { said = true; });
    longest = {};
    auto end = std::chrono::steady_clock::now() + 1500ms;
    for (auto begun = std::chrono::steady_clock::now(); begun < end;) {
      watch.Begin();
      std::this_thread::sleep_for(1ms);
      watch.End();
      auto now = std::chrono::steady_clock::now();
      longest = std::max(longest, now - begun);
      begun = now;
    }
    EXPECT_FALSE(said && longest <= 500ms);
  }
  EXPECT_LE(longest, 500ms);
}

TEST(FlushWatchTest, TimeThatDoesNotCountBeginsItAnew) {
  std::atomic<bool> counts = false;
  std::promise<void> late;
  FlushWatch watch(20ms, [&] { return counts.load(); }, [&] { late.set_value(); });
  std::future<void> said = late.get_future();
  watch.Begin();
  EXPECT_EQ(said.wait_for(200ms), std::future_status::timeout);
  counts = true;
  EXPECT_EQ(said.wait_for(60s), std::future_status::ready);
}

}  // namespace
}  // namespace alluxio::journal
