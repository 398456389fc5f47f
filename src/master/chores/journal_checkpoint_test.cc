#include <gtest/gtest.h>

#include "master/chores/chores.h"
#include "tests/fixtures/fake_clock.h"

namespace alluxio::master {
namespace {

class CheckpointChoreTest : public ::testing::Test {
 protected:
  CheckpointChoreTest() {
    parts_.clock = &clock_;
    parts_.entries_since_checkpoint = [this] { return entries_; };
    parts_.checkpoint = [this] {
      ++written_;
      return outcome_;
    };
    settings_.checkpoint_entries = 100;
    memory_.last_checkpoint = clock_.Monotonic();
  }
  FakeClock clock_;
  ChoreParts parts_;
  ChoreSettings settings_;
  ChoreMemory memory_;
  int64_t entries_ = 0;
  int written_ = 0;
  Status outcome_;
};

TEST_F(CheckpointChoreTest, AFailureIsTriedAgain) {
  entries_ = 100;
  outcome_ = Unavailable("full");
  CheckpointJournal(parts_, settings_, memory_);
  CheckpointJournal(parts_, settings_, memory_);
  EXPECT_EQ(written_, 2);
}

TEST_F(CheckpointChoreTest, ManyEntriesAskForOne) {
  entries_ = 99;
  CheckpointJournal(parts_, settings_, memory_);
  EXPECT_EQ(written_, 0);
  entries_ = 100;
  CheckpointJournal(parts_, settings_, memory_);
  EXPECT_EQ(written_, 1);
}

TEST_F(CheckpointChoreTest, ADayAsksForOneIfThereIsSomethingNew) {
  clock_.Advance(std::chrono::hours(25));
  CheckpointJournal(parts_, settings_, memory_);
  EXPECT_EQ(written_, 0);
  entries_ = 1;
  CheckpointJournal(parts_, settings_, memory_);
  CheckpointJournal(parts_, settings_, memory_);
  EXPECT_EQ(written_, 1);
}

}  // namespace
}  // namespace alluxio::master
