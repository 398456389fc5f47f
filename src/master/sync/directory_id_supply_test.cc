#include "master/sync/directory_id_supply.h"

#include <gtest/gtest.h>

#include "master/block/block_master.h"
#include "master/tree/directory_ids.h"
#include "model/ids.h"
#include "proto/journal/journal.pb.h"
#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/memory_journal.h"

namespace alluxio::master {
namespace {

using journal::Component;
using journal::MemoryJournal;

// The ids alone, in place of the whole namespace.
class IdMachine final : public journal::StateMachine {
 public:
  explicit IdMachine(DirectoryIds& ids) : ids_(ids) {}
  Component component() const override { return Component::kFileSystem; }
  Status Apply(const journal::JournalEntry& entry) override { return ids_.Apply(entry).status(); }
  void Reset() override { ids_.Reset(); }
  Status WriteCheckpoint(journal::CheckpointSink&) const override { return OkStatus(); }
  Status ReadCheckpoint(journal::CheckpointSource&) override { return OkStatus(); }
  Status VisitEntries(const journal::EntryVisitor&) const override { return OkStatus(); }

 private:
  DirectoryIds& ids_;
};

class DirectoryIdSupplyTest : public ::testing::Test {
 protected:
  DirectoryIdSupplyTest()
      : machine_(ids_),
        blocks_(BlockMasterOptions{.container_reservation = 1}, ledger_, clock_, Rng::Real()),
        supply_(ids_, blocks_, ledger_) {
    ledger_.journal = &journal_;
    ledger_.file_system = &machine_;
    ledger_.block = &blocks_;
    EXPECT_TRUE(blocks_.StartServing().ok());
  }
  // So many ids are left in container 7.
  void Leave(int64_t count) {
    OpContext context{OpContextOptions{}};
    Edit edit(Component::kFileSystem);
    auto* next = edit.entry().mutable_inode_directory_id_generator();
    next->set_container_id(7);
    next->set_sequence_number(kMaxSequence - count);
    EditContext(ledger_, context).Record(std::move(edit));
  }

  FakeClock clock_;
  MemoryJournal journal_;
  DirectoryIds ids_;
  IdMachine machine_;
  Ledger ledger_;
  BlockMaster blocks_;
  DirectoryIdSupply supply_;
};

TEST_F(DirectoryIdSupplyTest, WhatIsLeftIsUsedUp) {
  Leave(3);
  OpContext context{OpContextOptions{}};
  ASSERT_TRUE(supply_.Ensure(context, 3).ok());
  EXPECT_EQ(ids_.left(), 3);
  EXPECT_EQ(context.position(), 0u) << "nothing was recorded";
}

TEST_F(DirectoryIdSupplyTest, AContainerIsBegunBeforeTheLastIdIsGone) {
  Leave(2);
  OpContext context{OpContextOptions{.may_block = true}};
  ASSERT_TRUE(supply_.Ensure(context, 3).ok());
  EXPECT_EQ(ids_.left(), kMaxSequence);
  EXPECT_NE(ContainerOf(ids_.Next()), 7);
  EXPECT_GT(context.position(), 0u);
}

// Every container of the reservation is given out, and the disk has not said that there are more.
TEST_F(DirectoryIdSupplyTest, NobodyWaitsForTheDiskWhereHeMayNot) {
  Leave(0);
  journal_.Hold();
  OpContext context{OpContextOptions{}};
  Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) {
    Leave(0);
    status = supply_.Ensure(context, 1);
  }
  EXPECT_TRUE(IsWouldBlock(status)) << status;
  EXPECT_EQ(ids_.left(), 0) << "nothing was changed";
}

}  // namespace
}  // namespace alluxio::master
