#include <gmock/gmock.h>

#include "journal/ufs/journal_test_world.h"

namespace alluxio::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JournalCheckpointTest : public JournalTest {
 protected:
  void AddDurably(JournalLife& life, Component component, int64_t from, int64_t to) {
    Position last = 0;
    for (int64_t id = from; id < to; ++id) last = life.Add(component, id);
    ASSERT_TRUE(life.journal->WaitDurable(last).ok());
  }
};

TEST_F(JournalCheckpointTest, AFailedCheckpointLeavesNothingAndTheLogsSuffice) {
  auto life = Start();
  AddDurably(*life, Component::kBlock, 0, 10);
  life->block.fail_checkpoint = true;
  Status status = life->Checkpoint();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr("told to fail"));
  EXPECT_THAT(Keys("BlockMaster/v1/.tmp"), IsEmpty());
  EXPECT_THAT(Keys("BlockMaster/v1/checkpoints"), IsEmpty());
  EXPECT_EQ(life->journal->EntriesSinceCheckpoint(), 10);
  life.reset();
  EXPECT_EQ(Start()->block.ids.size(), 10u);
}

TEST_F(JournalCheckpointTest, ADamagedCheckpointIsNamed) {
  auto life = Start();
  AddDurably(*life, Component::kBlock, 0, 10);
  ASSERT_TRUE(life->Checkpoint().ok());
  life.reset();
  disk_.FlipBit("/journal/BlockMaster/v1/checkpoints/0x0-0xa", 3);
  Status status = Start()->recovered.status();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("/journal/BlockMaster/v1/checkpoints/0x0-0xa"));
  ASSERT_TRUE(ufs_->DeleteFile("BlockMaster/v1/checkpoints/0x0-0xa").ok());
  EXPECT_EQ(Start()->block.ids.size(), 10u) << "the logs are still there";
}

TEST_F(JournalCheckpointTest, CheckpointsHoldTheFrozenStateAndOnlyChangedComponents) {
  auto life = Start();
  AddDurably(*life, Component::kBlock, 0, 10);
  AddDurably(*life, Component::kFileSystem, 0, 3);
  ASSERT_TRUE(life->Checkpoint().ok());
  AddDurably(*life, Component::kBlock, 10, 12);
  EXPECT_EQ(life->journal->EntriesSinceCheckpoint(), 2);
  EXPECT_THAT(Keys("MetaMaster/v1/checkpoints"), IsEmpty());
  EXPECT_THAT(Keys("FileSystemMaster/v1/checkpoints"),
              ElementsAre("FileSystemMaster/v1/checkpoints/0x0-0x3"));
  std::vector<int64_t> expected = life->block.ids;
  life.reset();
  auto again = Start();
  ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
  EXPECT_EQ(again->recovered->checkpoints, 2u);
  EXPECT_EQ(again->recovered->entries, 2u);
  EXPECT_EQ(again->block.ids, expected);
  EXPECT_EQ(again->fs.ids.size(), 3u);
}

TEST_F(JournalCheckpointTest, EntriesOnTheirWayAreCommittedBeforeTheCheckpointThatHasThem) {
  auto life = Start();
  for (int i = 0; i < 1000; ++i) life->Add(Component::kMeta, i);
  ASSERT_TRUE(life->Checkpoint().ok());
  EXPECT_EQ(life->journal->durable(), 1000u);
}

TEST_F(JournalCheckpointTest, TwoCheckpointsAreKeptWithTheLogsOfTheOlder) {
  auto life = Start();
  for (int round = 0; round < 4; ++round) {
    AddDurably(*life, Component::kBlock, round * 10, round * 10 + 10);
    ASSERT_TRUE(life->Checkpoint().ok());
  }
  EXPECT_THAT(Keys("BlockMaster/v1/checkpoints"),
              ElementsAre("BlockMaster/v1/checkpoints/0x0-0x1e",
                          "BlockMaster/v1/checkpoints/0x0-0x28"));
  std::vector<int64_t> expected = life->block.ids;
  life.reset();
  ASSERT_TRUE(ufs_->DeleteFile("BlockMaster/v1/checkpoints/0x0-0x28").ok());
  auto again = Start();
  ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
  EXPECT_EQ(again->block.ids, expected);
}

TEST_F(JournalCheckpointTest, LeftoversOfAnInterruptedCheckpointAreDropped) {
  WriteFile("BlockMaster/v1/.tmp/0f0f", "half");
  ASSERT_TRUE(Start()->recovered.ok());
  EXPECT_THAT(Keys("BlockMaster/v1/.tmp"), IsEmpty());
}

// Something of this machine that a checkpoint was to be read with, and that did not fit it.
TEST_F(JournalCheckpointTest, AnAbortedReadIsTriedAgainFromTheBeginning) {
  auto life = Start();
  AddDurably(*life, Component::kBlock, 0, 10);
  ASSERT_TRUE(life->Checkpoint().ok());
  AddDurably(*life, Component::kBlock, 10, 12);
  const std::vector<int64_t> expected = life->block.ids;
  life.reset();
  RememberingMachine::times_to_refuse = 1;
  auto again = Start();
  ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
  EXPECT_EQ(again->block.ids, expected);
  EXPECT_THAT(again->block.ends_read, ElementsAre(10, 10));
  again.reset();
  RememberingMachine::times_to_refuse = 1000;
  EXPECT_EQ(Start()->recovered.status().code(), StatusCode::kAborted);
  RememberingMachine::times_to_refuse = 0;
}

}  // namespace
}  // namespace alluxio::journal
