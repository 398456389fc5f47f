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

}  // namespace
}  // namespace alluxio::worker
