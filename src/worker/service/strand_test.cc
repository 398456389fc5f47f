#include "worker/service/strand.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace alluxio::worker {
namespace {

TEST(StrandTest, DispatchRunsOnTheCallingThreadWhenIdle) {
  auto executor = Executor::Create({"strand", 2, 100});
  Strand strand(*executor);
  std::thread::id ran;
  strand.Dispatch([&ran](const Status& admitted) {
    EXPECT_TRUE(admitted.ok());
    ran = std::this_thread::get_id();
  });
  EXPECT_EQ(ran, std::this_thread::get_id());
}

TEST(StrandTest, WhatIsDispatchedFromWithinComesAfterwards) {
  auto executor = Executor::Create({"strand", 2, 100});
  Strand strand(*executor);
  std::vector<int> order;
  strand.Dispatch([&](const Status&) {
    strand.Dispatch([&order](const Status&) { order.push_back(2); });
    strand.Post([&order](const Status&) { order.push_back(3); });
    order.push_back(1);
  });
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(StrandTest, OnePieceOfWorkAtATime) {
  auto executor = Executor::Create({"strand", 3, 10'000});
  Strand strand(*executor);
  int running = 0;
  int done = 0;  // of the strand: a data race here is one of ours
  auto work = [&](const Status&) {
    EXPECT_EQ(++running, 1);
    ++done;
    --running;
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) {
        if ((i + t) % 2 == 0) {
          strand.Post(work);
        } else {
          strand.Dispatch(work);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  executor->Stop();
  EXPECT_EQ(done, 4000);
}

TEST(StrandTest, WhatTheExecutorRefusesIsToldOnTheCallingThread) {
  auto executor = Executor::Create({"strand", 1, 1});
  executor->Stop();
  Strand strand(*executor);
  Status told;
  strand.Post([&told](const Status& admitted) { told = admitted; });
  EXPECT_FALSE(told.ok());
}

}  // namespace
}  // namespace alluxio::worker
