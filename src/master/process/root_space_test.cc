#include "master/process/root_space.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::master {
namespace {

class RootSpaceTest : public ::testing::Test {
 protected:
  void RunStarted() {
    ASSERT_TRUE(work_);
    Callback<void()> work = *std::exchange(work_, std::nullopt);
    work();
  }
  FakeClock clock_;
  Result<ufs::UfsSpace> answer_ = ufs::UfsSpace{.capacity_bytes = 100, .used_bytes = 40};
  Status accepted_;
  int started_ = 0;
  std::optional<Callback<void()>> work_;
  RootSpace space_{[this] { return answer_; },
                   [this](Callback<void()> work) {
                     ++started_;
                     if (accepted_.ok()) work_.emplace(std::move(work));
                     return accepted_;
                   },
                   clock_};
};

TEST_F(RootSpaceTest, NobodyWaitsForTheStore) {
  EXPECT_EQ(space_.Last().capacity_bytes, -1);
  EXPECT_EQ(space_.Last().capacity_bytes, -1);
  EXPECT_EQ(started_, 1);  // one asks at a time
  RunStarted();
  EXPECT_EQ(space_.Last().capacity_bytes, 100);
  EXPECT_EQ(space_.Last().used_bytes, 40);
  EXPECT_EQ(started_, 1);  // it is new enough
  clock_.Advance(RootSpace::kNewEnough);
  EXPECT_EQ(space_.Last().used_bytes, 40);
  EXPECT_EQ(started_, 2);
}

TEST_F(RootSpaceTest, AStoreThatDoesNotAnswerIsUnknown) {
  space_.Last();
  RunStarted();
  answer_ = Unavailable("gone");
  clock_.Advance(RootSpace::kNewEnough);
  EXPECT_EQ(space_.Last().used_bytes, 40);
  RunStarted();
  EXPECT_EQ(space_.Last().used_bytes, -1);
}

TEST_F(RootSpaceTest, WorkThatIsRefusedIsTriedAgainLater) {
  accepted_ = ResourceExhausted("full");
  space_.Last();
  space_.Last();
  EXPECT_EQ(started_, 1);
  clock_.Advance(RootSpace::kNewEnough);
  accepted_ = OkStatus();
  space_.Last();
  EXPECT_EQ(started_, 2);
  RunStarted();
  EXPECT_EQ(space_.Last().capacity_bytes, 100);
}

}  // namespace
}  // namespace alluxio::master
