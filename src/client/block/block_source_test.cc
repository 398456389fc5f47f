#include "client/block/block_source.h"

#include <gtest/gtest.h>

namespace alluxio::client {
namespace {

WorkerNetAddress At(const std::string& host) {
  WorkerNetAddress address;
  address.host = host;
  address.rpc_port = address.data_port = 29999;
  return address;
}

class FakeMaster : public stub::BlockMasterClient {
 public:
  FakeMaster() : BlockMasterClient(nullptr) {}
  Result<std::vector<WorkerInfo>> GetWorkerList() override {
    ++asked;
    return workers;
  }
  void Add(const std::string& host, int64_t capacity) {
    WorkerInfo worker;
    worker.address = At(host);
    worker.capacity_bytes = capacity;
    workers.push_back(worker);
  }
  std::vector<WorkerInfo> workers;
  int asked = 0;
};

class BlockSourceTest : public ::testing::Test {
 protected:
  BlockSourceTest() : master_(std::make_shared<FakeMaster>()) {
    options_.local_host = "here";
    block_.id = 7;
    block_.length = 100;
  }
  WorkerDirectory Directory() { return WorkerDirectory(master_, options_); }
  void HeldBy(const std::string& host) {
    BlockLocation location;
    location.address = At(host);
    block_.locations.push_back(location);
  }
  std::shared_ptr<FakeMaster> master_;
  ClientOptions options_;
  BlockInfo block_;
  FailedWorkers failed_;
};

TEST_F(BlockSourceTest, ABlockThatIsNowhereIsUnavailable) {
  WorkerDirectory directory = Directory();
  Result<BlockSource> source = ChooseSource(directory, block_, false, failed_);
  EXPECT_TRUE(source.status().Is(StatusCode::kUnavailable));
  EXPECT_EQ(source.status().message(), "Block 7 is unavailable in both Alluxio and UFS.");
}

TEST_F(BlockSourceTest, WithoutWorkersNothingCanBeReadOrWritten) {
  WorkerDirectory directory = Directory();
  EXPECT_EQ(ChooseSource(directory, block_, true, failed_).status().message(),
            "No available Alluxio worker found");
  EXPECT_FALSE(directory.ForWriting(1).ok());
}

TEST_F(BlockSourceTest, AHolderOnThisHostComesFirst) {
  for (const char* host : {"far", "here", "farther"}) HeldBy(host);
  WorkerDirectory directory = Directory();
  Result<BlockSource> source = ChooseSource(directory, block_, false, failed_);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->worker.host, "here");
  EXPECT_EQ(source->kind, SourceKind::kLocal);
}

TEST_F(BlockSourceTest, FailedWorkersAreAvoidedUntilAllFailed) {
  HeldBy("here");
  HeldBy("far");
  failed_.Add(At("here"), 1s);
  WorkerDirectory directory = Directory();
  EXPECT_EQ(ChooseSource(directory, block_, false, failed_)->worker.host, "far");
  failed_.Add(At("far"), 2s);
  EXPECT_EQ(ChooseSource(directory, block_, false, failed_)->worker.host, "here");
}

TEST_F(BlockSourceTest, WhatNobodyHoldsIsReadFromTheUnderStore) {
  master_->Add("small", 10);
  master_->Add("big", 1000);
  WorkerDirectory directory = Directory();
  Result<BlockSource> source = ChooseSource(directory, block_, true, failed_);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->kind, SourceKind::kUfs);
  EXPECT_EQ(source->worker.host, "big");
}

TEST_F(BlockSourceTest, WritingNeedsAWorkerLargeEnough) {
  master_->Add("here", 10);
  master_->Add("far", 1000);
  WorkerDirectory directory = Directory();
  EXPECT_EQ(directory.ForWriting(100)->host, "far");
  EXPECT_EQ(directory.ForWriting(5)->host, "here");
  EXPECT_EQ(directory.ForWriting(5000).status().message(),
            "There is no worker with enough space for a new block of size 5000");
  EXPECT_EQ(master_->asked, 1);
}

// Debug builds also check that the old connection is not closed under the directory's lock.
TEST_F(BlockSourceTest, AWorkerThatCameBackWithOtherPortsGetsANewConnection) {
  WorkerDirectory directory = Directory();
  WorkerNetAddress address = At("127.0.0.1");
  EXPECT_EQ(directory.ClientOf(address), directory.ClientOf(address));
  address.web_port = 30001;
  EXPECT_EQ(directory.ClientOf(address)->address().web_port, 30001);
}

}  // namespace
}  // namespace alluxio::client
