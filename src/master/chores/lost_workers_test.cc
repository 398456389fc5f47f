#include "master/chores/chores_fixture.h"

namespace alluxio::master {
namespace {

class LostWorkersTest : public ChoresFixture {
 protected:
  void LoseWorkers() {
    master_->clock.Advance(std::chrono::minutes(6));
    CheckLostWorkers(parts_, settings_, memory_);
  }
};

TEST_F(LostWorkersTest, ASilentWorkerIsLost) {
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

TEST_F(LostWorkersTest, AFileWithoutAnyCopyIsLostAndOneWithACopyElsewhereIsNot) {
  WorkerId one = Join("one", {});
  FileInfo gone = Write("/gone", WriteType::kMustCache, one);
  FileInfo safe = Write("/safe", WriteType::kMustCache, one);
  FileInfo in_ufs = Write("/in-ufs", WriteType::kThrough, one);
  master_->clock.Advance(std::chrono::minutes(4));
  WorkerId two = Join("two", {});
  Commit(two, safe.block_ids.at(0));
  Commit(two, gone.block_ids.at(0));
  ASSERT_EQ(Beat(two).kind, WorkerCommandKind::kNothing);
  // The second copy of /gone goes before the worker with the first does.
  WorkerHeartbeat heartbeat;
  heartbeat.worker = two;
  heartbeat.removed = gone.block_ids;
  master_->blocks.Heartbeat(heartbeat);
  master_->clock.Advance(std::chrono::minutes(2));
  CheckLostWorkers(parts_, settings_, memory_);
  MarkLostFiles(parts_, settings_, memory_);
  EXPECT_EQ(Get("/gone").persistence, PersistenceState::kLost);
  EXPECT_EQ(Get("/safe").persistence, PersistenceState::kNotPersisted);
  EXPECT_EQ(Get("/in-ufs").persistence, PersistenceState::kPersisted);
}

TEST_F(LostWorkersTest, AFileThatIsGoneItselfIsNoTrouble) {
  WorkerId one = Join("one", {});
  Write("/gone", WriteType::kMustCache, one);
  LoseWorkers();
  ASSERT_TRUE(master_->ops.Delete(*master_->Context(), "/gone", {}).ok());
  MarkLostFiles(parts_, settings_, memory_);
  EXPECT_FALSE(Exists("/gone"));
}

}  // namespace
}  // namespace alluxio::master
