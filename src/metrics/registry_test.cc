#include "metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "metrics/prometheus_text.h"

namespace alluxio::metrics {
namespace {

TEST(RegistryDeathTest, OneNameIsOneKind) {
  Registry registry;
  registry.counter("Master.X");
  EXPECT_DEATH(registry.timer("Master.X"), "is a counter");
  EXPECT_DEATH(registry.SetGauge("Master.X", [] { return 0.0; }), "is a counter");
}

TEST(RegistryTest, SameNameIsSameMetric) {
  Registry registry;
  registry.counter("Master.GetFileInfoOps").Add();
  registry.counter("Master.GetFileInfoOps").Add(2);
  EXPECT_EQ(registry.counter("Master.GetFileInfoOps").Value(), 3);
}

TEST(RegistryTest, SnapshotIsSortedAndHoldsEveryKind) {
  Registry registry;
  registry.timer("b").Record(2ms);
  registry.counter("c").Add(5);
  registry.SetGauge("a", [] { return 1.5; });
  std::vector<Sample> samples = registry.Snapshot();
  ASSERT_EQ(samples.size(), 8u);
  EXPECT_EQ(samples.front().name, "a");
  EXPECT_EQ(samples.front().value, 1.5);
  EXPECT_EQ(samples[1].name, "b.count");
  EXPECT_EQ(samples.back().value, 5);
  registry.RemoveGauge("a");
  EXPECT_EQ(registry.Snapshot().size(), 7u);
}

TEST(RegistryTest, GaugeMayUseTheRegistry) {
  Registry registry;
  registry.SetGauge("g", [&registry] {
    return static_cast<double>(registry.counter("c").Value());
  });
  EXPECT_EQ(registry.Snapshot().size(), 1u);
}

TEST(RegistryTest, ClearBeginsAnewWithAllButLevelsAndGauges) {
  Registry registry;
  Counter& counter = registry.counter("Worker.BytesReadCache");
  counter.Add(5);
  registry.counter("Worker.ActiveRpcReadCount").Add(2);
  registry.timer("Rpc.Call").Record(std::chrono::milliseconds(4));
  registry.SetGauge("Worker.CapacityTotal", [] { return 9.0; });
  EXPECT_EQ(registry.clears(), 0);
  registry.Clear();
  EXPECT_EQ(registry.clears(), 1);
  std::map<std::string, double> now;
  for (const Sample& sample : registry.Snapshot()) now[sample.name] = sample.value;
  EXPECT_EQ(now["Worker.BytesReadCache"], 0);
  EXPECT_EQ(now["Worker.ActiveRpcReadCount"], 2);
  EXPECT_EQ(now["Worker.CapacityTotal"], 9);
  for (const char* part : {"count", "max", "mean", "p50", "p99"}) {
    EXPECT_EQ(now[std::string("Rpc.Call.") + part], 0) << part;
  }
  counter.Add(1);
  EXPECT_EQ(registry.counter("Worker.BytesReadCache").Value(), 1);
}

}  // namespace
}  // namespace alluxio::metrics
