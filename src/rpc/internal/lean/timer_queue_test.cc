#include "rpc/internal/lean/timer_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace alluxio::rpc {
namespace {

TEST(TimerQueueTest, TimersFireInOrderAndOnlyWhenDue) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  TimerQueue queue;
  std::vector<int64_t> fired;
  std::vector<std::unique_ptr<LoopTimer>> timers;
  std::vector<int64_t> expected;
  for (int i = 0; i < 2000; ++i) {
    const int64_t at = static_cast<int64_t>(random() % 1000);
    timers.push_back(std::make_unique<LoopTimer>([&fired, at] { fired.push_back(at); }));
    timers.back()->Set(queue, Duration(at));
    if (random() % 3 == 0) {
      timers.back()->Cancel();
      EXPECT_FALSE(timers.back()->pending());
    } else if (random() % 3 == 0) {
      timers.pop_back();
    } else {
      expected.push_back(at);
    }
  }
  std::sort(expected.begin(), expected.end());
  for (int64_t now = 0; now < 1000; now += 10) {
    queue.Run(Duration(now));
    EXPECT_TRUE(fired.empty() || fired.back() <= now);
    if (!queue.empty()) {
      EXPECT_GT(queue.next(), Duration(now));
    }
  }
  queue.Run(Duration(1000));
  EXPECT_EQ(fired, expected);
  EXPECT_TRUE(queue.empty());
}

TEST(TimerQueueTest, TimersMayBeSetAndDestroyedWhileOneFires) {
  TimerQueue queue;
  int count = 0;
  auto other = std::make_unique<LoopTimer>([&count] { count += 100; });
  LoopTimer* self = nullptr;
  LoopTimer timer([&] {
    other.reset();
    if (++count < 3) self->Set(queue, Duration(count));
  });
  self = &timer;
  timer.Set(queue, Duration(0));
  other->Set(queue, Duration(1));
  queue.Run(Duration(10));
  EXPECT_EQ(count, 3);
}

TEST(TimerQueueTest, AQueueThatIsGoneIsNotAsked) {
  int count = 0;
  LoopTimer timer([&count] { ++count; });
  {
    TimerQueue queue;
    timer.Set(queue, Duration(1));
  }
  EXPECT_FALSE(timer.pending());
  EXPECT_EQ(count, 0);
}

}  // namespace
}  // namespace alluxio::rpc
