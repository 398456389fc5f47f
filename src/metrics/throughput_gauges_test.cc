#include "metrics/throughput_gauges.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::metrics {
namespace {

TEST(ThroughputGaugesTest, AreTheMeanOfTheMinutesSinceTheLastClear) {
  Registry registry;
  FakeClock clock;
  auto throughput = [&] {
    for (const Sample& sample : registry.Snapshot()) {
      if (sample.name == "A.BytesThroughput") return sample.value;
    }
    return -1.0;
  };
  {
    ThroughputGauges gauges(registry, clock, {{"A.BytesThroughput", "A.Bytes"}});
    EXPECT_EQ(throughput(), 0);
    registry.counter("A.Bytes").Add(600);
    EXPECT_EQ(throughput(), 600);  // within the first minute
    clock.Advance(std::chrono::minutes(6));
    EXPECT_EQ(throughput(), 100);
    registry.Clear();
    gauges.BeginAnew();
    registry.counter("A.Bytes").Add(30);
    EXPECT_EQ(throughput(), 30);
  }
  EXPECT_EQ(throughput(), -1);
}

}  // namespace
}  // namespace alluxio::metrics
