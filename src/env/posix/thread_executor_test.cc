#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "env/executor.h"

namespace alluxio {
namespace {

TEST(ExecutorTest, RefusesWhenTheQueueIsFullAndWhenStopped) {
  auto executor = Executor::Create({.name = "test", .threads = 1, .queue_limit = 1});
  std::promise<void> started;
  std::promise<void> release;
  ASSERT_TRUE(executor->Submit([&] {
    started.set_value();
    release.get_future().wait();
  }).ok());
  started.get_future().wait();
  std::atomic<bool> ran = false;
  ASSERT_TRUE(executor->Submit([&] { ran = true; }).ok());
  EXPECT_EQ(executor->Submit([] {}).code(), StatusCode::kResourceExhausted);
  release.set_value();
  executor->Stop();
  EXPECT_TRUE(ran) << "accepted work runs before Stop() returns";
  EXPECT_EQ(executor->Submit([] {}).code(), StatusCode::kUnavailable);
}

TEST(ExecutorTest, RunsWorkOfManySubmitters) {
  auto executor = Executor::Create({.name = "test", .threads = 3});
  std::atomic<int> count = 0;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(executor->Submit([&] { ++count; }).ok());
  executor.reset();
  EXPECT_EQ(count, 1000);
}

TEST(PeriodicTaskTest, TriggerTicksWithoutWaitingForTheInterval) {
  std::promise<void> ticked;
  PeriodicTask task("test", std::chrono::hours(1), [&] { ticked.set_value(); });
  task.Trigger();
  EXPECT_EQ(ticked.get_future().wait_for(60s), std::future_status::ready);
}

TEST(PeriodicTaskTest, TicksEveryIntervalUntilDestroyed) {
  std::atomic<int> ticks = 0;
  std::promise<void> third;
  {
    PeriodicTask task("test", 1ms, [&] {
      if (++ticks == 3) third.set_value();
    });
    EXPECT_EQ(third.get_future().wait_for(60s), std::future_status::ready);
  }
  int at_end = ticks;
  EXPECT_EQ(ticks, at_end);
}

}  // namespace
}  // namespace alluxio
