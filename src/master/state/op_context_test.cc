#include "master/state/op_context.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::master {
namespace {

TEST(OpContextTest, WouldBlockIsToldFromOtherErrors) {
  EXPECT_TRUE(IsWouldBlock(WouldBlock()));
  EXPECT_FALSE(IsWouldBlock(Aborted("conflict")));
  EXPECT_FALSE(IsWouldBlock(OkStatus()));
}

TEST(OpContextTest, EndsWithItsCallerOrItsDeadline) {
  FakeClock clock;
  OpContextOptions options;
  options.clock = &clock;
  options.deadline = clock.Monotonic() + 10ms;
  OpContext op(options);
  EXPECT_TRUE(op.CheckAlive().ok());
  EXPECT_EQ(op.TimeLeft(1s), Duration(10ms));
  clock.Advance(20ms);
  EXPECT_EQ(op.TimeLeft(1s), Duration::zero());
  EXPECT_EQ(op.CheckAlive().code(), StatusCode::kDeadlineExceeded);
  op.Cancel();
  EXPECT_EQ(op.CheckAlive().code(), StatusCode::kCancelled);
}

TEST(OpContextTest, GroupsAreAskedOnce) {
  int asked = 0;
  OpContextOptions options;
  options.user = "ann";
  options.groups_of = [&asked](const std::string& user) -> Result<GroupList> {
    ++asked;
    return std::make_shared<const std::vector<std::string>>(1, user + "-group");
  };
  OpContext op(options);
  EXPECT_EQ(op.Groups().value()->front(), "ann-group");
  EXPECT_EQ(op.Groups().value()->size(), 1u);
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace alluxio::master
