#include "worker/report/master_sessions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "tests/fixtures/temp_folder.h"

namespace alluxio::worker {
namespace {

using stub::MasterAddress;

// One master; remembers what it was told. Thread-safe, as each session has a thread.
class ScriptedMaster {
 public:
  explicit ScriptedMaster(WorkerId first_id) : next_id_(first_id) {}

  void SetAway(Status away) {
    MutexLock lock(mutex_);
    away_ = std::move(away);
    changed_.NotifyAll();
  }
  void Hang(bool hang) {
    MutexLock lock(mutex_);
    hangs_ = hang;
    changed_.NotifyAll();
  }
  void ForgetWorkers() {
    MutexLock lock(mutex_);
    known_ = 0;
  }
  void Refuse(Status status) {
    MutexLock lock(mutex_);
    refusal_ = std::move(status);
  }
  bool Holds(BlockId block) {
    MutexLock lock(mutex_);
    return blocks_.contains(block);
  }
  std::vector<stub::BlockCommit> commits() {
    MutexLock lock(mutex_);
    return commits_;
  }
  WorkerId known() {
    MutexLock lock(mutex_);
    return known_;
  }
  int registrations() {
    MutexLock lock(mutex_);
    return registrations_;
  }

  Result<WorkerId> GetWorkerId() {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(Answer());
    return next_id_++;
  }
  Status Register(const stub::WorkerRegistration& registration) {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(Answer());
    ++registrations_;
    known_ = registration.worker_id;
    blocks_.clear();
    for (const auto& place : registration.blocks) {
      blocks_.insert(place.blocks.begin(), place.blocks.end());
    }
    return OkStatus();
  }
  Result<stub::MasterCommand> Heartbeat(const stub::BlockHeartbeat& heartbeat) {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(Answer());
    if (heartbeat.worker_id != known_) {
      return stub::MasterCommand{stub::MasterCommandType::kRegister, {}};
    }
    for (BlockId block : heartbeat.removed) blocks_.erase(block);
    for (const auto& place : heartbeat.added) {
      blocks_.insert(place.blocks.begin(), place.blocks.end());
    }
    return stub::MasterCommand{};
  }
  Status Commit(const stub::BlockCommit& commit) {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(Answer());
    RETURN_IF_ERROR(refusal_);
    if (commit.worker_id != known_) return NotFound("No worker with that id is found");
    commits_.push_back(commit);
    blocks_.insert(commit.block_id);
    return OkStatus();
  }

 private:
  Status Answer() REQUIRES(mutex_) {
    while (hangs_) changed_.WaitFor(mutex_, std::chrono::seconds(1));
    return away_;
  }

  Mutex mutex_{LockRank::kLeaf};
  CondVar changed_;
  Status away_ GUARDED_BY(mutex_);
  Status refusal_ GUARDED_BY(mutex_);
  bool hangs_ GUARDED_BY(mutex_) = false;
  WorkerId next_id_ GUARDED_BY(mutex_);
  WorkerId known_ GUARDED_BY(mutex_) = 0;
  int registrations_ GUARDED_BY(mutex_) = 0;
  std::set<BlockId> blocks_ GUARDED_BY(mutex_);
  std::vector<stub::BlockCommit> commits_ GUARDED_BY(mutex_);
};

class ScriptedClient final : public stub::BlockMasterWorkerClient {
 public:
  explicit ScriptedClient(ScriptedMaster& master)
      : BlockMasterWorkerClient(nullptr), master_(master) {}
  Result<WorkerId> GetWorkerId(const WorkerNetAddress&) override { return master_.GetWorkerId(); }
  Result<stub::RegisterLease> RequestRegisterLease(WorkerId, int64_t) override {
    return stub::RegisterLease{true, 0};
  }
  Status RegisterWorkerStream(const stub::WorkerRegistration& one, size_t) override {
    return master_.Register(one);
  }
  Result<stub::MasterCommand> Heartbeat(const stub::BlockHeartbeat& heartbeat) override {
    return master_.Heartbeat(heartbeat);
  }
  Status CommitBlock(const stub::BlockCommit& commit) override { return master_.Commit(commit); }

 private:
  ScriptedMaster& master_;
};

// Says what the test says.
class ScriptedLocator final : public stub::PrimaryLocator {
 public:
  Result<MasterAddress> Primary() override {
    MutexLock lock(mutex_);
    ++questions_;
    if (primary_.empty()) return Unavailable("no primary");
    return MasterAddress{primary_, 1};
  }
  void Invalidate(const MasterAddress& address) override {
    MutexLock lock(mutex_);
    // It becomes known only now that somebody else has taken over.
    if (address.host == primary_ && !successor_.empty()) primary_ = successor_;
  }
  std::vector<MasterAddress> All() override {
    MutexLock lock(mutex_);
    std::vector<MasterAddress> all;
    for (const std::string& host : listed_) all.push_back({host, 1});
    return all;
  }
  void List(std::set<std::string> hosts) {
    MutexLock lock(mutex_);
    listed_ = std::move(hosts);
  }
  void SetPrimary(const std::string& host, const std::string& successor = "") {
    MutexLock lock(mutex_);
    primary_ = host;
    successor_ = successor;
  }
  int questions() {
    MutexLock lock(mutex_);
    return questions_;
  }

 private:
  Mutex mutex_{LockRank::kLeaf};
  std::set<std::string> listed_ GUARDED_BY(mutex_);
  std::string primary_ GUARDED_BY(mutex_);
  std::string successor_ GUARDED_BY(mutex_);
  int questions_ GUARDED_BY(mutex_) = 0;
};

class MasterSessionsTest : public ::testing::Test {
 protected:
  MasterSessionsTest() {
    StoreOptions store;
    store.tiers = {{"MEM", {{folder_.path(), 1000, "MEM"}}}};
    store_ = BlockStore::Open(store, Disk::Real(), Rng::Real()).value();
    options_.registration.publish_patience = 2s;
    options_.heartbeat_interval = 10ms;
    options_.single = false;
    options_.lookup_interval = 10ms;
    options_.give_up_after = std::chrono::hours(1);
    options_.commit_retry = {.base_sleep = 1ms, .max_sleep = 10ms, .max_duration = 5s};
    options_.standby_pause = 1ms;
    locator_->List({"a", "b", "c"});
    locator_->SetPrimary("a");
  }
  ~MasterSessionsTest() override {
    for (auto& [host, master] : masters_) master.Hang(false);
    if (sessions_ != nullptr) sessions_->Stop();
  }
  void Start() {
    auto dial = [this](const MasterAddress& address) {
      MasterClients clients;
      clients.blocks = std::make_unique<ScriptedClient>(masters_.at(address.host));
      clients.commits = std::make_unique<ScriptedClient>(masters_.at(address.host));
      return clients;
    };
    sessions_ = std::make_unique<MasterSessions>(options_, locator_, dial, *store_);
    WorkerNetAddress address;
    address.host = "here";
    sessions_->Start(address);
  }
  static bool Comes(const std::function<bool()>& what) {
    for (int i = 0; i < 60'000; ++i) {
      if (what()) return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }
  bool AllKnowThisWorker() {
    return Comes([this] {
      auto ids = sessions_->ids();
      return ids.size() == 3 &&
             std::all_of(ids.begin(), ids.end(), [](const auto& id) { return id.second != 0; });
    });
  }
  CommittedBlock Block(BlockId id) {
    auto block = store_->Create(id, {}).value();
    EXPECT_TRUE(block->Append(std::string("data")).ok());
    return block->Commit().value();
  }

  TempFolder folder_;
  MasterSessionsOptions options_;
  std::shared_ptr<ScriptedLocator> locator_ = std::make_shared<ScriptedLocator>();
  std::map<std::string, ScriptedMaster> masters_ = [] {
    std::map<std::string, ScriptedMaster> masters;
    masters.try_emplace("a", 100);
    masters.try_emplace("b", 200);
    masters.try_emplace("c", 300);
    return masters;
  }();
  std::unique_ptr<BlockStore> store_;
  std::unique_ptr<MasterSessions> sessions_;
};

TEST_F(MasterSessionsTest, WithoutAPrimaryACommitIsGivenUpAndTheBlockIsGone) {
  options_.commit_retry.max_duration = 30ms;
  locator_->SetPrimary("");
  Start();
  EXPECT_EQ(sessions_->Publish(Block(1)).code(), StatusCode::kUnavailable);
  EXPECT_FALSE(store_->Has(1));
  EXPECT_EQ(sessions_->Primary().files, nullptr);
}

TEST_F(MasterSessionsTest, WhatThePrimaryRefusesIsNotTriedElsewhere) {
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  masters_.at("a").Refuse(InvalidArgument("no such block"));
  EXPECT_EQ(sessions_->Publish(Block(1)).code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(store_->Has(1));
  EXPECT_TRUE(masters_.at("b").commits().empty());
}

TEST_F(MasterSessionsTest, CloseEndsACommitThatWaits) {
  locator_->SetPrimary("");
  options_.commit_retry.max_duration = std::chrono::hours(1);
  options_.commit_retry.max_sleep = std::chrono::hours(1);
  Start();
  CommittedBlock block = Block(1);
  Status published;
  std::thread thread([&] { published = sessions_->Publish(block); });
  std::this_thread::sleep_for(20ms);
  sessions_->Close();
  thread.join();
  EXPECT_EQ(published.code(), StatusCode::kCancelled);
}

TEST_F(MasterSessionsTest, EveryMasterHearsOfABlockThePrimaryOfItsCommit) {
  // The commit wakes the sessions of the standbys.
  options_.heartbeat_interval = std::chrono::hours(1);
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  ASSERT_TRUE(sessions_->Publish(Block(1)).ok());
  ASSERT_EQ(masters_.at("a").commits().size(), 1u);
  EXPECT_EQ(masters_.at("a").commits()[0].worker_id, 100);
  EXPECT_TRUE(Comes([this] { return masters_.at("b").Holds(1) && masters_.at("c").Holds(1); }));
  EXPECT_TRUE(masters_.at("b").commits().empty());
}

TEST_F(MasterSessionsTest, TheLocatorIsNotAskedForEveryBlock) {
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  for (BlockId id = 1; id <= 50; ++id) ASSERT_TRUE(sessions_->Publish(Block(id)).ok());
  EXPECT_EQ(locator_->questions(), 1);
}

TEST_F(MasterSessionsTest, AMasterThatHangsHoldsUpNoOther) {
  masters_.at("b").Hang(true);
  Start();
  ASSERT_TRUE(Comes([this] { return masters_.at("a").known() && masters_.at("c").known(); }));
  ASSERT_TRUE(Comes([this] { return sessions_->Publish(Block(1)).ok(); }));
  EXPECT_TRUE(Comes([this] { return masters_.at("c").Holds(1); }));
  EXPECT_FALSE(masters_.at("b").Holds(1));
  masters_.at("b").Hang(false);
  EXPECT_TRUE(Comes([this] { return masters_.at("b").Holds(1); }));
}

TEST_F(MasterSessionsTest, AMasterThatWasAwayLearnsWhatItMissed) {
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  ASSERT_TRUE(sessions_->Publish(Block(1)).ok());
  ASSERT_TRUE(Comes([this] { return masters_.at("b").Holds(1); }));
  masters_.at("b").SetAway(Unavailable("restarting"));
  ASSERT_TRUE(sessions_->Publish(Block(2)).ok());
  ASSERT_TRUE(store_->Remove(1).ok());
  masters_.at("b").SetAway(OkStatus());
  EXPECT_TRUE(Comes([this] { return masters_.at("b").Holds(2) && !masters_.at("b").Holds(1); }));
  EXPECT_EQ(masters_.at("b").registrations(), 1);
  masters_.at("b").ForgetWorkers();  // it has started again
  EXPECT_TRUE(Comes([this] { return masters_.at("b").registrations() == 2; }));
  EXPECT_TRUE(masters_.at("b").Holds(2));
}

TEST_F(MasterSessionsTest, AMasterThatComesLateIsTakenIn) {
  locator_->List({"a"});
  Start();
  ASSERT_TRUE(Comes([this] { return masters_.at("a").known() != 0; }));
  ASSERT_TRUE(Comes([this] { return sessions_->Publish(Block(1)).ok(); }));
  EXPECT_EQ(masters_.at("c").known(), 0);
  locator_->List({"a", "c"});
  EXPECT_TRUE(Comes([this] { return masters_.at("c").Holds(1); }));
}

TEST_F(MasterSessionsTest, ACommitFollowsThePrimary) {
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  masters_.at("a").SetAway(Unavailable("killed"));
  locator_->SetPrimary("a", "b");
  ASSERT_TRUE(sessions_->Publish(Block(1)).ok());
  ASSERT_EQ(masters_.at("b").commits().size(), 1u);
  EXPECT_EQ(masters_.at("b").commits()[0].worker_id, 200) << "the id that this master gave";
  EXPECT_TRUE(store_->Has(1));
}

TEST_F(MasterSessionsTest, ACommitWaitsForAPrimaryThatIsNotKnownYet) {
  locator_->List({"a"});
  locator_->SetPrimary("b");
  Start();
  CommittedBlock block = Block(1);
  Status published;
  std::thread thread([&] { published = sessions_->Publish(block); });
  std::this_thread::sleep_for(20ms);
  locator_->List({"a", "b"});
  thread.join();
  EXPECT_TRUE(published.ok()) << published;
  EXPECT_EQ(masters_.at("b").commits().size(), 1u);
}

TEST_F(MasterSessionsTest, APrimaryThatForgotThisWorkerIsToldOfItFirst) {
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  masters_.at("a").ForgetWorkers();
  ASSERT_TRUE(sessions_->Publish(Block(1)).ok());
  ASSERT_EQ(masters_.at("a").commits().size(), 1u);
  EXPECT_EQ(masters_.at("a").commits()[0].worker_id, 101);
}

TEST_F(MasterSessionsTest, AMasterThatIsMissingForAMomentKeepsItsSession) {
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  locator_->List({"a", "b"});
  sessions_->LookUp();
  sessions_->LookUp();
  locator_->List({});  // nobody could be asked
  sessions_->LookUp();
  EXPECT_EQ(sessions_->ids().size(), 3u);
  EXPECT_EQ(masters_.at("c").registrations(), 1);
}

TEST_F(MasterSessionsTest, AMasterThatIsListedNoMoreIsGivenUp) {
  options_.give_up_after = 20ms;
  Start();
  ASSERT_TRUE(AllKnowThisWorker());
  locator_->List({"a", "b"});
  EXPECT_TRUE(Comes([this] { return sessions_->ids().size() == 2; }));
}

}  // namespace
}  // namespace alluxio::worker
