#include "worker/store/block_store.h"

#include <gtest/gtest.h>

#include <map>

#include "base/crc32c.h"
#include "tests/fixtures/faulty_disk.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::worker {
namespace {

constexpr int64_t kQuota = 1000;

BlockId IdOf(int64_t file, int64_t sequence = 0) { return MakeId(file, sequence); }

class BlockStoreTest : public ::testing::Test {
 protected:
  StoreOptions OneTier(int64_t quota = kQuota) {
    StoreOptions options;
    options.tiers = {{"MEM", {{folder_.path() + "/mem", quota, "MEM"}}}};
    return options;
  }
  StoreOptions TwoTiers() {
    StoreOptions options = OneTier();
    options.tiers.push_back({"HDD",
                             {{folder_.path() + "/hdd0", kQuota, "HDD"},
                              {folder_.path() + "/hdd1", 2 * kQuota, "HDD"}}});
    return options;
  }
  void Open(const StoreOptions& options) {
    store_.reset();
    Result<std::unique_ptr<BlockStore>> opened = BlockStore::Open(options, disk_, *rng_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    master_ = store_->AddReporter();
    store_->TakeReport(master_);
    store_->SetPinned({});
  }
  Status Write(BlockId id, const std::string& data, const Placement& placement = {}) {
    ASSIGN_OR_RETURN(std::unique_ptr<TempBlock> block, store_->Create(id, placement));
    RETURN_IF_ERROR(block->Append(data));
    ASSIGN_OR_RETURN(CommittedBlock committed, block->Commit());
    EXPECT_EQ(committed.length, static_cast<int64_t>(data.size()));
    store_->Announce(id);
    return OkStatus();
  }
  std::string Read(BlockId id) {
    Result<std::shared_ptr<const BlockLease>> lease = store_->Lease(id);
    if (!lease.ok()) return lease.status().ToString();
    Result<Bytes> bytes = (*lease)->Map();
    return bytes.ok() ? std::string(bytes->view()) : bytes.status().ToString();
  }
  std::string BlockFile(BlockId id, const std::string& dir = "mem") {
    return folder_.path() + "/" + dir + "/alluxioworker/" + std::to_string(id);
  }
  std::string MustRead(const std::string& path) {
    auto file = disk_.OpenForRead(path);
    EXPECT_TRUE(file.ok()) << file.status();
    std::string text(1 << 16, '\0');
    text.resize((*file)->ReadAt(0, text).value());
    return text;
  }
  void Overwrite(const std::string& path, const std::string& data) {
    auto file = disk_.OpenForWrite(path, WriteMode::kTruncate, 0666);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(data).ok());
    ASSERT_TRUE((*file)->Close().ok());
  }
  int64_t Used() {
    int64_t used = 0;
    for (const auto& [tier, bytes] : store_->Usage().used_bytes) used += bytes;
    return used;
  }

  TempFolder folder_;
  FaultyDisk disk_;
  std::unique_ptr<Rng> rng_ = Rng::Seeded(7);
  std::unique_ptr<BlockStore> store_;
  ReporterId master_ = 0;
};

TEST_F(BlockStoreTest, NoUsableDirectoryIsTheErrorOfTheFirst) {
  disk_.Refuse(folder_.path() + "/mem", PermissionDenied("Permission denied"));
  auto opened = BlockStore::Open(OneTier(), disk_, *rng_);
  EXPECT_EQ(opened.status().code(), StatusCode::kPermissionDenied);
  EXPECT_NE(opened.status().message().find(folder_.path() + "/mem"), std::string::npos);
}

TEST_F(BlockStoreTest, MemoryTierLargerThanItsFileSystemIsAClearError) {
  Result<DiskSpace> space = disk_.Space(folder_.path());
  ASSERT_TRUE(space.ok()) << space.status();
  auto opened = BlockStore::Open(OneTier(space->capacity_bytes + 1), disk_, *rng_);
  EXPECT_EQ(opened.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(opened.status().message().find("alluxio.worker.ramdisk.size"), std::string::npos);
  StoreOptions on_disk = OneTier(space->capacity_bytes + 1);
  on_disk.tiers[0].alias = "HDD";
  EXPECT_TRUE(BlockStore::Open(on_disk, disk_, *rng_).ok());
}

TEST_F(BlockStoreTest, FullDirectoryAtStartIsAClearError) {
  disk_.bytes_left = 0;
  auto opened = BlockStore::Open(OneTier(), disk_, *rng_);
  EXPECT_EQ(opened.status().code(), StatusCode::kResourceExhausted) << opened.status();
  EXPECT_NE(opened.status().message().find("worker storage directory"), std::string::npos);
}

TEST_F(BlockStoreTest, FullDirectoryThatHoldsBlocksGoesOnServingThem) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "one").ok());
  disk_.bytes_left = 0;
  Open(OneTier());
  EXPECT_EQ(Read(IdOf(1)), "one");
}

TEST_F(BlockStoreTest, UnusableDirectoryIsLostStorageWhenOthersRemain) {
  disk_.Refuse(folder_.path() + "/hdd0", PermissionDenied("Permission denied"));
  Open(TwoTiers());
  StoreUsage usage = store_->Usage();
  EXPECT_EQ(usage.lost_dirs["HDD"], std::vector<std::string>{folder_.path() + "/hdd0"});
  EXPECT_EQ(usage.capacity_bytes["HDD"], 2 * kQuota);
}

TEST_F(BlockStoreTest, DirectoryThatFailsLaterTakesItsBlocksWithIt) {
  Open(TwoTiers());
  ASSERT_TRUE(Write(IdOf(1), "mem").ok());
  ASSERT_TRUE(Write(IdOf(2), "hdd", {.tier = -1}).ok());
  store_->TakeChanges(master_, 100);
  disk_.Refuse(folder_.path() + "/mem", UnknownError("Input/output error"));
  store_->CheckDirs();
  EXPECT_FALSE(store_->Has(IdOf(1)));
  EXPECT_EQ(Read(IdOf(2)), "hdd");
  EXPECT_EQ(store_->TakeChanges(master_, 100).removed, std::set<BlockId>{IdOf(1)});
  EXPECT_EQ(store_->Usage().lost_dirs.count("MEM"), 1u);
}

TEST_F(BlockStoreTest, NegativeIdsAndReservationsAreRefused) {
  Open(OneTier());
  EXPECT_EQ(store_->Create(-1, {}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(store_->Create(1, {.reserve_bytes = -5}).status().code(),
            StatusCode::kInvalidArgument);
  auto block = store_->Create(1, {});
  ASSERT_TRUE(block.ok());
  EXPECT_EQ((*block)->Reserve(-1).code(), StatusCode::kInvalidArgument);
}

TEST_F(BlockStoreTest, OneWriterPerBlock) {
  Open(OneTier());
  auto block = store_->Create(5, {});
  ASSERT_TRUE(block.ok());
  EXPECT_EQ(store_->Create(5, {}).status().message(),
            "Temp blockId 5 is not available, because it already exists");
  ASSERT_TRUE((*block)->Append("x").ok());
  ASSERT_TRUE((*block)->Commit().ok());
  EXPECT_EQ(store_->Create(5, {}).status().message(),
            "Temp blockId 5 is not available, because it is already committed");
}

TEST_F(BlockStoreTest, AbortLeavesNeitherFileNorReservation) {
  Open(OneTier());
  auto block = store_->Create(5, {.reserve_bytes = 100});
  ASSERT_TRUE(block.ok());
  std::string path = (*block)->path();
  ASSERT_TRUE((*block)->Append("abc").ok());
  EXPECT_TRUE(disk_.Stat(path).ok());
  EXPECT_EQ(store_->Lease(5).status().code(), StatusCode::kNotFound);
  block->reset();
  EXPECT_EQ(disk_.Stat(path).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Used(), 0);
  EXPECT_TRUE(Write(5, "again").ok());
}

TEST_F(BlockStoreTest, DiskFullInTheMiddleOfABlockLeavesNothing) {
  Open(OneTier());
  auto block = store_->Create(5, {});
  ASSERT_TRUE(block.ok());
  disk_.bytes_left = 2;
  EXPECT_EQ((*block)->Append("abc").code(), StatusCode::kResourceExhausted);
  block->reset();
  EXPECT_EQ(Used(), 0);
  EXPECT_FALSE(store_->Has(5));
}

TEST_F(BlockStoreTest, BeyondTheQuotaIsExhausted) {
  Open(OneTier());
  EXPECT_EQ(store_->Create(1, {.reserve_bytes = kQuota + 1}).status().code(),
            StatusCode::kResourceExhausted);
  auto block = store_->Create(2, {});
  ASSERT_TRUE(block.ok());
  ASSERT_TRUE((*block)->Append(std::string(kQuota, 'a')).ok());
  EXPECT_EQ((*block)->Append("b").code(), StatusCode::kResourceExhausted);
}

TEST_F(BlockStoreTest, ShortCircuitWriteIsMeasuredAtCommit) {
  Open(OneTier());
  auto block = store_->Create(9, {.reserve_bytes = 2});
  ASSERT_TRUE(block.ok());
  Overwrite((*block)->path(), "written by the client");
  auto committed = (*block)->Commit();
  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_EQ(committed->length, 21);
  EXPECT_EQ(Read(9), "written by the client");
  EXPECT_EQ(Used(), 21);
}

TEST_F(BlockStoreTest, EvictsTheLeastRecentlyUsedOfUnpinnedBlocks) {
  Open(OneTier());
  for (int64_t file = 1; file <= 4; ++file) {
    ASSERT_TRUE(Write(IdOf(file), std::string(250, 'a')).ok());
  }
  EXPECT_EQ(Read(IdOf(1)).size(), 250u);  // Now 2 is the oldest, but pinned.
  store_->SetPinned({FileIdOfBlock(IdOf(2))});
  store_->TakeChanges(master_, 100);
  ASSERT_TRUE(Write(IdOf(5), std::string(250, 'b')).ok());
  EXPECT_TRUE(store_->Has(IdOf(1)));
  EXPECT_TRUE(store_->Has(IdOf(2)));
  EXPECT_FALSE(store_->Has(IdOf(3)));
  EXPECT_FALSE(disk_.Stat(BlockFile(IdOf(3))).ok());
  StoreChanges changes = store_->TakeChanges(master_, 100);
  EXPECT_EQ(changes.removed, std::set<BlockId>{IdOf(3)});
  EXPECT_EQ(changes.added.count(IdOf(5)), 1u);
}

// A mapping keeps the space of a deleted file, so none may outlive its block.
TEST_F(BlockStoreTest, MappingsAreKeptForTheNextReaderAndGoWithTheirBlocks) {
  Open(TwoTiers());
  auto mapping_of = [&](BlockId id) -> std::weak_ptr<const void> {
    auto lease = store_->Lease(id);
    EXPECT_TRUE(lease.ok()) << lease.status();
    return (*lease)->Map()->owner();
  };
  for (int64_t file = 1; file <= 4; ++file) {
    ASSERT_TRUE(Write(IdOf(file), std::string(250, 'a')).ok());
  }
  std::weak_ptr<const void> removed = mapping_of(IdOf(1));
  std::weak_ptr<const void> evicted = mapping_of(IdOf(2));
  std::weak_ptr<const void> moved = mapping_of(IdOf(3));
  ASSERT_FALSE(removed.expired());
  EXPECT_EQ(mapping_of(IdOf(1)).lock(), removed.lock());

  ASSERT_TRUE(store_->Remove(IdOf(1)).ok());
  EXPECT_TRUE(removed.expired());
  ASSERT_TRUE(store_->Move(IdOf(3), {.tier = 1}).ok());
  EXPECT_TRUE(moved.expired());
  store_->SetPinned({FileIdOfBlock(IdOf(4))});
  ASSERT_TRUE(Write(IdOf(5), std::string(kQuota - 250, 'b'), {.tier = 0}).ok());
  ASSERT_FALSE(store_->Has(IdOf(2)));
  EXPECT_TRUE(evicted.expired());
}

TEST_F(BlockStoreTest, WhoMustNotWaitGetsWhatIsInMemoryAndMapped) {
  Open(TwoTiers());
  ASSERT_TRUE(Write(IdOf(1), std::string(250, 'a')).ok());
  ASSERT_TRUE(Write(IdOf(2), std::string(250, 'b')).ok());
  ASSERT_TRUE(Write(IdOf(3), std::string(250, 'c'), {.tier = 1}).ok());
  EXPECT_EQ(store_->LeaseInMemory(IdOf(1)), nullptr) << "not mapped";
  EXPECT_EQ(store_->LeaseInMemory(IdOf(9)), nullptr);
  for (int64_t file = 1; file <= 3; ++file) EXPECT_EQ(Read(IdOf(file)).size(), 250u);
  EXPECT_EQ(store_->LeaseInMemory(IdOf(3)), nullptr) << "not in memory";
  {
    auto lease = store_->LeaseInMemory(IdOf(1));
    ASSERT_NE(lease, nullptr);
    EXPECT_EQ(lease->Map().value().view(), std::string(250, 'a'));
    EXPECT_FALSE(lease->EndsFile());
    ASSERT_TRUE(store_->Remove(IdOf(1)).ok());
    EXPECT_TRUE(lease->EndsFile());
    EXPECT_EQ(store_->LeaseInMemory(IdOf(1)), nullptr);
    EXPECT_TRUE(disk_.Stat(BlockFile(IdOf(1))).ok()) << "its reader has it";
  }
  EXPECT_TRUE(disk_.Stat(BlockFile(IdOf(1))).status().Is(StatusCode::kNotFound));
  Overwrite(BlockFile(IdOf(2)), std::string(100, 'b'));
  EXPECT_EQ(store_->LeaseInMemory(IdOf(2)), nullptr) << "cut off";
  EXPECT_TRUE(store_->Lease(IdOf(2)).status().Is(StatusCode::kNotFound));
}

TEST_F(BlockStoreTest, ABlockRemovedUnderAReaderIsUnmappedWithItsLastLease) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "first").ok());
  auto lease = store_->Lease(IdOf(1));
  ASSERT_TRUE(lease.ok()) << lease.status();
  ASSERT_TRUE(store_->Remove(IdOf(1)).ok());
  std::weak_ptr<const void> mapping = (*lease)->Map()->owner();
  EXPECT_FALSE(mapping.expired());
  lease->reset();
  EXPECT_TRUE(mapping.expired());
  ASSERT_TRUE(Write(IdOf(1), "other").ok());
  EXPECT_EQ(Read(IdOf(1)), "other");
}

TEST_F(BlockStoreTest, NothingIsEvictedInVain) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), std::string(500, 'a')).ok());
  ASSERT_TRUE(Write(IdOf(2), std::string(500, 'a')).ok());
  store_->SetPinned({FileIdOfBlock(IdOf(2))});
  EXPECT_EQ(Write(IdOf(3), std::string(600, 'a')).code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(store_->Has(IdOf(1)));
}

TEST_F(BlockStoreTest, NothingIsEvictedBeforeTheFirstPinList) {
  auto opened = BlockStore::Open(OneTier(), disk_, *rng_);
  ASSERT_TRUE(opened.ok());
  store_ = *std::move(opened);
  ASSERT_TRUE(Write(IdOf(1), std::string(kQuota, 'a')).ok());
  EXPECT_EQ(Write(IdOf(2), "b").code(), StatusCode::kResourceExhausted);
  store_->SetPinned({});
  EXPECT_TRUE(Write(IdOf(2), "b").ok());
}

TEST_F(BlockStoreTest, PinOnCreateHoldsUntilThePinListsHadTimeToSaySo) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), std::string(kQuota, 'a'), {.pin = true}).ok());
  store_->SetPinned({});  // May have been asked for before the file was created.
  EXPECT_EQ(Write(IdOf(2), "b").code(), StatusCode::kResourceExhausted);
  store_->SetPinned({});
  EXPECT_TRUE(Write(IdOf(2), "b").ok());
}

TEST_F(BlockStoreTest, SilentBlocksAreNeitherReportedNorEvicted) {
  Open(OneTier());
  auto block = store_->Create(IdOf(1), {});
  ASSERT_TRUE(block.ok());
  ASSERT_TRUE((*block)->Append(std::string(kQuota, 'a')).ok());
  ASSERT_TRUE((*block)->Commit().ok());
  EXPECT_TRUE(store_->TakeReport(master_).blocks.empty());
  EXPECT_TRUE(store_->TakeChanges(master_, 100).empty());
  EXPECT_EQ(Write(IdOf(2), "b").code(), StatusCode::kResourceExhausted);
  store_->Announce(IdOf(1));
  EXPECT_EQ(store_->TakeChanges(master_, 100).added.size(), 1u);
  EXPECT_EQ(store_->TakeReport(master_).blocks.size(), 1u);
}

TEST_F(BlockStoreTest, LeasedBlocksSurviveEvictionAndTheirFileRemoval) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), std::string(kQuota, 'a')).ok());
  auto lease = store_->Lease(IdOf(1));
  ASSERT_TRUE(lease.ok());
  EXPECT_EQ(Write(IdOf(2), "b").code(), StatusCode::kResourceExhausted);
  ASSERT_TRUE(store_->Remove(IdOf(1)).ok());
  EXPECT_FALSE(store_->Has(IdOf(1)));
  EXPECT_TRUE(disk_.Stat((*lease)->path()).ok());
  EXPECT_EQ(Used(), kQuota);
  EXPECT_EQ(store_->Create(IdOf(1), {}).status().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ((*lease)->Map()->size(), static_cast<size_t>(kQuota));
  std::string path = (*lease)->path();
  lease->reset();
  EXPECT_FALSE(disk_.Stat(path).ok());
  EXPECT_EQ(Used(), 0);
  EXPECT_TRUE(Write(IdOf(1), "new").ok());
  EXPECT_EQ(store_->Remove(IdOf(77)).code(), StatusCode::kNotFound);
}

TEST_F(BlockStoreTest, RestartFindsBlocksAndForgetsTempBlocks) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "one").ok());
  ASSERT_TRUE(Write(IdOf(2), "two!").ok());
  Overwrite(folder_.path() + "/mem/alluxioworker/notes.txt", "foreign");
  auto temp = store_->Create(IdOf(3), {});
  ASSERT_TRUE(temp.ok());
  std::string temp_path = (*temp)->path();
  temp->reset();
  std::string old_session = folder_.path() + "/mem/alluxioworker/.tmp_blocks/7";
  ASSERT_TRUE(disk_.MakeDirectories(old_session, 0777).ok());
  Overwrite(old_session + "/7-33", "left over");
  Open(OneTier());
  EXPECT_EQ(Read(IdOf(1)), "one");
  EXPECT_EQ(Read(IdOf(2)), "two!");
  EXPECT_EQ(Used(), 7);
  EXPECT_EQ(store_->TakeReport(master_).usage.block_count, 2u);
  EXPECT_FALSE(disk_.Stat(old_session).ok());
  EXPECT_EQ(MustRead(folder_.path() + "/mem/alluxioworker/notes.txt"), "foreign");
}

TEST_F(BlockStoreTest, DamageIsFoundAtTheFirstReadAfterARestart) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "precious").ok());
  Open(OneTier());
  Overwrite(BlockFile(IdOf(1)), "precioux");
  EXPECT_EQ(store_->Lease(IdOf(1)).status().code(), StatusCode::kNotFound);
  EXPECT_FALSE(store_->Has(IdOf(1)));
  EXPECT_EQ(store_->TakeChanges(master_, 100).removed, std::set<BlockId>{IdOf(1)});
  EXPECT_EQ(MustRead(folder_.path() + "/mem/.alluxio_quarantine/" + std::to_string(IdOf(1))),
            "precioux");
  EXPECT_EQ(Used(), 0);
  Open(OneTier());
  EXPECT_FALSE(store_->Has(IdOf(1)));
}

TEST_F(BlockStoreTest, ShortOrMissingFileIsNoBlock) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "one").ok());
  ASSERT_TRUE(Write(IdOf(2), "two").ok());
  Overwrite(BlockFile(IdOf(1)), "on");
  ASSERT_TRUE(disk_.DeleteFile(BlockFile(IdOf(2))).ok());
  EXPECT_EQ(store_->Lease(IdOf(1)).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->Lease(IdOf(2)).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Used(), 0);
}

TEST_F(BlockStoreTest, BlocksWithoutChecksumAreTakenAsTheyAre) {
  Open(OneTier());
  Overwrite(BlockFile(IdOf(4)), "from elsewhere");
  Open(OneTier());
  EXPECT_EQ(Read(IdOf(4)), "from elsewhere");
  Open(OneTier());
  Overwrite(BlockFile(IdOf(4)), "from Elsewhere");  // Its checksum is known by now.
  EXPECT_FALSE(store_->Lease(IdOf(4)).ok());
}

TEST_F(BlockStoreTest, DamagedChecksumLogLosesOnlyItsRecords) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "one").ok());
  ASSERT_TRUE(Write(IdOf(2), "two").ok());
  std::string log = folder_.path() + "/mem/.alluxio_checksums";
  std::string bytes = MustRead(log);
  ASSERT_EQ(bytes.size(), 2 * ChecksumLog::kRecordBytes);
  bytes[3] ^= 1;
  Overwrite(log, bytes + "torn");
  Open(OneTier());
  EXPECT_EQ(Read(IdOf(1)), "one");
  EXPECT_EQ(Read(IdOf(2)), "two");
}

TEST_F(BlockStoreTest, TiersAreClampedAndMediaRespected) {
  Open(TwoTiers());
  ASSERT_TRUE(Write(IdOf(1), "a", {.tier = 99}).ok());
  ASSERT_TRUE(Write(IdOf(2), "b", {.tier = -2}).ok());
  ASSERT_TRUE(Write(IdOf(3), "c", {.tier = -99}).ok());
  ASSERT_TRUE(Write(IdOf(4), "d", {.medium = "HDD"}).ok());
  EXPECT_EQ(Write(IdOf(5), "e", {.medium = "SSD"}).code(), StatusCode::kResourceExhausted);
  StoreReport report = store_->TakeReport(master_);
  EXPECT_EQ((report.blocks[{"HDD", "HDD"}].size()), 2u);
  EXPECT_EQ((report.blocks[{"MEM", "MEM"}].size()), 2u);
  EXPECT_TRUE(disk_.Stat(BlockFile(IdOf(1), "hdd1")).ok());  // The directory with the most room.
}

TEST_F(BlockStoreTest, FullTierSpillsIntoTheNextBeforeItEvicts) {
  Open(TwoTiers());
  ASSERT_TRUE(Write(IdOf(1), std::string(kQuota, 'a')).ok());
  ASSERT_TRUE(Write(IdOf(2), std::string(500, 'b'), {.reserve_bytes = 500}).ok());
  EXPECT_TRUE(store_->Has(IdOf(1)));
  EXPECT_EQ((store_->TakeReport(master_).blocks[{"HDD", "HDD"}]), std::vector<BlockId>{IdOf(2)});
}

TEST_F(BlockStoreTest, MoveTakesBlocksToTheWantedPlace) {
  Open(TwoTiers());
  ASSERT_TRUE(Write(IdOf(1), "moving", {.tier = 1}).ok());
  std::string before = BlockFile(IdOf(1), "hdd1");
  ASSERT_TRUE(disk_.Stat(before).ok());
  {
    auto reader = store_->Lease(IdOf(1));
    EXPECT_EQ(store_->Move(IdOf(1), {}).code(), StatusCode::kFailedPrecondition);
  }
  ASSERT_TRUE(store_->Move(IdOf(1), {}).ok());
  ASSERT_TRUE(store_->Move(IdOf(1), {}).ok());
  EXPECT_FALSE(disk_.Stat(before).ok());
  EXPECT_EQ(MustRead(BlockFile(IdOf(1))), "moving");
  EXPECT_EQ(Read(IdOf(1)), "moving");
  EXPECT_EQ(store_->Usage().used_bytes["HDD"], 0);
  EXPECT_EQ(store_->Move(IdOf(9), {}).code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->Move(IdOf(1), {.medium = "SSD"}).code(), StatusCode::kResourceExhausted);
}

TEST_F(BlockStoreTest, ABlockThatLostItsEndIsGoneAfterARestart) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "the whole block").ok());
  ASSERT_TRUE(Write(IdOf(2), "another").ok());
  store_.reset();
  Overwrite(BlockFile(IdOf(1)), "the wh");
  Open(OneTier());
  EXPECT_FALSE(store_->Has(IdOf(1)));
  EXPECT_EQ(Read(IdOf(2)), "another");
  EXPECT_EQ(MustRead(folder_.path() + "/mem/.alluxio_quarantine/" + std::to_string(IdOf(1))),
            "the wh");
}

TEST_F(BlockStoreTest, MoveIntoAFullTierFailsAndKeepsTheBlock) {
  Open(TwoTiers());
  ASSERT_TRUE(Write(IdOf(1), std::string(kQuota, 'a')).ok());
  ASSERT_TRUE(Write(IdOf(2), "below", {.tier = 1}).ok());
  auto reader = store_->Lease(IdOf(1));  // cannot be evicted
  EXPECT_EQ(store_->Move(IdOf(2), {}).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(Read(IdOf(2)), "below");
  EXPECT_EQ(store_->Usage().used_bytes["HDD"], 5);
}

TEST_F(BlockStoreTest, ReturnedChangesLoseAgainstNewerOnes) {
  Open(OneTier());
  ASSERT_TRUE(Write(IdOf(1), "a").ok());
  ASSERT_TRUE(Write(IdOf(2), "b").ok());
  StoreChanges taken = store_->TakeChanges(master_, 100);
  EXPECT_EQ(taken.added.size(), 2u);
  ASSERT_TRUE(store_->Remove(IdOf(1)).ok());
  store_->ReturnChanges(master_, std::move(taken));
  StoreChanges both = store_->TakeChanges(master_, 100);
  EXPECT_EQ(both.removed, std::set<BlockId>{IdOf(1)});
  EXPECT_EQ(both.added.size(), 1u);
}

// Random operations against a map of what must be there. Capacity is ample, so every difference is
// a mistake.
TEST_F(BlockStoreTest, AgreesWithAModelOverRandomOperationsAndRestarts) {
  const uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  StoreOptions options = TwoTiers();
  for (auto& tier : options.tiers) {
    for (auto& dir : tier.dirs) dir.quota_bytes = 1 << 20;
  }
  Open(options);
  std::map<BlockId, std::string> model;
  for (int step = 0; step < 400; ++step) {
    BlockId id = static_cast<BlockId>(rng->Below(20));
    switch (rng->Below(6)) {
      case 0:
      case 1: {
        std::string data(rng->Below(500), static_cast<char>('a' + rng->Below(26)));
        Status written = Write(id, data, {.tier = static_cast<int>(rng->Below(2))});
        EXPECT_EQ(written.ok(), !model.contains(id)) << written;
        model.try_emplace(id, data);
        break;
      }
      case 2:
        EXPECT_EQ(store_->Remove(id).ok(), model.erase(id) == 1);
        break;
      case 3:
        EXPECT_EQ(store_->Move(id, {.tier = static_cast<int>(rng->Below(2))}).ok(),
                  model.contains(id));
        break;
      case 4:
        if (rng->Below(10) == 0) Open(options);
        break;
      default:
        EXPECT_EQ(store_->Has(id), model.contains(id));
        if (model.contains(id)) {
          EXPECT_EQ(Read(id), model[id]);
        }
    }
    int64_t expected = 0;
    for (const auto& [key, data] : model) expected += static_cast<int64_t>(data.size());
    ASSERT_EQ(Used(), expected) << "step " << step;
  }
}

TEST_F(BlockStoreTest, ShowsItsDirectoriesAndBlocks) {
  Open(TwoTiers());
  ASSERT_TRUE(Write(IdOf(2), "22").ok());
  ASSERT_TRUE(Write(IdOf(1), "1", {.tier = 1}).ok());
  std::vector<DirUsage> dirs = store_->Dirs();
  ASSERT_EQ(dirs.size(), 3U);
  EXPECT_EQ(dirs[0].path, folder_.path() + "/mem");
  EXPECT_EQ(dirs[0].used_bytes, 2);
  EXPECT_EQ(dirs[2].capacity_bytes, 2 * kQuota);
  std::vector<HeldBlock> blocks = store_->Blocks(0, 10);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].id, IdOf(1));
  EXPECT_EQ(blocks[0].tier_alias, "HDD");
  EXPECT_EQ(store_->Blocks(1, 1).at(0).id, IdOf(2));
  EXPECT_TRUE(store_->Blocks(2, 10).empty());
}

}  // namespace
}  // namespace alluxio::worker
