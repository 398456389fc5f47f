#include "master/chores/chores_fixture.h"
#include "master/chores/replication_desk.h"

namespace alluxio::master {
namespace {

class ScriptedDesk : public ReplicationDesk {
 public:
  Result<int64_t> Run(const job::BlockPlan& plan) override {
    if (!refusal.ok()) return refusal;
    plans.push_back(job::DescriptionOf(plan));
    return static_cast<int64_t>(plans.size());
  }
  Result<ReplicationOutcome> OutcomeOf(int64_t) override {
    if (!refusal.ok()) return refusal;
    return outcome;
  }

  Status refusal;
  ReplicationOutcome outcome;  // nothing is over
  std::vector<std::string> plans;
};

class ReplicationTest : public ChoresFixture {
 protected:
  ReplicationTest() {
    parts_.replication = &desk_;
    one_ = Join("one", {});
    two_ = Join("two", {});
    master_->clock.Advance(std::chrono::minutes(1));  // safe mode is over
  }
  void SetReplication(const std::string& path, int32_t min, int32_t max) {
    SetAttributeOptions options;
    options.replication_min = min;
    options.replication_max = max;
    Status set = master_->ops.SetAttribute(*master_->Context(), path, options);
    ASSERT_TRUE(set.ok()) << set;
  }
  // What one tick asks for.
  std::vector<std::string> Tick() {
    desk_.plans.clear();
    CheckReplication(parts_, settings_, memory_);
    return desk_.plans;
  }
  static std::string Replicas(const FileInfo& file, int32_t count) {
    return job::DescriptionOf(job::ReplicasPlan{file.path, file.block_ids.at(0), count});
  }
  using Plans = std::vector<std::string>;

  ScriptedDesk desk_;
  WorkerId one_ = 0;
  WorkerId two_ = 0;
};

TEST_F(ReplicationTest, TooFewCopiesAreMadeMore) {
  FileInfo file = Write("/f", WriteType::kMustCache, one_);
  EXPECT_EQ(Tick(), Plans{});
  SetReplication("/f", 2, -1);
  EXPECT_EQ(Tick(), Plans{Replicas(file, 2)});
  // It is under way.
  EXPECT_EQ(Tick(), Plans{});
  Commit(two_, file.block_ids[0]);
  desk_.outcome.over = true;
  EXPECT_EQ(Tick(), Plans{});
  EXPECT_TRUE(memory_.replication.under_way.empty());
  EXPECT_TRUE(memory_.replication.asked.empty());
}

TEST_F(ReplicationTest, MoreThanThereAreWorkersAreNotAskedFor) {
  FileInfo file = Write("/f", WriteType::kMustCache, one_);
  SetReplication("/f", 5, -1);
  EXPECT_EQ(Tick(), Plans{Replicas(file, 2)});
  Commit(two_, file.block_ids[0]);
  desk_.outcome.over = true;
  EXPECT_EQ(Tick(), Plans{});
}

TEST_F(ReplicationTest, TooManyCopiesAreMadeFewer) {
  FileInfo file = Write("/f", WriteType::kMustCache, one_);
  Commit(two_, file.block_ids[0]);
  SetReplication("/f", 0, 1);
  EXPECT_EQ(Tick(), Plans{Replicas(file, 1)});
}

TEST_F(ReplicationTest, TheLastCopyOfWhatIsNowhereElseStays) {
  FileInfo cached = Write("/cached", WriteType::kMustCache, one_);
  FileInfo stored = Write("/stored", WriteType::kCacheThrough, one_);
  Commit(two_, cached.block_ids[0]);
  Commit(two_, stored.block_ids[0]);
  SetReplication("/cached", 0, 0);
  SetReplication("/stored", 0, 0);
  Plans plans = Tick();
  std::sort(plans.begin(), plans.end());
  Plans expected{Replicas(cached, 1), Replicas(stored, 0)};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(plans, expected);
}

TEST_F(ReplicationTest, APinnedFileIsBroughtInButNotOneThatIsLost) {
  FileInfo stored = Write("/stored", WriteType::kThrough, one_);
  FileInfo lost = Write("/lost", WriteType::kMustCache, one_);
  SetReplication("/stored", 1, -1);
  SetReplication("/lost", 1, -1);
  for (WorkerId worker : {one_, two_}) {
    WorkerHeartbeat heartbeat;
    heartbeat.worker = worker;
    heartbeat.removed = {stored.block_ids[0], lost.block_ids[0]};
    master_->blocks.Heartbeat(heartbeat);
  }
  EXPECT_EQ(Tick(), Plans{Replicas(stored, 1)});
}

TEST_F(ReplicationTest, AWorkerThatIsLostIsMadeUpFor) {
  FileInfo file = Write("/f", WriteType::kMustCache, one_);
  Commit(two_, file.block_ids[0]);
  SetReplication("/f", 2, -1);
  EXPECT_EQ(Tick(), Plans{});
  master_->clock.Advance(std::chrono::minutes(6));
  Beat(two_);
  WorkerId three = Join("three", {});
  CheckLostWorkers(parts_, settings_, memory_);
  EXPECT_EQ(Tick(), Plans{Replicas(file, 2)});
  Commit(three, file.block_ids[0]);
  desk_.outcome.over = true;
  EXPECT_EQ(Tick(), Plans{});
}

TEST_F(ReplicationTest, CopiesMoveToTheMediumOfAPin) {
  FileInfo file = Write("/f", WriteType::kMustCache, one_);
  SetAttributeOptions options;
  options.pinned = true;
  options.pinned_media = {"SSD"};
  ASSERT_TRUE(master_->ops.SetAttribute(*master_->Context(), "/f", options).ok());
  EXPECT_EQ(Tick(), Plans{job::DescriptionOf(job::MovePlan{"/f", file.block_ids[0], "one",
                                                          "SSD"})});
}

TEST_F(ReplicationTest, WithoutAJobServiceItIsAskedAgainNextTime) {
  FileInfo file = Write("/f", WriteType::kMustCache, one_);
  SetReplication("/f", 2, -1);
  desk_.refusal = Unavailable("no job master");
  EXPECT_EQ(Tick(), Plans{});
  desk_.refusal = OkStatus();
  EXPECT_EQ(Tick(), Plans{Replicas(file, 2)});
}

TEST_F(ReplicationTest, WhatFailsRestsForAWhile) {
  FileInfo file = Write("/f", WriteType::kMustCache, one_);
  SetReplication("/f", 2, -1);
  EXPECT_EQ(Tick(), Plans{Replicas(file, 2)});
  desk_.outcome = {true, "no space"};
  EXPECT_EQ(Tick(), Plans{});
  master_->clock.Advance(std::chrono::seconds(61));
  EXPECT_EQ(Tick(), Plans{Replicas(file, 2)});
  EXPECT_EQ(Tick(), Plans{});
  // The next rest is longer.
  master_->clock.Advance(std::chrono::seconds(61));
  EXPECT_EQ(Tick(), Plans{});
  master_->clock.Advance(std::chrono::seconds(61));
  EXPECT_EQ(Tick(), Plans{Replicas(file, 2)});
}

TEST_F(ReplicationTest, ABoundedNumberIsUnderWay) {
  for (int i = 0; i < 1100; ++i) {
    const std::string path = "/f" + std::to_string(i);
    Write(path, WriteType::kMustCache, one_);
    SetReplication(path, 2, -1);
  }
  desk_.outcome.over = true;  // at once, or the tick would wait
  EXPECT_EQ(Tick().size(), 1100u);
  EXPECT_LE(memory_.replication.under_way.size(), 1000u);
}

}  // namespace
}  // namespace alluxio::master
