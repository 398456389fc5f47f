#include "journal/ufs/tail_marks.h"

#include <gtest/gtest.h>

namespace alluxio::journal {
namespace {

using namespace std::chrono_literals;

TEST(TailMarks, WithNothingUnreadItIsNow) {
  TailMarks marks;
  EXPECT_EQ(marks.AsOf(5s), 5s);
  marks.See(0, 100, 6s);
  marks.Applied(100);
  EXPECT_EQ(marks.AsOf(7s), 7s);
}

// Its end is never reached, and it is a second behind all the same, not more and more.
TEST(TailMarks, ALogThatGrowsAllTheTime) {
  TailMarks marks;
  EXPECT_EQ(marks.AsOf(0s), 0s);
  for (int i = 1; i <= 10'000; ++i) {
    Duration now = i * 1s;
    marks.See(0, i * 100, now);
    marks.Applied((i - 1) * 100);
    EXPECT_EQ(marks.AsOf(now), now - 1s);
  }
}

TEST(TailMarks, WhatCannotBeReadIsOlderAndOlder) {
  TailMarks marks;
  marks.See(0, 100, 1s);
  marks.Applied(100);
  EXPECT_EQ(marks.AsOf(1s), 1s);
  for (int i = 2; i < 5000; ++i) {
    marks.See(0, i * 100, i * 1s);
    marks.Applied(150);
    EXPECT_EQ(marks.AsOf(i * 1s), 1s);
  }
  marks.Applied(5000 * 100);
  EXPECT_EQ(marks.AsOf(5000s), 5000s);
}

TEST(TailMarks, ALengthThatStaysKeepsItsTime) {
  TailMarks marks;
  marks.See(0, 100, 1s);
  marks.See(0, 100, 2s);
  marks.See(0, 200, 3s);
  marks.Applied(100);
  EXPECT_EQ(marks.AsOf(4s), 1s);
  marks.See(0, 150, 5s);  // an older answer
  marks.Applied(199);
  EXPECT_EQ(marks.AsOf(6s), 1s);
  marks.Applied(200);
  EXPECT_EQ(marks.AsOf(7s), 7s);
}

TEST(TailMarks, AnotherLogBeginsAnew) {
  TailMarks marks;
  marks.See(0, 1000, 1s);
  marks.See(7, 10, 2s);
  marks.Applied(5);
  EXPECT_EQ(marks.AsOf(3s), 0s);
  marks.Applied(10);
  EXPECT_EQ(marks.AsOf(4s), 4s);
  marks.See(7, 20, 5s);
  marks.Clear();
  EXPECT_EQ(marks.AsOf(6s), 6s);
}

}  // namespace
}  // namespace alluxio::journal
