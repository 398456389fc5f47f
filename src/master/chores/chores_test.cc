#include "master/chores/chores.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "master/ops/fs_operations.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

// The chores that work on the namespace and the blocks, one tick at a time.
class ChoresTest : public ::testing::Test {
 protected:
  ChoresTest() {
    std::filesystem::create_directories(folder_.path() + "/ufs");
    master_ = std::make_unique<MasterHarness>(journal_, folder_.path() + "/ufs");
    parts_.operations = &master_->ops;
    parts_.tree = &master_->tree;
    parts_.blocks = &master_->blocks;
    parts_.clock = &master_->clock;
  }

  FileInfo Create(const std::string& path, std::optional<int64_t> ttl_ms = std::nullopt) {
    CreateFileOptions options;
    options.common.ttl_ms = ttl_ms;
    options.common.ttl_action = TtlAction::kDelete;
    Result<FileInfo> info = master_->ops.CreateFile(*master_->Context(), path, options);
    EXPECT_TRUE(info.ok()) << info.status();
    return info.ok() ? *info : FileInfo();
  }
  bool Exists(const std::string& path) {
    return master_->ops.GetStatus(*master_->Context(), path, {}).ok();
  }
  // A worker that serves, and reported `ids`.
  WorkerId Join(const std::string& host, std::vector<BlockId> ids) {
    WorkerNetAddress address;
    address.host = host;
    address.rpc_port = 29999;
    WorkerId id = master_->blocks.GetWorkerId(address).value();
    WorkerRegistration registration;
    registration.worker = id;
    registration.tiers = {"MEM"};
    registration.capacity_on_tiers["MEM"] = 100;
    registration.used_on_tiers["MEM"] = 0;
    EXPECT_TRUE(master_->blocks.BeginRegister(registration).ok());
    TierBlocks place{"MEM", "MEM", std::move(ids)};
    EXPECT_TRUE(master_->blocks.AddRegisterBlocks(id, std::span(&place, 1)).ok());
    EXPECT_TRUE(master_->blocks.FinishRegister(id).ok());
    return id;
  }
  WorkerCommand Beat(WorkerId id) {
    WorkerHeartbeat heartbeat;
    heartbeat.worker = id;
    return master_->blocks.Heartbeat(heartbeat);
  }

  journal::MemoryJournal journal_;
  TempFolder folder_;
  std::unique_ptr<MasterHarness> master_;
  ChoreParts parts_;
  ChoreSettings settings_;
  ChoreMemory memory_;
};

TEST_F(ChoresTest, FilesGoWhenTheirTimeIsOverAndNotBefore) {
  Create("/short", 1000);
  Create("/long", 1'000'000);
  Create("/forever");
  ExpireTtl(parts_, settings_, memory_);
  EXPECT_TRUE(Exists("/short"));
  master_->clock.Advance(std::chrono::milliseconds(1001));
  ExpireTtl(parts_, settings_, memory_);
  EXPECT_FALSE(Exists("/short"));
  EXPECT_TRUE(Exists("/long"));
  EXPECT_TRUE(Exists("/forever"));
}

TEST_F(ChoresTest, ASilentWorkerIsLost) {
  WorkerId silent = Join("silent", {});
  master_->clock.Advance(std::chrono::minutes(4));
  WorkerId busy = Join("busy", {});
  CheckLostWorkers(parts_, settings_, memory_);
  EXPECT_EQ(master_->blocks.LiveWorkers().size(), 2u);
  master_->clock.Advance(std::chrono::minutes(2));
  CheckLostWorkers(parts_, settings_, memory_);
  ASSERT_EQ(master_->blocks.LiveWorkers().size(), 1u);
  EXPECT_EQ(master_->blocks.LiveWorkers()[0].id, busy);
  EXPECT_EQ(Beat(silent).kind, WorkerCommandKind::kRegister);
}

TEST_F(ChoresTest, BlocksOfNoFileAreFreedAndThoseOfOpenFilesStay) {
  FileInfo open = Create("/open");
  BlockId kept = master_->ops.GetNewBlockId(*master_->Context(), "/open").value();
  BlockId stray = MakeId(ContainerOf(open.id) + 1'000, 0);
  WorkerId worker = Join("w", {kept, stray});
  FreeStrayBlocks(parts_, settings_, memory_);
  EXPECT_EQ(Beat(worker).blocks, std::vector<BlockId>{stray});
}

TEST_F(ChoresTest, KnownBlocksOfNoFileGoAtTheSecondCheck) {
  FileInfo file = Create("/file");
  BlockId orphan = MakeId(ContainerOf(file.id) + 100, 0);
  WorkerId worker = Join("w", {});
  BlockCommit commit;
  commit.worker = worker;
  commit.block = orphan;
  commit.length = 10;
  commit.tier = "MEM";
  Status committed = master_->blocks.CommitBlock(*master_->Context(), commit);
  ASSERT_TRUE(committed.ok()) << committed;
  CheckBlockIntegrity(parts_, settings_, memory_);
  EXPECT_TRUE(master_->blocks.LengthOf(orphan).has_value());
  CheckBlockIntegrity(parts_, settings_, memory_);
  EXPECT_FALSE(master_->blocks.LengthOf(orphan).has_value());
}

}  // namespace
}  // namespace alluxio::master
