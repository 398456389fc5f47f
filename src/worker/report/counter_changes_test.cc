#include "worker/report/counter_changes.h"

#include <gtest/gtest.h>

namespace alluxio::worker {
namespace {

TEST(CounterChangesTest, TellsGrowthOnceItHasArrived) {
  metrics::Registry registry;
  registry.counter("Worker.BytesReadCache").Add(5);
  registry.counter("Worker.Other").Add(1);
  registry.counter("Worker.BytesReadPerUfs.UFS:s3:%2F%2Fb").Add(7);
  CounterChanges changes(registry);
  auto first = changes.Take();
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].name, "BytesReadCache");
  EXPECT_EQ(first[0].by, 5);
  EXPECT_EQ(first[1].name, "BytesReadPerUfs");
  EXPECT_EQ(first[1].ufs, "s3:%2F%2Fb");
  // It did not arrive: the next has it as well.
  registry.counter("Worker.BytesReadCache").Add(1);
  EXPECT_EQ(changes.Take().at(0).by, 6);
  changes.Confirm();
  EXPECT_TRUE(changes.Take().empty());
  registry.counter("Worker.BytesReadCache").Add(2);
  EXPECT_EQ(changes.Take().at(0).by, 2);
}

TEST(CounterChangesTest, CountsFromZeroAfterAClear) {
  metrics::Registry registry;
  registry.counter("Worker.BytesReadCache").Add(5);
  registry.counter("Worker.ActiveRpcReadCount").Add(2);
  CounterChanges changes(registry);
  EXPECT_EQ(changes.Take().size(), 2U);
  changes.Confirm();
  registry.Clear();
  EXPECT_TRUE(changes.Take().empty());
  changes.Confirm();
  registry.counter("Worker.BytesReadCache").Add(7);  // more than before
  registry.counter("Worker.ActiveRpcReadCount").Add(-2);
  auto after = changes.Take();
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].by, -2);
  EXPECT_EQ(after[1].by, 7);
}

}  // namespace
}  // namespace alluxio::worker
