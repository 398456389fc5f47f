// ChoresFixture: a namespace with workers, and the chores' parts, for one tick at a time.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "master/chores/chores.h"
#include "master/ops/fs_operations.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {

class ChoresFixture : public ::testing::Test {
 protected:
  ChoresFixture() {
    std::filesystem::create_directories(folder_.path() + "/ufs");
    master_ = std::make_unique<MasterHarness>(journal_, folder_.path() + "/ufs");
    parts_.operations = &master_->ops;
    parts_.tree = &master_->tree;
    parts_.blocks = &master_->blocks;
    parts_.clock = &master_->clock;
  }

  FileInfo Create(const std::string& path, CreateFileOptions options = {}) {
    options.recursive = true;
    Result<FileInfo> info = master_->ops.CreateFile(*master_->Context(), path, options);
    EXPECT_TRUE(info.ok()) << info.status();
    return info.ok() ? *info : FileInfo();
  }
  // A whole file of one block, which `worker` has.
  FileInfo Write(const std::string& path, WriteType type, WorkerId worker) {
    CreateFileOptions options;
    options.write_type = type;
    FileInfo file = Create(path, options);
    Result<BlockId> block = master_->ops.GetNewBlockId(*master_->Context(), path);
    EXPECT_TRUE(block.ok()) << block.status();
    Commit(worker, *block);
    CompleteFileOptions complete;
    complete.ufs_length = 10;
    if (type == WriteType::kCacheThrough || type == WriteType::kThrough) {
      std::filesystem::create_directories(std::filesystem::path(Ufs(path)).parent_path());
      std::ofstream(Ufs(path)) << "0123456789";
    }
    Status completed = master_->ops.CompleteFile(*master_->Context(), path, complete);
    EXPECT_TRUE(completed.ok()) << completed;
    return Get(path);
  }
  void Commit(WorkerId worker, BlockId block) {
    BlockCommit commit;
    commit.worker = worker;
    commit.block = block;
    commit.length = 10;
    commit.tier = "MEM";
    Status committed = master_->blocks.CommitBlock(*master_->Context(), commit);
    EXPECT_TRUE(committed.ok()) << committed;
  }
  FileInfo Get(const std::string& path) {
    GetStatusOptions as_it_is;
    as_it_is.load_metadata = LoadMetadataType::kNever;
    Result<FileInfo> info = master_->ops.GetStatus(*master_->Context(), path, as_it_is);
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

  std::string Ufs(const std::string& key) const { return folder_.path() + "/ufs/" + key; }

  journal::MemoryJournal journal_;
  TempFolder folder_;
  std::unique_ptr<MasterHarness> master_;
  ChoreParts parts_;
  ChoreSettings settings_;
  ChoreMemory memory_;
};

}  // namespace alluxio::master
