#include "env/build_id.h"

#include <gtest/gtest.h>

namespace alluxio {
namespace {

TEST(BuildIdTest, EveryProgramHasOne) {
  EXPECT_GE(BuildId().size(), 8u);
  EXPECT_LE(BuildId().size(), 32u);
  EXPECT_EQ(BuildId(), BuildId());
}

}  // namespace
}  // namespace alluxio
