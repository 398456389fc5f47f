#include "job/master/planner.h"

#include <gtest/gtest.h>

#include <set>

#include "proto/grpc/job_work.pb.h"

namespace alluxio::job {
namespace {

WorkerInfo WorkerOn(const std::string& host, const std::string& rack = "") {
  WorkerInfo worker;
  worker.address.host = host;
  worker.address.rpc_port = 29999;
  worker.address.data_port = 29999;
  worker.address.tiers = {{"node", host}, {"rack", rack}};
  return worker;
}

FileInfo FileOf(int blocks, PersistenceState state = PersistenceState::kPersisted) {
  FileInfo file;
  file.path = "/f";
  file.ufs_path = "/ufs/f";
  file.persistence = state;
  file.completed = true;
  for (int i = 0; i < blocks; ++i) {
    FileBlockInfo block;
    block.block.id = 100 + i;
    block.block.length = 7;
    block.offset = 7 * i;
    file.blocks.push_back(block);
  }
  return file;
}

grpc::job::TaskWork WorkOf(const TaskSpec& task) {
  grpc::job::TaskWork work;
  EXPECT_TRUE(work.ParseFromString(task.work));
  return work;
}

TEST(PlannerTest, WorkersAreChosenByHostAndLocality) {
  const std::vector<WorkerInfo> workers = {WorkerOn("a", "r1"), WorkerOn("b", "r1"),
                                           WorkerOn("c", "r2")};
  auto hosts = [&](const LoadCommand& command) {
    std::string names;
    for (const WorkerInfo& worker : EligibleWorkers(command, workers)) {
      names += worker.address.host;
    }
    return names;
  };
  EXPECT_EQ(hosts({}), "abc");
  EXPECT_EQ(hosts({.hosts = {"B"}}), "b");
  EXPECT_EQ(hosts({.hosts = {"C"}, .localities = {"R1"}}), "abc");
  EXPECT_EQ(hosts({.localities = {"R2"}}), "c");
  EXPECT_EQ(hosts({.excluded_hosts = {"A"}}), "bc");
  EXPECT_EQ(hosts({.excluded_localities = {"R1"}}), "c");
}

TEST(PlannerTest, TooFewWorkersIsAnErrorThatNamesThem) {
  LoadCommand command;
  command.replication = 2;
  Status status = PlanLoad(command, FileOf(1), {WorkerOn("a")}).status();
  EXPECT_TRUE(status.Is(StatusCode::kFailedPrecondition));
  EXPECT_EQ(status.message(),
            "Failed to find enough block workers to replicate to. Needed 2 but only found 1. "
            "Available workers without the block: [a]");
}

TEST(PlannerTest, BytesThatAreNowhereAreAnError) {
  Status status =
      PlanLoad({}, FileOf(1, PersistenceState::kNotPersisted), {WorkerOn("a")}).status();
  EXPECT_TRUE(status.Is(StatusCode::kFailedPrecondition));
}

TEST(PlannerTest, WhatIsHeldIsNotLoadedAgain) {
  FileInfo file = FileOf(2);
  file.blocks[0].block.locations.push_back({1, WorkerOn("a").address, "MEM", "MEM"});
  auto tasks = PlanLoad({}, file, {WorkerOn("a"), WorkerOn("b")});
  ASSERT_TRUE(tasks.ok());
  ASSERT_EQ(tasks->size(), 1u);
  EXPECT_EQ(WorkOf(tasks->front()).load().blocks(0).blockid(), 101);
  EXPECT_FALSE(WorkOf(tasks->front()).load().blocks(0).has_sourcehost());
  LoadCommand twice;
  twice.replication = 2;
  tasks = PlanLoad(twice, file, {WorkerOn("a"), WorkerOn("b")});
  ASSERT_TRUE(tasks.ok());
  ASSERT_EQ(tasks->size(), 2u);  // both to b, one also to a
  for (const TaskSpec& task : *tasks) {
    const grpc::job::TaskWork work = WorkOf(task);
    for (const grpc::job::BlockWork& block : work.load().blocks()) {
      if (block.blockid() != 100) continue;
      EXPECT_EQ(block.sourcehost(), "a");
      EXPECT_EQ(task.host, "b");
    }
  }
  EXPECT_TRUE(PlanLoad({}, FileOf(0), {WorkerOn("a")})->empty());
}

TEST(PlannerTest, TheChoiceIsEvenAndTheSameEachTime) {
  std::vector<WorkerInfo> workers;
  for (int i = 0; i < 4; ++i) workers.push_back(WorkerOn("host" + std::to_string(i)));
  auto once = PlanLoad({}, FileOf(400), workers);
  auto again = PlanLoad({}, FileOf(400), {workers.rbegin(), workers.rend()});
  ASSERT_TRUE(once.ok() && again.ok());
  ASSERT_EQ(once->size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*once)[i].work, (*again)[i].work);
    EXPECT_GT(WorkOf((*once)[i]).load().blocks_size(), 50);
  }
}

TEST(PlannerTest, CopiesGoToWhoHoldsMost) {
  FileInfo file = FileOf(2);
  file.mount_id = 5;
  for (FileBlockInfo& block : file.blocks) {
    block.block.locations.push_back({1, WorkerOn("b").address, "MEM", "MEM"});
  }
  file.blocks[0].block.locations.push_back({2, WorkerOn("a").address, "MEM", "MEM"});
  CopyCommand command{"/s", "/d", "THROUGH", false, 1};
  TaskSpec task = PlanCopy(command, file, "/d/f", 77);
  EXPECT_EQ(task.host, "b");
  EXPECT_EQ(task.mount, 5);
  EXPECT_EQ(WorkOf(task).copy().destination(), "/d/f");
  EXPECT_EQ(WorkOf(task).copy().submittedms(), 77);
  EXPECT_EQ(PlanCopy(command, FileOf(1), "/d/f", 77).host, "");
}

FileInfo HeldBy(const std::vector<WorkerInfo>& workers, PersistenceState state) {
  FileInfo file = FileOf(1, state);
  for (const WorkerInfo& worker : workers) {
    file.blocks[0].block.locations.push_back({1, worker.address, "MEM", "MEM"});
  }
  return file;
}

TEST(PlannerTest, CopiesAreMadeWhereThereAreNone) {
  const std::vector<WorkerInfo> workers = {WorkerOn("a"), WorkerOn("b"), WorkerOn("c")};
  const FileInfo file = HeldBy({workers[1]}, PersistenceState::kNotPersisted);
  auto tasks = PlanReplicas({"/f", 100, 9}, file, workers);
  ASSERT_TRUE(tasks.ok()) << tasks.status();
  std::set<std::string> hosts;
  for (const TaskSpec& task : *tasks) {
    hosts.insert(task.host);
    EXPECT_EQ(WorkOf(task).load().blocks(0).sourcehost(), "b");
  }
  EXPECT_EQ(hosts, (std::set<std::string>{"a", "c"}));
  EXPECT_EQ(PlanReplicas({"/f", 100, 2}, file, workers)->size(), 1u);
  EXPECT_TRUE(PlanReplicas({"/f", 100, 1}, file, workers)->empty());
  EXPECT_TRUE(PlanReplicas({"/f", 7, 1}, file, workers).status().Is(StatusCode::kNotFound));
}

TEST(PlannerTest, CopiesAreRemovedWhereTheyWouldBeMadeLast) {
  const std::vector<WorkerInfo> workers = {WorkerOn("a"), WorkerOn("b"), WorkerOn("c")};
  const FileInfo nowhere = HeldBy({}, PersistenceState::kPersisted);
  auto first = PlanReplicas({"/f", 100, 1}, nowhere, workers);
  ASSERT_TRUE(first.ok() && first->size() == 1u);
  const FileInfo file = HeldBy(workers, PersistenceState::kPersisted);
  auto tasks = PlanReplicas({"/f", 100, 1}, file, workers);
  ASSERT_TRUE(tasks.ok() && tasks->size() == 2u);
  for (const TaskSpec& task : *tasks) {
    EXPECT_NE(task.host, first->front().host);
    EXPECT_EQ(WorkOf(task).evict().target().host(), task.host);
    EXPECT_EQ(WorkOf(task).evict().kept_size(), 0);
  }
  EXPECT_EQ(PlanReplicas({"/f", 100, 0}, file, workers)->size(), 3u);
}

TEST(PlannerTest, OfWhatIsNowhereElseACopyStaysAndIsLookedAtFirst) {
  const std::vector<WorkerInfo> workers = {WorkerOn("a"), WorkerOn("b")};
  const FileInfo file = HeldBy(workers, PersistenceState::kToBePersisted);
  auto tasks = PlanReplicas({"/f", 100, 0}, file, workers);
  ASSERT_TRUE(tasks.ok() && tasks->size() == 1u);
  const grpc::job::TaskWork work = WorkOf(tasks->front());
  ASSERT_EQ(work.evict().kept_size(), 1);
  EXPECT_NE(work.evict().kept(0).host(), work.evict().target().host());
}

TEST(PlannerTest, ABlockMovesToAnotherMedium) {
  FileInfo file = HeldBy({WorkerOn("a"), WorkerOn("b")}, PersistenceState::kPersisted);
  auto tasks = PlanMove({"/f", 100, "b", "SSD"}, file);
  ASSERT_TRUE(tasks.ok() && tasks->size() == 1u);
  EXPECT_EQ(tasks->front().host, "b");
  EXPECT_EQ(WorkOf(tasks->front()).move().mediumtype(), "SSD");
  EXPECT_TRUE(PlanMove({"/f", 100, "b", "MEM"}, file)->empty());
  EXPECT_TRUE(PlanMove({"/f", 100, "c", "SSD"}, file).status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(PlanMove({"/f", 7, "b", "SSD"}, file).status().Is(StatusCode::kNotFound));
}

TEST(PlannerTest, AFileIsPersistedWhereMostOfItIs) {
  const PersistCommand plan{"/f", 9, true, "/ufs/f.tmp"};
  FileInfo file = HeldBy({WorkerOn("b")}, PersistenceState::kNotPersisted);
  auto task = PlanPersist(plan, file, 77);
  ASSERT_TRUE(task.ok()) << task.status();
  EXPECT_EQ(task->host, "b");
  EXPECT_EQ(task->mount, 9);
  const grpc::job::PersistWork work = WorkOf(*task).persist();
  EXPECT_EQ(work.source(), "/f");
  EXPECT_EQ(work.mountid(), 9);
  EXPECT_EQ(work.ufspath(), "/ufs/f.tmp");
  EXPECT_TRUE(work.overwrite());
  EXPECT_EQ(work.submittedms(), 77);
  file.completed = false;
  EXPECT_TRUE(PlanPersist(plan, file, 77).status().Is(StatusCode::kFailedPrecondition));
  file.folder = true;
  EXPECT_TRUE(PlanPersist(plan, file, 77).status().Is(StatusCode::kInvalidArgument));
  // In the listing of what has become a folder meanwhile.
  EXPECT_TRUE(PlanPersist({"/", 9, true, "/ufs/f"}, HeldBy({}, PersistenceState::kNotPersisted), 77)
                  .status().Is(StatusCode::kInvalidArgument));
}

TEST(PlannerTest, DestinationsKeepTheTree) {
  EXPECT_EQ(DestinationOf({"/s", "/d", "", true, 1}, "/s/a/b"), "/d/a/b");
  EXPECT_EQ(DestinationOf({"/s", "/d", "", true, 1}, "/s"), "/d");
  EXPECT_EQ(DestinationOf({"/s", "/", "", true, 1}, "/s/a"), "/a");
  EXPECT_EQ(DestinationOf({"/s", "/", "", true, 1}, "/s"), "/");
}

}  // namespace
}  // namespace alluxio::job
