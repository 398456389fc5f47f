#include "env/lane_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

namespace alluxio {
namespace {

using namespace std::chrono_literals;

// Work that stands still until the test says so.
struct Gate {
  std::promise<void> opener;
  std::shared_future<void> open = opener.get_future().share();
};

TEST(LanePool, ALaneThatStandsStillDoesNotHoldUpAnother) {
  auto pool = LanePool::Create({.name = "lanes", .threads = 8});
  Gate gate;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(pool->Submit({.id = 1, .threads = 4}, [open = gate.open] { open.wait(); }).ok());
  }
  std::promise<void> ran;
  ASSERT_TRUE(pool->Submit({.id = 2, .threads = 4}, [&] { ran.set_value(); }).ok());
  ASSERT_EQ(ran.get_future().wait_for(60s), std::future_status::ready);
  gate.opener.set_value();
  EXPECT_TRUE(pool->Stop(20s));
  EXPECT_EQ(pool->threads(), 0u);
}

TEST(LanePool, ALaneNeverRunsMoreThanItsShare) {
  auto pool = LanePool::Create({.name = "lanes"});
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(pool->Submit({.id = 1, .threads = 3}, [&] {
                      int now = ++running;
                      int seen = most;
                      while (now > seen && !most.compare_exchange_weak(seen, now)) continue;
                      --running;
                      ++done;
                    }).ok());
  }
  EXPECT_TRUE(pool->Stop(20s));
  EXPECT_EQ(done, 500);
  EXPECT_LE(most, 3);
}

TEST(LanePool, AFullLaneRefuses) {
  auto pool = LanePool::Create({.name = "lanes"});
  Gate gate;
  std::promise<void> started;
  Lane lane{.id = 1, .threads = 1, .queue = 2};
  auto first = [&, open = gate.open] {
    started.set_value();
    open.wait();
  };
  ASSERT_TRUE(pool->Submit(lane, first).ok());
  started.get_future().wait();
  EXPECT_TRUE(pool->Submit(lane, [] {}).ok());
  EXPECT_TRUE(pool->Submit(lane, [] {}).ok());
  EXPECT_TRUE(pool->Submit(lane, [] {}).Is(StatusCode::kResourceExhausted));
  gate.opener.set_value();
  EXPECT_TRUE(pool->Stop(20s));
  EXPECT_TRUE(pool->Submit(lane, [] {}).Is(StatusCode::kUnavailable));
}

TEST(LanePool, DestructionLeavesStuckWorkBehind) {
  auto gate = std::make_shared<Gate>();
  auto pool = LanePool::Create({.name = "lanes"});
  std::promise<void> started;
  auto ended = std::make_shared<std::promise<void>>();
  ASSERT_TRUE(pool->Submit({.id = 1, .threads = 1}, [&started, gate, ended] {
                    started.set_value();
                    gate->open.wait();
                    ended->set_value();
                  }).ok());
  started.get_future().wait();
  bool dropped = true;
  ASSERT_TRUE(pool->Submit({.id = 1, .threads = 1}, [&dropped] { dropped = false; }).ok());
  EXPECT_FALSE(pool->Stop(1ms));
  pool.reset();
  gate->opener.set_value();
  ASSERT_EQ(ended->get_future().wait_for(60s), std::future_status::ready);
  EXPECT_TRUE(dropped) << "what waited never runs";
}

TEST(LanePool, IdleThreadsEnd) {
  auto pool = LanePool::Create({.name = "lanes", .idle = 1ms});
  std::promise<void> ran;
  ASSERT_TRUE(pool->Submit({.id = 1}, [&] { ran.set_value(); }).ok());
  ran.get_future().wait();
  for (int i = 0; i < 10'000 && pool->threads() > 0; ++i) std::this_thread::yield();
  std::promise<void> again;
  ASSERT_TRUE(pool->Submit({.id = 1}, [&] { again.set_value(); }).ok());
  EXPECT_EQ(again.get_future().wait_for(60s), std::future_status::ready);
}

}  // namespace
}  // namespace alluxio
