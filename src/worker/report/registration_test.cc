#include "worker/report/registration.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/temp_folder.h"
#include "worker/report/master_sync.h"

namespace alluxio::worker {
namespace {

// A master that remembers what it was told and answers as scripted.
class FakeBlockMaster final : public stub::BlockMasterWorkerClient {
 public:
  FakeBlockMaster() : BlockMasterWorkerClient(nullptr) {}

  Result<WorkerId> GetWorkerId(const WorkerNetAddress& address) override {
    ++attempts;
    if (!away.ok()) return away;
    last_address = address;
    return next_id++;
  }
  Result<stub::RegisterLease> RequestRegisterLease(WorkerId, int64_t) override {
    return stub::RegisterLease{lease_allowed, 0};
  }
  Status RegisterWorkerStream(const stub::WorkerRegistration& registration, size_t) override {
    if (!away.ok()) return away;
    registrations.push_back(registration);
    return OkStatus();
  }
  Result<stub::MasterCommand> Heartbeat(const stub::BlockHeartbeat& heartbeat) override {
    ++attempts;
    if (!away.ok()) return away;
    heartbeats.push_back(heartbeat);
    return std::exchange(command, {});
  }
  Status CommitBlock(const stub::BlockCommit& commit) override {
    commits.push_back(commit);
    if (commit_failures.empty()) return OkStatus();
    Status status = commit_failures.back();
    commit_failures.pop_back();
    return status;
  }

  Status away;
  bool lease_allowed = true;
  WorkerId next_id = 42;
  int attempts = 0;
  WorkerNetAddress last_address;
  stub::MasterCommand command;
  std::vector<Status> commit_failures;
  std::vector<stub::WorkerRegistration> registrations;
  std::vector<stub::BlockHeartbeat> heartbeats;
  std::vector<stub::BlockCommit> commits;
};

class FakeFsMaster final : public stub::FileSystemMasterWorkerClient {
 public:
  FakeFsMaster() : FileSystemMasterWorkerClient(nullptr) {}
  Result<std::vector<stub::PersistOrder>> Heartbeat(
      WorkerId, const std::vector<stub::PersistedFile>& persisted,
      const std::vector<stub::FailedFile>& failed) override {
    if (!away.ok()) return away;
    outcomes += persisted.size() + failed.size();
    return std::exchange(orders, {});
  }
  Result<std::vector<InodeId>> GetPinnedFileIds() override {
    if (!away.ok()) return away;
    return pinned;
  }
  Status away;
  std::vector<InodeId> pinned;
  std::vector<stub::PersistOrder> orders;
  size_t outcomes = 0;
};

class RegistrationTest : public ::testing::Test {
 protected:
  RegistrationTest() {
    StoreOptions options;
    options.tiers = {{"MEM", {{folder_.path(), 1000, "MEM"}}}};
    store_ = BlockStore::Open(options, Disk::Real(), Rng::Real()).value();
    RegistrationOptions registration;
    registration.publish_patience = Duration::zero();
    // A wake-up is answered at once, as the heartbeat thread would soon.
    registration_ = std::make_unique<Registration>(registration, master_, *store_, clock_, [this] {
      registration_->Tick();
      registration_->Tick();
    });
    WorkerNetAddress address;
    address.host = "here";
    registration_->SetAddress(address);
  }
  CommittedBlock Commit(BlockId id, const std::string& data) {
    auto block = store_->Create(id, {}).value();
    EXPECT_TRUE(block->Append(data).ok());
    return block->Commit().value();
  }

  TempFolder folder_;
  FakeClock clock_;
  FakeBlockMaster master_;
  std::unique_ptr<BlockStore> store_;
  std::unique_ptr<Registration> registration_;
};

TEST_F(RegistrationTest, MasterAwayIsTriedAgainEverMoreRarely) {
  master_.away = Unavailable("nobody there");
  for (int second = 0; second < 60; ++second) {
    registration_->Tick();
    clock_.Advance(1s);
  }
  EXPECT_FALSE(registration_->registered());
  EXPECT_GE(master_.attempts, 20);
  EXPECT_LE(master_.attempts, 30);
  master_.away = OkStatus();
  clock_.Advance(3s);
  registration_->Tick();
  EXPECT_TRUE(registration_->registered());
  EXPECT_EQ(registration_->worker_id(), 42);
  EXPECT_EQ(master_.last_address.host, "here");
}

TEST_F(RegistrationTest, WaitsForItsLease) {
  master_.lease_allowed = false;
  registration_->Tick();
  EXPECT_FALSE(registration_->registered());
  EXPECT_TRUE(master_.registrations.empty());
  master_.lease_allowed = true;
  clock_.Advance(3s);
  registration_->Tick();
  EXPECT_TRUE(registration_->registered());
}

TEST_F(RegistrationTest, ReportsAllBlocksThenOnlyChanges) {
  store_->Announce(Commit(1, "a").id);
  registration_->Tick();
  ASSERT_EQ(master_.registrations.size(), 1u);
  ASSERT_EQ(master_.registrations[0].blocks.size(), 1u);
  EXPECT_EQ(master_.registrations[0].blocks[0].blocks, std::vector<BlockId>{1});
  EXPECT_EQ(master_.registrations[0].total_bytes_on_tiers["MEM"], 1000);
  store_->Announce(Commit(2, "b").id);
  ASSERT_TRUE(store_->Remove(1).ok());
  registration_->Tick();
  ASSERT_EQ(master_.heartbeats.size(), 1u);
  EXPECT_EQ(master_.heartbeats[0].removed, std::vector<BlockId>{1});
  ASSERT_EQ(master_.heartbeats[0].added.size(), 1u);
  EXPECT_EQ(master_.heartbeats[0].added[0].blocks, std::vector<BlockId>{2});
  registration_->Tick();
  EXPECT_TRUE(master_.heartbeats[1].added.empty());
}

TEST_F(RegistrationTest, LostHeartbeatIsMadeUpForByTheNext) {
  registration_->Tick();
  store_->Announce(Commit(1, "a").id);
  master_.away = Unavailable("gone");
  registration_->Tick();
  EXPECT_TRUE(registration_->registered());
  master_.away = OkStatus();
  clock_.Advance(3s);
  registration_->Tick();
  ASSERT_EQ(master_.heartbeats.size(), 1u);
  EXPECT_EQ(master_.heartbeats[0].added.size(), 1u);
}

TEST_F(RegistrationTest, RegistersAgainWhenToldAndFreesBlocks) {
  registration_->Tick();
  store_->Announce(Commit(1, "a").id);
  master_.command = {stub::MasterCommandType::kFree, {1, 99}};
  registration_->Tick();
  EXPECT_FALSE(store_->Has(1));
  master_.command = {stub::MasterCommandType::kRegister, {}};
  registration_->Tick();
  EXPECT_TRUE(registration_->registered());
  EXPECT_EQ(master_.registrations.size(), 2u);
  EXPECT_EQ(registration_->worker_id(), 43);
}

TEST_F(RegistrationTest, BlockInCommitIsNotReportedBeforeTheMasterHasIt) {
  CommittedBlock block = Commit(1, "a");
  registration_->Tick();
  EXPECT_TRUE(master_.registrations[0].blocks.empty());
  EXPECT_TRUE(registration_->Publish(block).ok());
  ASSERT_EQ(master_.commits.size(), 1u);
  EXPECT_EQ(master_.commits[0].worker_id, 42);
  EXPECT_EQ(master_.commits[0].length, 1);
  registration_->Tick();
  EXPECT_EQ(master_.heartbeats[0].added.size(), 1u);
}

TEST_F(RegistrationTest, CommitForAForgetfulMasterRegistersFirst) {
  registration_->Tick();
  master_.commit_failures = {NotFound("no such worker")};
  master_.command = {stub::MasterCommandType::kRegister, {}};
  EXPECT_TRUE(registration_->Publish(Commit(1, "a")).ok());
  ASSERT_EQ(master_.commits.size(), 2u);
  EXPECT_EQ(master_.commits[1].worker_id, 43);
  EXPECT_TRUE(store_->Has(1));
}

// After an outage the next try is due only in a while; until then nothing is known of the master
// that is back, least of all that it knows this worker.
TEST_F(RegistrationTest, ATickThatAsksNobodyIsNoNews) {
  registration_->Tick();
  master_.away = Unavailable("restarting");
  registration_->Tick();
  master_.away = OkStatus();
  master_.commit_failures = {NotFound("no such worker")};
  EXPECT_EQ(registration_->Publish(Commit(1, "a")).code(), StatusCode::kNotFound);
  EXPECT_EQ(master_.commits.size(), 1u) << "tried again as a worker the master does not know";
}

TEST_F(RegistrationTest, RefusedBlockIsRemoved) {
  registration_->Tick();
  master_.commit_failures = {InvalidArgument("no such block")};
  Status published = registration_->Publish(Commit(1, "a"));
  EXPECT_EQ(published.code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(store_->Has(1));
}

TEST_F(RegistrationTest, UnregisteredWorkerAcknowledgesNothing) {
  master_.away = Unavailable("nobody there");
  EXPECT_EQ(registration_->Publish(Commit(1, "a")).code(), StatusCode::kUnavailable);
  EXPECT_FALSE(store_->Has(1));
  EXPECT_TRUE(master_.commits.empty());
}

TEST_F(RegistrationTest, FailedPinListKeepsTheOldOne) {
  FakeFsMaster fs;
  store_->Announce(Commit(MakeId(5, 0), std::string(1000, 'a')).id);
  fs.pinned = {FileIdOfContainer(5)};
  SyncPins(fs, *store_);
  fs.away = Unavailable("gone");
  fs.pinned = {};
  SyncPins(fs, *store_);
  EXPECT_EQ(store_->Create(7, {.reserve_bytes = 1}).status().code(),
            StatusCode::kResourceExhausted);
  fs.away = OkStatus();
  SyncPins(fs, *store_);
  EXPECT_TRUE(store_->Create(7, {.reserve_bytes = 1}).ok());
}

TEST_F(RegistrationTest, PersistOutcomesSurviveALostHeartbeat) {
  FakeFsMaster fs;
  std::vector<stub::PersistedFile> done = {{7, "fingerprint"}};
  int started = 0;
  PersistHooks hooks;
  hooks.start = [&](stub::PersistOrder) { ++started; };
  hooks.take = [&](auto* persisted, auto*) { *persisted = std::exchange(done, {}); };
  hooks.give_back = [&](auto persisted, auto) { done = std::move(persisted); };
  fs.away = Unavailable("gone");
  EXPECT_EQ(SyncPersists(fs, 42, hooks).code(), StatusCode::kUnavailable);
  EXPECT_EQ(done.size(), 1u);
  fs.away = OkStatus();
  fs.orders.resize(2);
  EXPECT_TRUE(SyncPersists(fs, 42, hooks).ok());
  EXPECT_EQ(fs.outcomes, 1u);
  EXPECT_EQ(started, 2);
  EXPECT_TRUE(done.empty());
}

}  // namespace
}  // namespace alluxio::worker
