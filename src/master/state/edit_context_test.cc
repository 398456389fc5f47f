#include "master/state/edit_context.h"

#include <gtest/gtest.h>

#include "proto/journal/journal.pb.h"
#include "tests/fixtures/memory_journal.h"

namespace alluxio::master {
namespace {

using journal::Component;
using journal::JournalEntry;

// Counts what is applied; refuses entries without a payload it knows.
class CountingMachine final : public journal::StateMachine {
 public:
  Component component() const override { return Component::kFileSystem; }
  Status Apply(const JournalEntry& entry) override {
    if (!entry.has_new_block()) return InvalidArgument("what is this");
    applied.push_back(entry);
    return OkStatus();
  }
  void Reset() override { applied.clear(); }
  Status WriteCheckpoint(journal::CheckpointSink&) const override { return OkStatus(); }
  Status ReadCheckpoint(journal::CheckpointSource&) override { return OkStatus(); }
  Status VisitEntries(const journal::EntryVisitor&) const override { return OkStatus(); }
  std::vector<JournalEntry> applied;
};

Edit BlockEdit() {
  Edit edit(Component::kFileSystem);
  edit.entry().mutable_new_block()->set_id(5);
  return edit;
}

class EditContextTest : public ::testing::Test {
 protected:
  EditContextTest() {
    ledger_.journal = &journal_;
    ledger_.file_system = &machine_;
  }
  journal::MemoryJournal journal_{journal::MemoryJournal::Durability::kManual};
  CountingMachine machine_;
  Ledger ledger_;
};

using EditContextDeathTest = EditContextTest;

TEST_F(EditContextDeathTest, EditThatCannotBeAppliedEndsTheProcess) {
  OpContext op(OpContextOptions{});
  EditContext edits(ledger_, op);
  EXPECT_DEATH(edits.Record(Edit(Component::kFileSystem)), "what is this");
}

// Entries are used again by the thread that recorded them.
TEST_F(EditContextTest, AnEditBeginsEmpty) {
  {
    Edit edit = BlockEdit();
    edit.entry().mutable_operationid()->set_mostsignificantbits(1);
    Edit other(Component::kFileSystem);  // while the first lives
    EXPECT_EQ(other.entry().ByteSizeLong(), 0u);
  }
  Edit next(Component::kBlock);
  EXPECT_EQ(next.entry().ByteSizeLong(), 0u);
  EXPECT_EQ(next.component(), Component::kBlock);
  EXPECT_FALSE(next.entry().new_block().has_id());
}

TEST_F(EditContextTest, FullJournalIsNotAdmitted) {
  OpContext op(OpContextOptions{});
  EditContext edits(ledger_, op);
  EXPECT_TRUE(edits.CheckAdmitted().ok());
  journal_.SetAdmits(false);
  EXPECT_EQ(edits.CheckAdmitted().code(), StatusCode::kResourceExhausted);
}

TEST_F(EditContextTest, RecordAppendsAppliesAndRaisesThePosition) {
  OpContext op(OpContextOptions{});
  EditContext edits(ledger_, op);
  EXPECT_EQ(edits.last(), 0u);
  edits.Record(BlockEdit());
  edits.Record(BlockEdit());
  EXPECT_EQ(edits.last(), 2u);
  EXPECT_EQ(op.position(), 2u);
  EXPECT_EQ(machine_.applied.size(), 2u);
  EXPECT_EQ(journal_.entries(Component::kFileSystem).size(), 2u);
}

TEST_F(EditContextTest, OnlyTheOutcomeCarriesTheOperationId) {
  OpContextOptions options;
  options.operation_id = OperationId{3, 4};
  OpContext op(options);
  EditContext edits(ledger_, op);
  edits.Record(BlockEdit());
  edits.RecordOutcome(BlockEdit());
  EXPECT_FALSE(machine_.applied[0].has_operationid());
  ASSERT_TRUE(machine_.applied[1].has_operationid());
  EXPECT_EQ(machine_.applied[1].operationid().mostsignificantbits(), 3);
  EXPECT_EQ(machine_.applied[1].operationid().leastsignificantbits(), 4);
}

}  // namespace
}  // namespace alluxio::master
