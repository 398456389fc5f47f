#include <gtest/gtest.h>

#include "master/sync/absent_paths.h"
#include "master/sync/sync_times.h"

namespace alluxio::master {
namespace {

TEST(AbsentPaths, ForgetsTheOldestBeyondItsLimit) {
  AbsentPaths absent(2);
  absent.Add("/a");
  absent.Add("/b");
  absent.Add("/c");
  EXPECT_FALSE(absent.Contains("/a"));
  EXPECT_TRUE(absent.Contains("/b"));
  EXPECT_TRUE(absent.Contains("/c/below"));
  EXPECT_EQ(absent.size(), 2u);
}

TEST(AbsentPaths, WhatAppearsTakesItsAncestorsAlong) {
  AbsentPaths absent;
  absent.Add("/a");
  absent.Appeared("/a/b");
  EXPECT_FALSE(absent.Contains("/a"));
}

TEST(SyncTimes, NegativeIntervalIsNeverDueUnlessDirty) {
  SyncTimes times;
  EXPECT_FALSE(times.Due("/a", false, -1, 1000));
  times.MarkDirty("/a", 1000);
  EXPECT_TRUE(times.Due("/a/b", false, -1, 1000));
  EXPECT_FALSE(times.Due("/ab", false, -1, 1000));
  times.Synced("/a/b", {.children = false}, 1001);
  EXPECT_FALSE(times.Due("/a/b", false, -1, 1002));
  EXPECT_TRUE(times.Due("/a/b", true, -1, 1002)) << "its children were not compared";
}

TEST(SyncTimes, PositiveIntervalCountsFromTheLastComparison) {
  SyncTimes times;
  EXPECT_TRUE(times.Due("/a", false, 100, 5000));
  times.Synced("/a", {.children = false}, 5000);
  EXPECT_FALSE(times.Due("/a", false, 100, 5099));
  EXPECT_TRUE(times.Due("/a", false, 100, 5100));
  EXPECT_TRUE(times.Due("/a", false, 0, 5001)) << "0 means always";
}

TEST(SyncTimes, AListingCountsForEachChild) {
  SyncTimes times;
  times.Synced("/d", {.children = true}, 5000);
  EXPECT_FALSE(times.Due("/d/f", false, 100, 5099));
  EXPECT_TRUE(times.Due("/d/f", true, 100, 5099)) << "but not for what is below them";
  EXPECT_TRUE(times.Due("/d/f/g", false, 100, 5099));
  times.Synced("/d/x", {.self = false, .children = true}, 5090);
  EXPECT_TRUE(times.Due("/d/x", false, 100, 5100)) << "its own comparison was the listing's";
  times.Synced("/e", {.children = false}, 5000);
  EXPECT_TRUE(times.Due("/e/f", false, 100, 5099)) << "its children were not looked at";
}

}  // namespace
}  // namespace alluxio::master
