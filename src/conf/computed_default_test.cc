#include "conf/computed_default.h"

#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

HostFacts Machine(int cpus, int64_t memory_bytes) {
  HostFacts host;
  host.cpus = cpus;
  host.memory_bytes = memory_bytes;
  return host;
}

TEST(ComputedDefaultTest, OtherTextsPass) {
  EXPECT_EQ(ComputedDefault("64MB", Machine(1, 0)), "64MB");
  EXPECT_EQ(ComputedDefault("", Machine(1, 0)), "");
}

TEST(ComputedDefaultTest, ProcessorsStayWithinTheirLimits) {
  EXPECT_EQ(ComputedDefault("computed:cpus 2 1 8 0", Machine(2, 0)), "8");
  EXPECT_EQ(ComputedDefault("computed:cpus 2 1 8 0", Machine(32, 0)), "64");
  EXPECT_EQ(ComputedDefault("computed:cpus 1 2 1 16", Machine(64, 0)), "16");
}

TEST(ComputedDefaultTest, UnknownMemoryCountsAsOneAndAHalfGigabytes) {
  EXPECT_EQ(ComputedDefault("computed:memory 2 3", Machine(1, 0)), "1073741824");
  EXPECT_EQ(ComputedDefault("computed:memory 2 3", Machine(1, 3000)), "2000");
}

TEST(ComputedDefaultDeathTest, TheTableMustBeWellFormed) {
  EXPECT_DEATH(ComputedDefault("computed:moon 1 2", Machine(1, 0)), "moon");
}

}  // namespace
}  // namespace alluxio::conf
