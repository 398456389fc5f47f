#include <fstream>

#include "master/chores/chores_fixture.h"

namespace alluxio::master {
namespace {

class TtlTest : public ChoresFixture {
 protected:
  void CreateFor(const std::string& path, int64_t ttl_ms, TtlAction action = TtlAction::kDelete) {
    CreateFileOptions options;
    options.common.ttl_ms = ttl_ms;
    options.common.ttl_action = action;
    Create(path, options);
  }
  void Tick() { ExpireTtl(parts_, settings_, memory_); }
};

TEST_F(TtlTest, FilesGoWhenTheirTimeIsOverAndNotBefore) {
  CreateFor("/short", 1000);
  CreateFor("/long", 1'000'000);
  Create("/forever");
  Tick();
  EXPECT_TRUE(Exists("/short"));
  master_->clock.Advance(std::chrono::milliseconds(1001));
  Tick();
  EXPECT_FALSE(Exists("/short"));
  EXPECT_TRUE(Exists("/long"));
  EXPECT_TRUE(Exists("/forever"));
}

TEST_F(TtlTest, WhatCannotGoIsTriedAgainAtTheNextTickAndDoesNotHoldUpTheRest) {
  std::ofstream(Ufs("stuck")) << "bytes";
  ASSERT_TRUE(Exists("/stuck"));
  SetAttributeOptions ttl;
  ttl.common.ttl_ms = 1000;
  ttl.common.ttl_action = TtlAction::kDelete;
  ASSERT_TRUE(master_->ops.SetAttribute(*master_->Context(), "/stuck", ttl).ok());
  CreateFor("/goes", 1000);
  std::filesystem::remove(Ufs("stuck"));
  std::filesystem::create_directories(Ufs("stuck/below"));  // in its place: not a file any more
  master_->clock.Advance(std::chrono::seconds(2));
  Tick();
  EXPECT_FALSE(Exists("/goes"));
  EXPECT_TRUE(Exists("/stuck"));
  std::filesystem::remove_all(Ufs("stuck"));
  Tick();
  EXPECT_FALSE(Exists("/stuck"));
}

TEST_F(TtlTest, FreeingLeavesTheFileAndItsTimeEnds) {
  WorkerId worker = Join("w", {});
  FileInfo file = Write("/kept", WriteType::kCacheThrough, worker);
  SetAttributeOptions ttl;
  ttl.common.ttl_ms = 1000;
  ttl.common.ttl_action = TtlAction::kFree;
  ASSERT_TRUE(master_->ops.SetAttribute(*master_->Context(), "/kept", ttl).ok());
  master_->clock.Advance(std::chrono::seconds(2));
  Tick();
  EXPECT_EQ(Get("/kept").ttl_ms, kNoTtl);
  EXPECT_EQ(Beat(worker).blocks, file.block_ids);
  EXPECT_EQ(master_->ops.ExpiredInodes(master_->clock.NowMs(), 10).size(), 0u);
}

TEST_F(TtlTest, AFileThatIsOnlyInAlluxioIsNotFreed) {
  WorkerId worker = Join("w", {});
  FileInfo file = Write("/only", WriteType::kMustCache, worker);
  SetAttributeOptions ttl;
  ttl.common.ttl_ms = 1000;
  ttl.common.ttl_action = TtlAction::kFree;
  ASSERT_TRUE(master_->ops.SetAttribute(*master_->Context(), "/only", ttl).ok());
  master_->clock.Advance(std::chrono::seconds(2));
  Tick();
  EXPECT_EQ(Beat(worker).kind, WorkerCommandKind::kNothing);
  EXPECT_EQ(Get("/only").in_alluxio_percentage, 100);
}

TEST_F(TtlTest, MoreThanOneBatchGoesInOneTick) {
  for (int i = 0; i < 1203; ++i) CreateFor("/f" + std::to_string(i), 1000);
  master_->clock.Advance(std::chrono::seconds(2));
  Tick();
  EXPECT_EQ(master_->ops.ExpiredInodes(master_->clock.NowMs(), 10).size(), 0u);
  EXPECT_FALSE(Exists("/f0"));
  EXPECT_FALSE(Exists("/f1202"));
}

}  // namespace
}  // namespace alluxio::master
