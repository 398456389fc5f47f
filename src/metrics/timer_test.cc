#include "metrics/timer.h"

#include <gtest/gtest.h>

namespace alluxio::metrics {
namespace {

TEST(TimerTest, EmptyTimerIsZero) {
  Timer timer;
  EXPECT_EQ(timer.Count(), 0);
  EXPECT_EQ(timer.Percentile(0.99), Duration::zero());
}

TEST(TimerTest, NegativeTimesCountAsZero) {
  Timer timer;
  timer.Record(Duration(-5));
  EXPECT_EQ(timer.Sum(), Duration::zero());
  EXPECT_EQ(timer.Count(), 1);
}

TEST(TimerTest, PercentilesAreWithinAQuarter) {
  Timer timer;
  for (int i = 1; i <= 1000; ++i) timer.Record(Millis(i));
  EXPECT_EQ(timer.Count(), 1000);
  EXPECT_EQ(timer.Max(), 1s);
  EXPECT_GE(timer.Percentile(0.5), 500ms);
  EXPECT_LE(timer.Percentile(0.5), 625ms);
  EXPECT_GE(timer.Percentile(0.99), 990ms);
  EXPECT_LE(timer.Percentile(0.99), 1s);
}

TEST(TimerTest, HugeTimesStayInTheLastBucket) {
  Timer timer;
  timer.Record(std::chrono::hours(1000));
  EXPECT_EQ(timer.Percentile(0.5), timer.Max());
}

}  // namespace
}  // namespace alluxio::metrics
