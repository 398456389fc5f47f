#include "master/state/undurable_edits.h"

#include <gtest/gtest.h>

#include "tests/fixtures/memory_journal.h"

namespace alluxio::master {
namespace {

using journal::Component;
using journal::MemoryJournal;

class UndurableEditsTest : public ::testing::Test {
 protected:
  UndurableEditsTest() { edits_.SetJournal(&journal_); }

  journal::Position TouchNew(InodeId id) {
    journal::Position position = journal_.Append(Component::kFileSystem, {});
    edits_.SetPosition(position);
    edits_.Touch(id);
    edits_.SetPosition(0);
    return position;
  }

  MemoryJournal journal_{MemoryJournal::Durability::kManual};
  UndurableEdits edits_;
};

TEST_F(UndurableEditsTest, ReplayLeavesNoTrace) {
  edits_.Touch(1);
  EXPECT_EQ(edits_.size(), 0u);
  EXPECT_EQ(edits_.PositionOf(1), 0u);
}

TEST_F(UndurableEditsTest, ReaderWaitsForTheLastEditOfWhatItSaw) {
  TouchNew(1);
  journal::Position second = TouchNew(1);
  journal::Position other = TouchNew(2);
  EXPECT_EQ(edits_.PositionOf(1), second);
  EXPECT_EQ(edits_.PositionOf(2), other);
  EXPECT_EQ(edits_.PositionOf(3), 0u);
  EXPECT_FALSE(edits_.Quiet());
}

TEST_F(UndurableEditsTest, WhoComesThroughADirectoryWaitsOnlyForEditsOfItself) {
  const journal::Position itself = TouchNew(1);
  const journal::Position children = journal_.Append(Component::kFileSystem, {});
  edits_.SetPosition(children);
  edits_.TouchChildren(1);
  edits_.TouchChildren(2);
  edits_.SetPosition(0);
  EXPECT_EQ(edits_.PositionOf(1), children);
  EXPECT_EQ(edits_.PositionOfWay(1), itself);
  EXPECT_EQ(edits_.PositionOf(2), children);
  EXPECT_EQ(edits_.PositionOfWay(2), 0u);
}

TEST_F(UndurableEditsTest, AnEditMayChangeADirectoryAfterItsChildren) {
  const journal::Position position = journal_.Append(Component::kFileSystem, {});
  edits_.SetPosition(position);
  edits_.TouchChildren(1);
  edits_.Touch(1);
  edits_.TouchChildren(1);
  edits_.TouchChildren(2);
  edits_.TouchChildren(1);
  edits_.SetPosition(0);
  EXPECT_EQ(edits_.PositionOfWay(1), position);
  EXPECT_EQ(edits_.PositionOfWay(2), 0u);
  EXPECT_EQ(edits_.size(), 2u);
}

TEST_F(UndurableEditsTest, DurableEditsNeedNoWaiting) {
  TouchNew(1);
  journal_.MakeAllDurable();
  EXPECT_TRUE(edits_.Quiet());
  EXPECT_EQ(edits_.PositionOf(1), 0u);
}

TEST_F(UndurableEditsTest, SizeFollowsWhatIsNotDurable) {
  for (InodeId id = 0; id < 1000; ++id) TouchNew(id);
  EXPECT_EQ(edits_.size(), 1000u);
  journal_.MakeAllDurable();
  for (InodeId id = 0; id < 400; ++id) TouchNew(5000);
  EXPECT_EQ(edits_.size(), 1u);
}

TEST_F(UndurableEditsTest, OldEditOfAnInodeDoesNotForgetItsNewOne) {
  TouchNew(1);
  journal_.MakeAllDurable();
  journal::Position newer = TouchNew(1);
  TouchNew(2);
  EXPECT_EQ(edits_.PositionOf(1), newer);
}

}  // namespace
}  // namespace alluxio::master
