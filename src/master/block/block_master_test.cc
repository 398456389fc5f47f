#include "master/block/block_master.h"

#include <gtest/gtest.h>

#include <thread>

#include "journal/string_checkpoint.h"
#include "master/state/flat_image.h"
#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/memory_journal.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::master {
namespace {

using journal::Component;
using journal::MemoryJournal;

OpContextOptions Inline() { return OpContextOptions{}; }
OpContextOptions Blocking() {
  OpContextOptions options;
  options.may_block = true;
  return options;
}

WorkerNetAddress Address(const std::string& host) {
  WorkerNetAddress address;
  address.host = host;
  address.rpc_port = 29999;
  address.tiers = {{"node", host}};
  return address;
}

class BlockMasterTest : public ::testing::Test {
 protected:
  explicit BlockMasterTest(MemoryJournal::Durability durability =
                               MemoryJournal::Durability::kAutomatic)
      : journal_(durability), blocks_(BlockMasterOptions{}, ledger_, clock_, Rng::Real()) {
    ledger_.journal = &journal_;
    ledger_.block = &blocks_;
  }

  // A live worker that reported `ids`.
  WorkerId Join(const std::string& host, std::vector<BlockId> ids) {
    WorkerId id = blocks_.GetWorkerId(Address(host)).value();
    WorkerRegistration registration;
    registration.worker = id;
    registration.tiers = {"MEM"};
    registration.capacity_on_tiers["MEM"] = 100;
    registration.used_on_tiers["MEM"] = 10;
    EXPECT_TRUE(blocks_.BeginRegister(registration).ok());
    TierBlocks place{"MEM", "MEM", std::move(ids)};
    EXPECT_TRUE(blocks_.AddRegisterBlocks(id, std::span(&place, 1)).ok());
    EXPECT_TRUE(blocks_.FinishRegister(id).ok());
    return id;
  }
  BlockCommit Commit(WorkerId worker, BlockId block, int64_t length) {
    BlockCommit commit;
    commit.worker = worker;
    commit.block = block;
    commit.length = length;
    commit.tier = "MEM";
    return commit;
  }
  WorkerCommand Beat(WorkerId worker, std::vector<BlockId> removed = {}) {
    WorkerHeartbeat beat;
    beat.worker = worker;
    beat.removed = std::move(removed);
    return blocks_.Heartbeat(beat);
  }
  BlockId NewBlock() {
    OpContext context(Blocking());
    return MakeId(blocks_.NewContainerId(context).value(), 0);
  }

  FakeClock clock_;
  MemoryJournal journal_;
  Ledger ledger_;
  BlockMaster blocks_;
};

class SlowDiskTest : public BlockMasterTest {
 protected:
  SlowDiskTest() : BlockMasterTest(MemoryJournal::Durability::kManual) {}
};

TEST_F(BlockMasterTest, UnknownBlocksAndWorkersAreRefused) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  EXPECT_EQ(blocks_.GetBlockInfo(5).status().ToString(),
            "INVALID_ARGUMENT: BlockMeta not found for blockId 5");
  OpContext context(Inline());
  EXPECT_EQ(blocks_.CommitBlock(context, Commit(1, 5, 1)).code(), StatusCode::kNotFound);
  WorkerId worker = Join("a", {});
  BlockId never_given = MakeId(1'000'000, 0);
  EXPECT_EQ(blocks_.CommitBlock(context, Commit(worker, never_given, 1)).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Beat(99).kind, WorkerCommandKind::kRegister);
}

TEST_F(BlockMasterTest, FirstBootReservesLikeAlluxioAndStartsAtOne) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  auto entries = journal_.entries(Component::kBlock);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].block_container_id_generator().next_container_id(), 1001);
  OpContext context(Inline());
  EXPECT_EQ(blocks_.NewContainerId(context).value(), 1);
}

// A worker may still hold the blocks of the cluster that was formatted away.
TEST_F(BlockMasterTest, AFormattedJournalDoesNotGiveOldIdsOutAgain) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  OpContext context(Inline());
  int64_t old_id = blocks_.NewContainerId(context).value();
  clock_.Advance(std::chrono::minutes(5));
  MemoryJournal formatted;
  Ledger ledger;
  BlockMaster fresh(BlockMasterOptions{}, ledger, clock_, Rng::Real());
  ledger.journal = &formatted;
  ledger.block = &fresh;
  ASSERT_TRUE(formatted.Recover({&fresh}).ok());
  ASSERT_TRUE(fresh.StartServing().ok());
  EXPECT_GE(fresh.NewContainerId(context).value(), old_id + 300'000);
}

TEST_F(BlockMasterTest, ContainerIdsAreNeverUsedTwiceAcrossRestarts) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  OpContext context(Inline());
  int64_t last = 0;
  for (int i = 0; i < 5000; ++i) {
    int64_t id = blocks_.NewContainerId(context).value();
    ASSERT_GT(id, last);
    last = id;
  }
  Ledger ledger;
  BlockMaster restarted(BlockMasterOptions{}, ledger, clock_, Rng::Real());
  ledger.journal = &journal_;
  ledger.block = &restarted;
  ASSERT_TRUE(journal_.Recover({&restarted}).ok());
  ASSERT_TRUE(restarted.StartServing().ok());
  EXPECT_GT(restarted.NewContainerId(context).value(), last);
}

TEST_F(SlowDiskTest, AnIdWaitsForItsReservation) {
  std::thread disk([this] {
    while (journal_.appended() == 0) std::this_thread::yield();
    journal_.MakeAllDurable();
  });
  ASSERT_TRUE(blocks_.StartServing().ok());
  disk.join();
  OpContext context(Inline());
  for (int i = 1; i <= 1000; ++i) ASSERT_TRUE(blocks_.NewContainerId(context).ok()) << i;
  // The next reservation was asked for half-way, but it is not on the disk.
  EXPECT_TRUE(IsWouldBlock(blocks_.NewContainerId(context).status()));
  journal_.MakeAllDurable();
  EXPECT_EQ(blocks_.NewContainerId(context).value(), 1001);
}

TEST_F(BlockMasterTest, ACommitIsJournaledOnceAndItsLengthStays) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  BlockId block = NewBlock();
  WorkerId a = Join("a", {});
  WorkerId b = Join("b", {});
  OpContext context(Inline());
  size_t before = journal_.entries(Component::kBlock).size();
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(a, block, 10)).ok());
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(b, block, 11)).ok());
  EXPECT_EQ(journal_.entries(Component::kBlock).size(), before + 1);
  BlockInfo info = blocks_.GetBlockInfo(block).value();
  EXPECT_EQ(info.length, 10);
  ASSERT_EQ(info.locations.size(), 2u);
  EXPECT_EQ(info.locations[0].tier_alias, "MEM");
}

TEST_F(BlockMasterTest, RemovedBlocksAreForgottenAndFreedByTheirHolder) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  BlockId block = NewBlock();
  WorkerId a = Join("a", {});
  OpContext context(Inline());
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(a, block, 10)).ok());
  ASSERT_TRUE(blocks_.RemoveBlocks(context, std::vector<BlockId>{block, 77}).ok());
  EXPECT_FALSE(blocks_.GetBlockInfo(block).ok());
  WorkerCommand command = Beat(a);
  EXPECT_EQ(command.kind, WorkerCommandKind::kFree);
  EXPECT_EQ(command.blocks, std::vector<BlockId>{block});
  EXPECT_EQ(Beat(a, {block}).kind, WorkerCommandKind::kNothing);
}

TEST_F(BlockMasterTest, FreedBlocksStayKnown) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  BlockId block = NewBlock();
  WorkerId a = Join("a", {});
  OpContext context(Inline());
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(a, block, 10)).ok());
  blocks_.FreeBlocks(std::vector<BlockId>{block});
  EXPECT_EQ(Beat(a).kind, WorkerCommandKind::kFree);
  Beat(a, {block});
  EXPECT_TRUE(blocks_.GetBlockInfo(block)->locations.empty());
}

TEST_F(BlockMasterTest, ALostWorkerTakesItsCopiesAndComesBackInANewSlot) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  BlockId one = NewBlock();
  BlockId two = NewBlock();
  WorkerId a = Join("a", {});
  OpContext context(Inline());
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(a, one, 10)).ok());
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(a, two, 10)).ok());
  WorkerId b = Join("b", {one});
  clock_.Advance(std::chrono::minutes(4));
  Beat(b);
  clock_.Advance(std::chrono::minutes(2));
  blocks_.CheckWorkers();
  EXPECT_EQ(blocks_.LiveWorkers().size(), 1u);
  EXPECT_EQ(blocks_.GetBlockInfo(one)->locations.size(), 1u);
  EXPECT_TRUE(blocks_.GetBlockInfo(two)->locations.empty());
  EXPECT_EQ(blocks_.TakeLostBlocks(10), std::vector<BlockId>{two});
  EXPECT_EQ(Beat(a).kind, WorkerCommandKind::kRegister);
  EXPECT_EQ(Join("a", {two}), a);
  EXPECT_EQ(blocks_.GetBlockInfo(two)->locations.size(), 1u);
  EXPECT_EQ(blocks_.Totals().live_workers, 2);
}

TEST_F(BlockMasterTest, ARegistrationTakesEffectAtItsEndOnly) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  BlockId block = NewBlock();
  WorkerId a = Join("a", {});
  OpContext context(Inline());
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(a, block, 10)).ok());
  WorkerRegistration again;
  again.worker = a;
  ASSERT_TRUE(blocks_.BeginRegister(again).ok());
  EXPECT_EQ(blocks_.GetBlockInfo(block)->locations.size(), 1u);
  // Committed while the list was on its way: it must not be lost.
  BlockId late = NewBlock();
  ASSERT_TRUE(blocks_.CommitBlock(context, Commit(a, late, 5)).ok());
  ASSERT_TRUE(blocks_.FinishRegister(a).ok());
  EXPECT_TRUE(blocks_.GetBlockInfo(block)->locations.empty());
  EXPECT_EQ(blocks_.GetBlockInfo(late)->locations.size(), 1u);
  blocks_.CheckWorkers();
  EXPECT_EQ(blocks_.GetBlockInfo(late)->locations.size(), 1u);
}

TEST_F(BlockMasterTest, UnknownBlocksOfAWorkerAreStrays) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  WorkerId a = Join("a", {MakeId(3, 0)});
  std::vector<BlockMaster::StrayBlock> strays = blocks_.TakeStrayBlocks(10);
  ASSERT_EQ(strays.size(), 1u);
  EXPECT_EQ(Beat(a).kind, WorkerCommandKind::kNothing);
  blocks_.FreeOn(strays[0]);
  EXPECT_EQ(Beat(a).blocks, std::vector<BlockId>{MakeId(3, 0)});
}

TEST_F(BlockMasterTest, SafeModeEndsByItself) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  EXPECT_EQ(blocks_.CheckNotSafeMode().ToString(),
            "UNAVAILABLE: Alluxio master is in safe mode. Please try again later.");
  clock_.Advance(std::chrono::seconds(6));
  EXPECT_TRUE(blocks_.CheckNotSafeMode().ok());
}

TEST_F(BlockMasterTest, ADisabledWorkerMayNotComeBack) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  WorkerId a = Join("a", {});
  EXPECT_EQ(blocks_.DecommissionWorker("nobody", 0, false).code(), StatusCode::kNotFound);
  ASSERT_TRUE(blocks_.DecommissionWorker("a", 0, false).ok());
  EXPECT_EQ(Beat(a).kind, WorkerCommandKind::kDisabled);
  EXPECT_FALSE(blocks_.GetWorkerId(Address("a")).ok());
  ASSERT_TRUE(blocks_.RemoveDisabledWorker("a", 0).ok());
  EXPECT_TRUE(blocks_.GetWorkerId(Address("a")).ok());
}

TEST_F(BlockMasterTest, ACheckpointHoldsBlocksAndReservation) {
  ASSERT_TRUE(blocks_.StartServing().ok());
  OpContext context(Inline());
  std::vector<BlockMaster::UfsBlock> added;
  for (int i = 0; i < 500; ++i) added.push_back({NewBlock(), i});
  ASSERT_TRUE(blocks_.CommitBlocksInUfs(context, added).ok());
  journal::StringSink sink;
  ASSERT_TRUE(blocks_.WriteCheckpoint(sink).ok());
  Ledger ledger;
  BlockMaster other(BlockMasterOptions{}, ledger, clock_, Rng::Real());
  ledger.journal = &journal_;
  ledger.block = &other;
  journal::StringSource source(sink.bytes);
  ASSERT_TRUE(other.ReadCheckpoint(source).ok());
  EXPECT_EQ(other.block_count(), 500u);
  EXPECT_EQ(other.LengthOf(added[499].id), 499);
  ASSERT_TRUE(other.StartServing().ok());
  EXPECT_GT(other.NewContainerId(context).value(), ContainerOf(added[499].id));
}

TEST_F(BlockMasterTest, AnImageOfACheckpointHoldsBlocksAndReservation) {
  TempFolder folder;
  ImageFolder images(Disk::Real(), folder.path());
  BlockMasterOptions options;
  options.images = &images;
  Ledger ledger;
  BlockMaster first(options, ledger, clock_, Rng::Real());
  ledger.journal = &journal_;
  ledger.block = &first;
  ASSERT_TRUE(first.StartServing().ok());
  OpContext context(Inline());
  std::vector<BlockMaster::UfsBlock> added;
  for (int i = 0; i < 500; ++i) {
    added.push_back({MakeId(first.NewContainerId(context).value(), 0), i});
  }
  ASSERT_TRUE(first.CommitBlocksInUfs(context, added).ok());
  journal::StringSink sink(9);
  ASSERT_TRUE(first.WriteCheckpoint(sink).ok());
  EXPECT_EQ(sink.notes, "");
  ASSERT_NE(images.Open("BLOCK_MASTER", 9), nullptr);
  BlockMaster other(options, ledger, clock_, Rng::Real());
  ledger.block = &other;
  journal::StringSource source(sink.bytes, 9);
  ASSERT_TRUE(other.ReadCheckpoint(source).ok());
  EXPECT_EQ(other.block_count(), 500u);
  EXPECT_EQ(other.LengthOf(added[499].id), 499);
  EXPECT_EQ(other.journaled_containers(), first.journaled_containers());
  ASSERT_TRUE(other.StartServing().ok());
  EXPECT_GT(other.NewContainerId(context).value(), ContainerOf(added[499].id));
  // Of the same end, but of other bytes.
  sink.bytes.back() = static_cast<char>(sink.bytes.back() ^ 1);
  journal::StringSource altered(sink.bytes, 9);
  other.Reset();
  EXPECT_EQ(other.ReadCheckpoint(altered).code(), StatusCode::kAborted);
  EXPECT_EQ(images.Open("BLOCK_MASTER", 9), nullptr);
}

class StandbyTest : public BlockMasterTest {
 protected:
  StandbyTest() { blocks_.StartFollowing(); }
  void Read(const journal::JournalEntry& entry) {
    WriterLock lock(blocks_.lock());
    ASSERT_TRUE(blocks_.Apply(entry).ok());
  }
  void ReadBlock(BlockId id, int64_t length) {
    journal::JournalEntry entry;
    entry.mutable_block_info()->set_block_id(id);
    entry.mutable_block_info()->set_length(length);
    Read(entry);
  }
  void ReadDelete(BlockId id) {
    journal::JournalEntry entry;
    entry.mutable_delete_block()->set_block_id(id);
    Read(entry);
  }
  int64_t BlocksOf(WorkerId worker) {
    for (const WorkerInfo& info : blocks_.LiveWorkers()) {
      if (info.id == worker) return info.block_count;
    }
    return -1;
  }
  BlockId one_ = MakeId(7, 0);
};

TEST_F(StandbyTest, ALocationWaitsForTheEntryOfItsBlock) {
  WorkerId a = Join("a", {one_});
  WorkerHeartbeat beat;
  beat.worker = a;
  beat.added = {TierBlocks{"MEM", "MEM", {MakeId(8, 0)}}};
  EXPECT_EQ(blocks_.Heartbeat(beat).kind, WorkerCommandKind::kNothing);
  ReadBlock(one_, 10);
  ReadBlock(MakeId(8, 0), 11);
  EXPECT_EQ(blocks_.GetBlockInfo(one_)->locations.size(), 1u);
  EXPECT_EQ(blocks_.GetBlockInfo(MakeId(8, 0))->locations.size(), 1u);
  EXPECT_EQ(BlocksOf(a), 2);
  ASSERT_TRUE(blocks_.StartServing().ok());
  EXPECT_TRUE(blocks_.TakeStrayBlocks(10).empty());
}

TEST_F(StandbyTest, ABlockTheWorkerDroppedMeanwhileGetsNoLocation) {
  WorkerId a = Join("a", {one_});
  Beat(a, {one_});
  ReadBlock(one_, 10);
  EXPECT_TRUE(blocks_.GetBlockInfo(one_)->locations.empty());
  EXPECT_EQ(BlocksOf(a), 0);
}

TEST_F(StandbyTest, NoCommandAndNoStrayBeforeItServes) {
  ReadBlock(one_, 10);
  WorkerId a = Join("a", {one_, MakeId(8, 0)});
  ReadDelete(one_);  // the primary tells the worker
  EXPECT_EQ(Beat(a).kind, WorkerCommandKind::kNothing);
  EXPECT_EQ(BlocksOf(a), 0);
  ASSERT_TRUE(blocks_.StartServing().ok());
  // It did not come to that, so both are left over.
  std::vector<BlockMaster::StrayBlock> strays = blocks_.TakeStrayBlocks(10);
  EXPECT_EQ(strays.size(), 2u);
  for (const BlockMaster::StrayBlock& stray : strays) blocks_.FreeOn(stray);
  EXPECT_EQ(Beat(a).blocks.size(), 2u);
}

TEST_F(StandbyTest, WhatTheOldPrimaryHadFreedIsNoStray) {
  ReadBlock(one_, 10);
  WorkerId a = Join("a", {one_});
  ReadDelete(one_);
  Beat(a, {one_});
  ASSERT_TRUE(blocks_.StartServing().ok());
  EXPECT_TRUE(blocks_.TakeStrayBlocks(10).empty());
}

TEST_F(StandbyTest, ALostWorkersLocationsDoNotWaitOnInASlotOfAnother) {
  Join("a", {one_});
  clock_.Advance(std::chrono::minutes(6));
  blocks_.CheckWorkers();
  WorkerId b = Join("b", {});  // takes the slot
  ReadBlock(one_, 10);
  EXPECT_TRUE(blocks_.GetBlockInfo(one_)->locations.empty());
  EXPECT_EQ(BlocksOf(b), 0);
}

TEST_F(StandbyTest, WithWorkersThereIsNoSafeModeAfterATakeover) {
  Join("a", {});
  clock_.Advance(std::chrono::seconds(6));
  ASSERT_TRUE(blocks_.StartServing().ok());
  EXPECT_TRUE(blocks_.CheckNotSafeMode().ok());
}

TEST_F(StandbyTest, WithoutWorkersSafeModeBeginsAtTheTakeover) {
  clock_.Advance(std::chrono::seconds(6));
  ASSERT_TRUE(blocks_.StartServing().ok());
  EXPECT_FALSE(blocks_.CheckNotSafeMode().ok());
}

TEST_F(StandbyTest, ACopyThatCameBackIsNotLost) {
  ReadBlock(one_, 10);
  ReadBlock(MakeId(8, 0), 10);
  Join("a", {one_, MakeId(8, 0)});
  clock_.Advance(std::chrono::minutes(6));
  blocks_.CheckWorkers();
  Join("b", {one_});
  ASSERT_TRUE(blocks_.StartServing().ok());
  EXPECT_EQ(blocks_.TakeLostBlocks(10), std::vector<BlockId>{MakeId(8, 0)});
}

// Entries are applied on the journal's thread while workers report on theirs.
TEST_F(StandbyTest, EntriesAndReportsAtOnce) {
  constexpr int kBlocks = 5000;
  WorkerId a = Join("a", {});
  std::thread reader([this] {
    for (int i = 0; i < kBlocks; ++i) ReadBlock(MakeId(100 + i, 0), i);
  });
  for (int i = 0; i < kBlocks; i += 50) {
    WorkerHeartbeat beat;
    beat.worker = a;
    beat.added = {TierBlocks{"MEM", "MEM", {}}};
    for (int k = 0; k < 50; ++k) beat.added[0].blocks.push_back(MakeId(100 + i + k, 0));
    ASSERT_EQ(blocks_.Heartbeat(beat).kind, WorkerCommandKind::kNothing);
  }
  reader.join();
  EXPECT_EQ(BlocksOf(a), kBlocks);
}

}  // namespace
}  // namespace alluxio::master
