#include "rpc/internal/lean/loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "env/clock.h"

namespace alluxio::rpc {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

class Done {
 public:
  void Set() {
    MutexLock lock(mutex_);
    set_ = true;
    changed_.NotifyAll();
  }
  bool Wait(Duration limit = 60s) {
    const Duration deadline = Clock::Real().Monotonic() + limit;
    MutexLock lock(mutex_);
    while (!set_ && Clock::Real().Monotonic() < deadline) changed_.WaitFor(mutex_, 10ms);
    return set_;
  }

 private:
  Mutex mutex_{LockRank::kLeaf};
  CondVar changed_;
  bool set_ GUARDED_BY(mutex_) = false;
};

std::shared_ptr<Loop> StartLoop() {
  Result<std::shared_ptr<Loop>> loop = Loop::Start({"test-loop", {}});
  EXPECT_TRUE(loop.ok()) << loop.status();
  return *loop;
}

TEST(LoopTest, PostedWorkRunsOnTheLoopInOrder) {
  auto loop = StartLoop();
  EXPECT_FALSE(loop->Current());
  std::vector<int> order;
  Done done;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(loop->Post([&order, i, raw = loop.get()] {
      if (raw->Current()) order.push_back(i);
    }));
  }
  ASSERT_TRUE(loop->Post([&done] { done.Set(); }));
  ASSERT_TRUE(done.Wait());
  ASSERT_EQ(order.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
  loop->Stop();
}

TEST(LoopTest, PostsFromManyThreadsAllRun) {
  auto loop = StartLoop();
  std::atomic<int> count{0};
  auto posters = Executor::Create({"posters", 4, 100});
  for (int t = 0; t < 4; ++t) {
    ASSERT_TRUE(posters
                    ->Submit([&] {
                      for (int i = 0; i < 5000; ++i) loop->Post([&count] { ++count; });
                    })
                    .ok());
  }
  posters->Stop();
  Done done;
  loop->Post([&done] { done.Set(); });
  ASSERT_TRUE(done.Wait());
  EXPECT_EQ(count, 20000);
  loop->Stop();
}

TEST(LoopTest, WorkAfterTheStopIsDropped) {
  auto loop = StartLoop();
  loop->Stop();
  auto held = std::make_shared<int>(1);
  EXPECT_FALSE(loop->Post([held] {}));
  EXPECT_EQ(held.use_count(), 1);
  loop->Stop();
}

TEST(LoopTest, TimersFireWhileNothingElseHappens) {
  auto loop = StartLoop();
  Done done;
  LoopTimer timer([&done] { done.Set(); });
  loop->Post([&] { timer.Set(loop->timers(), loop->now() + 20ms); });
  EXPECT_TRUE(done.Wait());
  loop->Stop();
}

class Counting : public LoopFlush {
 public:
  void FlushOnLoop() override { ++flushes; }
  std::atomic<int> flushes{0};
};

TEST(LoopTest, OneRoundFlushesOnce) {
  auto loop = StartLoop();
  auto counting = std::make_shared<Counting>();
  Done done;
  loop->Post([&] {
    loop->FlushSoon(counting);
    EXPECT_EQ(counting->flushes, 0);
    loop->Post([&done] { done.Set(); });
  });
  ASSERT_TRUE(done.Wait());
  EXPECT_EQ(counting->flushes, 1);
  loop->Stop();
}

// Notes what comes first.
class Noting : public LoopEvents, public LoopFlush {
 public:
  explicit Noting(std::string* order, Done& done) : order_(*order), done_(done) {}
  void OnEvents(uint32_t) override {
    order_ += "events ";
    done_.Set();
  }
  void FlushOnLoop() override { order_ += "flush "; }

 private:
  std::string& order_;
  Done& done_;
};

// An answer that another thread has made does not wait for calls that arrive with it.
TEST(LoopTest, WhatIsPostedIsFlushedBeforeEventsAreHandled) {
  auto loop = StartLoop();
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
  std::string order;
  Done done;
  auto noting = std::make_shared<Noting>(&order, done);
  loop->Post([&] {
    // Both are there when the next round begins.
    EXPECT_EQ(::write(pair[1], "x", 1), 1);
    EXPECT_TRUE(loop->Watch(pair[0], noting.get()).ok());
    loop->Post([&] { loop->FlushSoon(noting); });
  });
  ASSERT_TRUE(done.Wait());
  loop->Stop();
  EXPECT_EQ(order, "flush events ");
  ::close(pair[0]);
  ::close(pair[1]);
}

class Reading : public LoopEvents {
 public:
  explicit Reading(Done& done) : done_(done) {}
  void OnEvents(uint32_t) override { done_.Set(); }

 private:
  Done& done_;
};

TEST(LoopTest, EventsOfSocketsArrive) {
  auto loop = StartLoop();
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
  Done done;
  Reading reading(done);
  loop->Post([&] { EXPECT_TRUE(loop->WatchReadable(pair[0], &reading).ok()); });
  EXPECT_FALSE(done.Wait(50ms));
  ASSERT_EQ(::write(pair[1], "x", 1), 1);
  EXPECT_TRUE(done.Wait());
  loop->Stop();
  ::close(pair[0]);
  ::close(pair[1]);
}

}  // namespace
}  // namespace alluxio::rpc
