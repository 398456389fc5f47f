// The files of blocks that are gone, as a BlockStore reuses them.
#include "worker/store/recycled_files.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/crc32c.h"
#include "tests/fixtures/faulty_disk.h"
#include "tests/fixtures/temp_folder.h"
#include "worker/store/block_store.h"

namespace alluxio::worker {
namespace {

constexpr int64_t kBlock = 64 << 10;

class RecycledFilesTest : public ::testing::Test {
 protected:
  void SetUp() override { Open("MEM", 4 * kBlock); }
  void Open(const std::string& medium, int64_t quota) {
    StoreOptions options;
    options.tiers = {{medium, {{folder_.path() + "/dir", quota, medium}}}};
    options.recycle_from_bytes = kBlock / 4;
    store_.reset();
    auto opened = BlockStore::Open(options, disk_, *rng_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    store_->SetPinned({});
  }
  std::unique_ptr<TempBlock> Create(BlockId id, int64_t length = kBlock,
                                    Reuse reuse = Reuse::kWhole) {
    auto block = store_->Create(id, {.reserve_bytes = length, .reuse = reuse});
    EXPECT_TRUE(block.ok()) << block.status();
    return block.ok() ? *std::move(block) : nullptr;
  }
  void Commit(TempBlock& block) {
    auto committed = block.Commit();
    ASSERT_TRUE(committed.ok()) << committed.status();
    store_->Announce(committed->id);
  }
  // A block of one letter; true when its file was used before.
  bool Write(BlockId id, char letter, int64_t length = kBlock) {
    std::unique_ptr<TempBlock> block = Create(id, length);
    if (block == nullptr) return false;
    bool recycled = block->room().owner != nullptr;
    EXPECT_TRUE(block->Append(std::string(static_cast<size_t>(length), letter)).ok());
    Commit(*block);
    return recycled;
  }
  Bytes Map(BlockId id) {
    auto lease = store_->Lease(id);
    EXPECT_TRUE(lease.ok()) << lease.status();
    return lease.ok() ? (*lease)->Map().value() : Bytes();
  }
  std::string Read(BlockId id) { return std::string(Map(id).view()); }
  int64_t Kept() { return store_->Dirs().at(0).recycled_bytes; }

  TempFolder folder_;
  FaultyDisk disk_;
  std::unique_ptr<Rng> rng_ = Rng::Seeded(7);
  std::unique_ptr<BlockStore> store_;
};

std::string Of(char letter, int64_t length = kBlock) {
  return std::string(static_cast<size_t>(length), letter);
}

TEST_F(RecycledFilesTest, TheNextWholeBlockTakesTheFile) {
  EXPECT_FALSE(Write(1, 'a'));
  ASSERT_TRUE(store_->Remove(1).ok());
  EXPECT_EQ(Kept(), kBlock);
  EXPECT_EQ(store_->Usage().used_bytes["MEM"], 0);
  EXPECT_TRUE(Write(2, 'b', kBlock - 100));
  EXPECT_EQ(Kept(), 0);
  EXPECT_EQ(Read(2), Of('b', kBlock - 100));
  EXPECT_FALSE(store_->Has(1));
}

TEST_F(RecycledFilesTest, BytesThatAreInPlaceAreAppendedWithoutACopy) {
  Write(1, 'a');
  ASSERT_TRUE(store_->Remove(1).ok());
  std::unique_ptr<TempBlock> block = Create(2);
  std::span<char> room = block->room().bytes;
  ASSERT_EQ(room.size(), static_cast<size_t>(kBlock));
  std::fill(room.begin(), room.end(), 'c');
  ASSERT_TRUE(block->Append(Of('b', 10)).ok());
  ASSERT_TRUE(block->Append({room.data() + 10, room.size() - 10}).ok());
  Commit(*block);
  EXPECT_EQ(Read(2), Of('b', 10) + Of('c', kBlock - 10));
  // The sum is of what is there: after a restart the first reader checks it.
  Open("MEM", 4 * kBlock);
  EXPECT_EQ(Read(2), Of('b', 10) + Of('c', kBlock - 10));
}

TEST_F(RecycledFilesTest, ABlockThatIsNotFilledToItsEndIsNotCommitted) {
  Write(1, 'a');
  ASSERT_TRUE(store_->Remove(1).ok());
  std::unique_ptr<TempBlock> block = Create(2);
  ASSERT_TRUE(block->Append(Of('b', kBlock - 1)).ok());
  EXPECT_EQ(block->Commit().status().code(), StatusCode::kDataLoss);
  EXPECT_FALSE(store_->Has(2));
  EXPECT_EQ(store_->Usage().used_bytes["MEM"], 0);
}

TEST_F(RecycledFilesTest, WhoeverStillReadsTheOldBlockKeepsItsBytes) {
  Write(1, 'a');
  Bytes old = Map(1);
  ASSERT_TRUE(store_->Remove(1).ok());
  EXPECT_FALSE(Write(2, 'b'));
  EXPECT_EQ(old.view(), Of('a'));
  EXPECT_EQ(Read(2), Of('b'));
}

TEST_F(RecycledFilesTest, AClientOnThisHostThatHoldsTheFileKeepsItsBytes) {
  Write(1, 'a');
  auto client = Disk::Real().OpenForRead(store_->Lease(1).value()->path());
  ASSERT_TRUE(client.ok()) << client.status();
  ASSERT_TRUE(store_->Remove(1).ok());
  EXPECT_FALSE(Write(2, 'b'));
  std::string text(kBlock, '\0');
  EXPECT_EQ((*client)->ReadAt(0, text).value(), text.size());
  EXPECT_EQ(text, Of('a'));
}

// ---- Files that stay mapped ----

class MappedFilesTest : public RecycledFilesTest {
 protected:
  void SetUp() override {
    RecycledFilesTest::SetUp();
    Write(1, 'a');
    ASSERT_TRUE(store_->Remove(1).ok());
  }
  // Where the bytes of a new block of one letter are; null when its file is a new one.
  const char* Place(BlockId id, char letter, int64_t length = kBlock) {
    std::unique_ptr<TempBlock> block = Create(id, kBlock, Reuse::kStream);
    const char* place = block->room().bytes.data();
    EXPECT_TRUE(block->Append(Of(letter, length)).ok());
    Commit(*block);
    return place;
  }
};

TEST_F(MappedFilesTest, ReadersAndTheNextBlockGetTheSameMemory) {
  const char* place = Place(2, 'b');
  ASSERT_NE(place, nullptr);
  EXPECT_EQ(Map(2).data(), place);
  EXPECT_EQ(Read(2), Of('b'));
  ASSERT_TRUE(store_->Remove(2).ok());
  EXPECT_EQ(Place(3, 'c', kBlock / 2), place);
  EXPECT_EQ(Read(3), Of('c', kBlock / 2));
  EXPECT_EQ(disk_.Stat(folder_.path() + "/dir/alluxioworker/3")->length, kBlock / 2);
}

TEST_F(MappedFilesTest, AReadInMemoryLooksAtTheFile) {
  Place(2, 'b');
  EXPECT_EQ(store_->LeaseInMemory(2)->Map()->view(), Of('b'));
  ASSERT_TRUE(disk_.Truncate(folder_.path() + "/dir/alluxioworker/2", 100).ok());
  EXPECT_EQ(store_->LeaseInMemory(2), nullptr);
}

TEST_F(MappedFilesTest, WhoeverStillReadsIsNotWrittenOver) {
  const char* place = Place(2, 'b');
  Bytes held = Map(2).Slice(10, 20);
  ASSERT_TRUE(store_->Remove(2).ok());
  EXPECT_NE(Place(3, 'c'), place);
  EXPECT_EQ(held.view(), Of('b', 20));
  EXPECT_EQ(Read(3), Of('c'));
}

TEST_F(MappedFilesTest, AClientThatHasTheFileKeepsItsBytes) {
  Place(2, 'b');
  auto client = Disk::Real().OpenForRead(folder_.path() + "/dir/alluxioworker/2");
  ASSERT_TRUE(client.ok());
  ASSERT_TRUE(store_->Remove(2).ok());
  EXPECT_EQ(Place(3, 'c'), nullptr);
  std::string text(kBlock, '\0');
  EXPECT_EQ((*client)->ReadAt(0, text).value(), text.size());
  EXPECT_EQ(text, Of('b'));
}

TEST_F(MappedFilesTest, AStreamThatGivesUpLeavesNothing) {
  {
    std::unique_ptr<TempBlock> block = Create(2, kBlock, Reuse::kStream);
    ASSERT_TRUE(block->Append(Of('b', 10)).ok());
  }
  EXPECT_EQ(Kept(), 0);
  EXPECT_EQ(Place(3, 'c'), nullptr);
  EXPECT_EQ(Read(3), Of('c'));
}

TEST_F(MappedFilesTest, AFileIsLentToAClientUnmapped) {
  Place(2, 'b');
  ASSERT_TRUE(store_->Remove(2).ok());
  std::unique_ptr<TempBlock> block = Create(3, kBlock, Reuse::kClient);
  EXPECT_TRUE(block->lent());
}

TEST_F(MappedFilesTest, ABlockThatVanishedIsNotReadInTheNextOfItsName) {
  Place(2, 'b');
  ASSERT_TRUE(disk_.DeleteFile(folder_.path() + "/dir/alluxioworker/2").ok());
  EXPECT_EQ(store_->Lease(2).status().code(), StatusCode::kNotFound);
  Write(2, 'c');
  EXPECT_EQ(Read(2), Of('c'));
}

TEST_F(RecycledFilesTest, AnEvictedBlockMakesRoomAndMemory) {
  for (BlockId id = 1; id <= 4; ++id) Write(id, 'a');
  EXPECT_TRUE(Write(5, 'b'));
  EXPECT_FALSE(store_->Has(1));
  EXPECT_EQ(Kept(), 0);
  EXPECT_EQ(Read(5), Of('b'));
}

TEST_F(RecycledFilesTest, WhatIsKeptAndWhatIsUsedFitTogether) {
  for (BlockId id = 1; id <= 4; ++id) Write(id, 'a');
  EXPECT_EQ(store_->RemoveAll(), 4U);
  EXPECT_EQ(Kept(), 4 * kBlock);
  std::unique_ptr<TempBlock> stream = Create(5, kBlock, Reuse::kNever);
  EXPECT_EQ(stream->room().owner, nullptr);
  EXPECT_EQ(Kept(), 3 * kBlock);
  ASSERT_TRUE(stream->Append(Of('b')).ok());
  ASSERT_TRUE(stream->Append(Of('b', 1)).ok());
  EXPECT_EQ(Kept(), 2 * kBlock);
}

TEST_F(RecycledFilesTest, NothingIsKeptForLong) {
  Write(1, 'a');
  ASSERT_TRUE(store_->Remove(1).ok());
  store_->CheckDirs();
  EXPECT_EQ(Kept(), kBlock);
  store_->CheckDirs();
  EXPECT_EQ(Kept(), 0);
  auto left = disk_.List(folder_.path() + "/dir/alluxioworker/.tmp_blocks");
  ASSERT_TRUE(left.ok()) << left.status();
  for (const std::string& name : *left) {
    EXPECT_FALSE(name.starts_with("recycled")) << name;
  }
}

TEST_F(RecycledFilesTest, NothingIsKeptOfSmallBlocksOrOnDisks) {
  Write(1, 'a', kBlock / 4 - 1);
  ASSERT_TRUE(store_->Remove(1).ok());
  EXPECT_EQ(Kept(), 0);
  Open("HDD", 4 * kBlock);
  Write(2, 'a');
  ASSERT_TRUE(store_->Remove(2).ok());
  EXPECT_EQ(Kept(), 0);
  EXPECT_FALSE(Write(3, 'b'));
}

TEST_F(RecycledFilesTest, AMuchLargerFileIsNotCutDown) {
  Write(1, 'a', 2 * kBlock);
  ASSERT_TRUE(store_->Remove(1).ok());
  EXPECT_FALSE(Write(2, 'b', kBlock - 1));
  EXPECT_TRUE(Write(3, 'c', kBlock));
  EXPECT_EQ(Read(2), Of('b', kBlock - 1));
  EXPECT_EQ(Read(3), Of('c'));
}

TEST_F(RecycledFilesTest, AStreamThatEndsEarlyLeavesNothingOfTheOldBlock) {
  for (int64_t length : {int64_t{1}, int64_t{4096}, kBlock - 1, kBlock}) {
    Write(1, 'a');
    ASSERT_TRUE(store_->Remove(1).ok());
    std::unique_ptr<TempBlock> block = Create(2, kBlock, Reuse::kStream);
    EXPECT_NE(block->room().owner, nullptr);
    ASSERT_TRUE(block->Append(Of('b', length)).ok());
    Commit(*block);
    EXPECT_EQ(Read(2), Of('b', length));
    ASSERT_TRUE(store_->Remove(2).ok());
    store_->CheckDirs();
    store_->CheckDirs();
  }
  Write(1, 'a');
  ASSERT_TRUE(store_->Remove(1).ok());
  Commit(*Create(2, kBlock, Reuse::kStream));
  EXPECT_EQ(store_->Length(2).value(), 0);
  EXPECT_EQ(disk_.Stat(folder_.path() + "/dir/alluxioworker/2")->length, 0);
}

TEST_F(RecycledFilesTest, AStreamThatGoesOnBeyondItsFileIsWhole) {
  Write(1, 'a');
  ASSERT_TRUE(store_->Remove(1).ok());
  std::unique_ptr<TempBlock> block = Create(2, kBlock, Reuse::kStream);
  ASSERT_TRUE(block->Append(Of('b', kBlock - 3)).ok());
  ASSERT_TRUE(block->Append(Of('c', 10)).ok());
  ASSERT_TRUE(block->Append(Of('d', 5)).ok());
  Commit(*block);
  EXPECT_EQ(Read(2), Of('b', kBlock - 3) + Of('c', 10) + Of('d', 5));
  Open("MEM", 4 * kBlock);
  EXPECT_EQ(Read(2).size(), static_cast<size_t>(kBlock + 12));
}

// ---- Files that a client writes ----

class LentFilesTest : public RecycledFilesTest {
 protected:
  void SetUp() override {
    RecycledFilesTest::SetUp();
    Write(1, 'a');
    ASSERT_TRUE(store_->Remove(1).ok());
    block_ = Create(2, kBlock, Reuse::kClient);
    ASSERT_TRUE(block_->lent());
    EXPECT_EQ(block_->room().owner, nullptr);
    EXPECT_EQ(disk_.Stat(block_->path())->length, kBlock);
  }
  // What a client does with the file.
  void Overwrite(const std::string& text) {
    auto file = Disk::Real().OpenForWrite(block_->path(), WriteMode::kOverwrite);
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_TRUE((*file)->Append(text).ok());
    EXPECT_TRUE((*file)->Close().ok());
  }
  static BlockChecksum SumOf(const std::string& text) {
    return {static_cast<int64_t>(text.size()), ExtendCrc32c(0, text)};
  }
  void ExpectGone() {
    EXPECT_FALSE(store_->Has(2));
    EXPECT_EQ(store_->Usage().used_bytes["MEM"], 0);
    EXPECT_EQ(Kept(), 0);
  }
  std::unique_ptr<TempBlock> block_;
};

TEST_F(LentFilesTest, WhatIsBehindTheClientsBytesIsCutOff) {
  Overwrite(Of('b', kBlock / 2));
  ASSERT_TRUE(block_->Seal(SumOf(Of('b', kBlock / 2))).ok());
  Commit(*block_);
  EXPECT_EQ(Read(2), Of('b', kBlock / 2));
  Open("MEM", 4 * kBlock);
  EXPECT_EQ(Read(2), Of('b', kBlock / 2));
}

TEST_F(LentFilesTest, AFileThatTheClientMadeLongerIsWhole) {
  Overwrite(Of('b', kBlock + 10));
  ASSERT_TRUE(block_->Seal(SumOf(Of('b', kBlock + 10))).ok());
  Commit(*block_);
  EXPECT_EQ(Read(2), Of('b', kBlock + 10));
}

TEST_F(LentFilesTest, WithoutASealNothingIsCommitted) {
  Overwrite(Of('b', 10));
  EXPECT_EQ(block_->Commit().status().code(), StatusCode::kFailedPrecondition);
  ExpectGone();
}

TEST_F(LentFilesTest, NobodyCommitsOldBytesThatAreNotKnown) {
  Overwrite(Of('b', 10));
  BlockChecksum told = SumOf(Of('b', 10));
  told.length = kBlock;  // a client that wrote ten bytes and claims all of them
  EXPECT_EQ(block_->Seal(told).code(), StatusCode::kDataLoss);
  block_.reset();
  ExpectGone();
}

TEST_F(LentFilesTest, AClientThatClaimsMoreThanThereIsIsRefused) {
  Overwrite(Of('b', 10));
  EXPECT_EQ(block_->Seal(SumOf(Of('b', kBlock + 1))).code(), StatusCode::kDataLoss);
  block_.reset();
  ExpectGone();
}

TEST_F(LentFilesTest, AnEmptyBlockIsEmpty) {
  ASSERT_TRUE(block_->Seal(BlockChecksum()).ok());
  Commit(*block_);
  EXPECT_EQ(disk_.Stat(folder_.path() + "/dir/alluxioworker/2")->length, 0);
}

TEST_F(LentFilesTest, WhatIsWrittenAfterTheSealSpoilsTheBlock) {
  ASSERT_TRUE(block_->Seal(BlockChecksum()).ok());
  Overwrite("late");
  EXPECT_EQ(block_->Commit().status().code(), StatusCode::kDataLoss);
  ExpectGone();
}

TEST_F(LentFilesTest, AClientThatGivesUpLeavesNothing) {
  Overwrite(Of('b', 10));
  block_.reset();
  ExpectGone();
  EXPECT_FALSE(disk_.Stat(folder_.path() + "/dir/alluxioworker/2").ok());
}

TEST_F(LentFilesTest, AFreshFileCanBeSealedToo) {
  block_ = nullptr;
  block_ = Create(3, kBlock, Reuse::kClient);
  EXPECT_FALSE(block_->lent());
  Overwrite("fresh");
  EXPECT_EQ(block_->Seal(SumOf("frosh")).code(), StatusCode::kDataLoss);
  EXPECT_TRUE(block_->Seal(SumOf("fresh")).ok());
  Commit(*block_);
  EXPECT_EQ(Read(3), "fresh");
}

TEST_F(RecycledFilesTest, ADiskThatFailsCostsTheFileAndNotTheBlock) {
  Write(1, 'a');
  Write(2, 'a');
  EXPECT_EQ(store_->RemoveAll(), 2U);
  disk_.Refuse(folder_.path() + "/dir/alluxioworker/.tmp_blocks/recycled-",
               UnknownError("Input/output error"));
  EXPECT_FALSE(Write(3, 'b'));
  EXPECT_EQ(Read(3), Of('b'));
}

}  // namespace
}  // namespace alluxio::worker
