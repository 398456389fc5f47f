#include "worker/fetch/block_cacher.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_master.h"
#include "tests/fixtures/memory_ufs.h"
#include "worker/fetch/file_persister.h"

namespace alluxio::worker {
namespace {

class FetchTest : public ::testing::Test {
 protected:
  FetchTest() {
    store_ = OpenStore(folder_.path(), 1 << 20);
    publisher_ = std::make_unique<FakePublisher>(*store_);
    cold_ = std::make_unique<ColdReads>(mounts_, *store_, *publisher_, ColdReadOptions(),
                                        OpenFilesOptions(), lanes_);
    cacher_ = std::make_unique<BlockCacher>(BlockCacherOptions{1, 2}, *cold_, *store_,
                                            *publisher_, nullptr);
    persister_ = std::make_unique<FilePersister>(mounts_, *store_, nullptr,
                                                 MountLaneOptions{.threads = 1, .per_mount = 1});
  }
  // What fetches still do runs on the lanes and uses ColdReads.
  ~FetchTest() override { lanes_.Stop(); }
  stub::CacheOrder Order(BlockId id, const std::string& path, int64_t length) {
    stub::CacheOrder order;
    order.block_id = id;
    order.length = length;
    order.ufs.ufs_path = path;
    order.ufs.block_size = length;
    order.ufs.mount_id = kMount;
    return order;
  }
  BlockInfo Write(BlockId id, const std::string& data) {
    auto block = store_->Create(id, {}).value();
    EXPECT_TRUE(block->Append(data).ok());
    EXPECT_TRUE(block->Commit().ok());
    store_->Announce(id);
    return {id, static_cast<int64_t>(data.size()), {}};
  }
  stub::PersistOrder PersistOf(std::vector<BlockInfo> blocks, int64_t length) {
    stub::PersistOrder order;
    order.file_id = 9;
    order.mount_id = kMount;
    order.temp_ufs_path = "/under/tmp/9";
    order.blocks = std::move(blocks);
    order.length = length;
    return order;
  }

  TempFolder folder_;
  std::shared_ptr<MemoryUfs> ufs_ = std::make_shared<MemoryUfs>("/under");
  MemoryUfsFactory factory_{ufs_};
  FakeMaster master_;
  Mounts mounts_{master_, factory_};
  std::unique_ptr<BlockStore> store_;
  std::unique_ptr<FakePublisher> publisher_;
  MountLanes lanes_{{}};
  std::unique_ptr<ColdReads> cold_;
  std::unique_ptr<BlockCacher> cacher_;
  std::unique_ptr<FilePersister> persister_;
};

TEST_F(FetchTest, KeysStayInsideTheMount) {
  EXPECT_EQ(KeyInside("/data", "file:///data/a/b").value(), "a/b");
  EXPECT_EQ(KeyInside("file:///data/", "/data/a").value(), "a");
  EXPECT_EQ(KeyInside("/", "/a").value(), "a");
  EXPECT_EQ(KeyInside("/data", "/database/a").status().code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(KeyInside("/data", "/etc/passwd").status().code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(KeyInside("/data", "/data/../etc").status().code(), StatusCode::kInvalidArgument);
}

TEST_F(FetchTest, MountsAreAskedForOnceAndObeyReadOnly) {
  EXPECT_EQ(mounts_.Resolve(77, "/under/a", UfsAccess::kRead).status().code(),
            StatusCode::kNotFound);
  EXPECT_TRUE(mounts_.Resolve(kReadOnlyMount, "/under/a", UfsAccess::kRead).ok());
  EXPECT_EQ(mounts_.Resolve(kReadOnlyMount, "/under/a", UfsAccess::kWrite).status().code(),
            StatusCode::kPermissionDenied);
  EXPECT_EQ(master_.asked, 2);
}

TEST_F(FetchTest, CacheRefusesNonsense) {
  EXPECT_EQ(cacher_->Cache(Order(-1, "/under/f", 3)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(cacher_->Cache(Order(1, "/under/f", -3)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(cacher_->Cache(Order(1, "", 3)).code(), StatusCode::kNotFound);
  EXPECT_EQ(cacher_->Cache(Order(1, "/under/none", 3)).code(), StatusCode::kNotFound);
}

TEST_F(FetchTest, ShorterFileIsNotCached) {
  ufs_->Put("f", "01");
  EXPECT_EQ(cacher_->Cache(Order(1, "/under/f", 3)).code(), StatusCode::kOutOfRange);
  lanes_.Stop();
  EXPECT_FALSE(store_->Has(1));
  EXPECT_EQ(store_->Usage().used_bytes["MEM"], 0);
}

TEST_F(FetchTest, CachesOnceAndNotAgain) {
  ufs_->Put("f", "0123456789");
  ASSERT_TRUE(cacher_->Cache(Order(1, "/under/f", 10)).ok());
  int reads = ufs_->reads();
  ASSERT_TRUE(cacher_->Cache(Order(1, "/under/f", 10)).ok());
  EXPECT_EQ(ufs_->reads(), reads);
  EXPECT_EQ(store_->Lease(1).value()->Map()->view(), "0123456789");
  cacher_->CacheLater(Order(2, "/under/f", 10));
  cacher_->Stop();
  EXPECT_TRUE(store_->Has(2));
}

TEST_F(FetchTest, ReaderTakesOverWhatAnotherCached) {
  ufs_->Put("f", "0123456789");
  stub::UfsBlock block = Order(1, "/under/f", 10).ufs;
  auto late = cold_->Open(1, block, 5, 5).value();
  EXPECT_EQ(ReadNow(*late, 5, 2)->view(), "56");
  ASSERT_TRUE(cacher_->Cache(Order(1, "/under/f", 10)).ok());
  int reads = ufs_->reads();
  EXPECT_EQ(ReadNow(*late, 7, 100)->view(), "789");
  EXPECT_EQ(ufs_->reads(), reads);
}

TEST_F(FetchTest, PersistWritesBlocksInOrder) {
  std::vector<BlockInfo> blocks = {Write(1, "one "), Write(2, "two")};
  Result<std::string> fingerprint = persister_->Persist(PersistOf(blocks, 7));
  ASSERT_TRUE(fingerprint.ok()) << fingerprint.status();
  EXPECT_NE(fingerprint->find("UFS|memory"), std::string::npos) << *fingerprint;
  EXPECT_EQ(ufs_->Get("tmp/9"), "one two");
}

TEST_F(FetchTest, PersistOfALostBlockFailsAndLeavesNoFile) {
  std::vector<BlockInfo> blocks = {Write(1, "one "), {2, 3, {}}};
  EXPECT_EQ(persister_->Persist(PersistOf(blocks, 7)).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(persister_->Persist(PersistOf({Write(3, "abc")}, 7)).status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs_->file_count(), 0u);
}

TEST_F(FetchTest, EveryOrderHasOneOutcome) {
  persister_->Start(PersistOf({Write(1, "abc")}, 3));
  stub::PersistOrder lost = PersistOf({{2, 3, {}}}, 3);
  lost.file_id = 10;
  persister_->Start(lost);
  persister_->Stop();
  PersistOutcomes outcomes = persister_->Take();
  ASSERT_EQ(outcomes.persisted.size(), 1u);
  EXPECT_EQ(outcomes.persisted[0].file_id, 9);
  ASSERT_EQ(outcomes.failed.size(), 1u);
  EXPECT_EQ(outcomes.failed[0].file_id, 10);
  EXPECT_TRUE(persister_->Take().empty());
}

}  // namespace
}  // namespace alluxio::worker
