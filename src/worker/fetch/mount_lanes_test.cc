#include "worker/fetch/mount_lanes.h"

#include <gtest/gtest.h>

#include <future>

namespace alluxio::worker {
namespace {

TEST(MountLanesTest, AStoreThatHangsHoldsUpItsOwnMountOnly) {
  MountLanes lanes({.threads = 4, .per_mount = 2, .queue_limit = 3});
  std::promise<void> open;
  std::shared_future<void> gate = open.get_future().share();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(lanes.Submit(1, Urgency::kWaitedFor, [gate] { gate.wait(); }).ok());
  }
  std::promise<void> done;
  ASSERT_TRUE(lanes.Submit(2, Urgency::kWaitedFor, [&] { done.set_value(); }).ok());
  done.get_future().wait();
  // The two may or may not have been taken off the queue by now.
  Status refused;
  for (int i = 0; i < 6 && refused.ok(); ++i) {
    refused = lanes.Submit(1, Urgency::kWaitedFor, [] {});
  }
  EXPECT_TRUE(refused.Is(StatusCode::kUnavailable)) << refused;
  open.set_value();
  lanes.Stop();
  EXPECT_TRUE(lanes.Submit(2, Urgency::kWaitedFor, [] {}).Is(StatusCode::kUnavailable));
}

TEST(MountLanesTest, WhatIsWaitedForGoesFirst) {
  MountLanes lanes({.threads = 1, .per_mount = 1});
  std::promise<void> open;
  std::promise<void> running;
  ASSERT_TRUE(lanes.Submit(1, Urgency::kWaitedFor, [&] {
    running.set_value();
    open.get_future().wait();
  }).ok());
  running.get_future().wait();
  std::string order;
  ASSERT_TRUE(lanes.Submit(1, Urgency::kBackground, [&] { order += 'b'; }).ok());
  ASSERT_TRUE(lanes.Submit(1, Urgency::kWaitedFor, [&] { order += 'a'; }).ok());
  open.set_value();
  lanes.Stop();
  EXPECT_EQ(order, "ab");
}

TEST(MountLanesTest, AnExecutorOfAMountUsesItsLane) {
  MountLanes lanes({.threads = 2, .per_mount = 1, .queue_limit = 1});
  std::promise<void> open;
  std::promise<void> running;
  ASSERT_TRUE(lanes.ExecutorOf(1).Submit([&] {
    running.set_value();
    open.get_future().wait();
  }).ok());
  running.get_future().wait();
  EXPECT_TRUE(lanes.ExecutorOf(1).Submit([] {}).ok());
  EXPECT_TRUE(lanes.ExecutorOf(1).Submit([] {}).Is(StatusCode::kUnavailable));
  EXPECT_TRUE(lanes.ExecutorOf(2).Submit([] {}).ok());
  EXPECT_EQ(&lanes.ExecutorOf(1), &lanes.ExecutorOf(1));
  open.set_value();
  lanes.Stop();
}

}  // namespace
}  // namespace alluxio::worker
