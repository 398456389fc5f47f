#include "job/worker/job_master_sync.h"

#include <gtest/gtest.h>

#include <atomic>

#include "proto/grpc/job_master.pb.h"
#include "proto/grpc/job_work.pb.h"
#include "tests/fixtures/fake_file_system.h"

namespace alluxio::job {
namespace {

class ScriptedMaster : public stub::JobMasterWorkerClient {
 public:
  ScriptedMaster() : JobMasterWorkerClient(nullptr) {}
  Result<int64_t> Register(const grpc::job::RegisterJobWorkerPRequest&) override {
    if (away) return Unavailable("away");
    return ++registrations;
  }
  Status Heartbeat(const grpc::job::JobHeartbeatPRequest& request,
                   grpc::job::JobHeartbeatPResponse* response) override {
    last = request;
    if (away) return Unavailable("away");
    *response = next;
    return OkStatus();
  }
  bool away = false;
  int64_t registrations = 0;
  grpc::job::JobHeartbeatPRequest last;
  grpc::job::JobHeartbeatPResponse next;
};

// Runs until it is told to end.
class WaitingRunner : public TaskRunner {
 public:
  WaitingRunner(client::FileSystem& fs, client::WorkerDirectory& workers)
      : TaskRunner(fs, workers, [](MountId, const std::string& path) -> Result<UfsPlace> {
          return NotFound(path);
        }, Clock::Real()) {}
  Status Run(const grpc::job::TaskWork& work, const TaskStop& stop) override {
    ++runs;
    while (!stop.set() && !finish.load()) {
    }
    if (!finish.load()) return Cancelled("cancelled");
    return work.path() == "/bad" ? NotFound("gone") : OkStatus();
  }
  std::atomic<int> runs = 0;
  std::atomic<bool> finish = false;
};

class JobMasterSyncTest : public testing::Test {
 protected:
  void Order(int64_t task, const std::string& path) {
    grpc::job::TaskWork work;
    work.set_path(path);
    auto* run = master_.next.add_commands()->mutable_runtaskcommand();
    run->set_jobid(7);
    run->set_taskid(task);
    run->set_taskargs(work.SerializeAsString());
    master_.next.set_batch(1);
  }
  void AwaitOutcomes(size_t count) {
    while (pool_.Outcomes().size() < count) {
    }
  }

  FakeFileSystem fs_;
  client::WorkerDirectory directory_{nullptr, {}};
  WaitingRunner runner_{fs_, directory_};
  TaskPool pool_{{.threads = 4, .of_mount = 4}, runner_, [] {}};
  ScriptedMaster master_;
  JobMasterSync sync_{{}, master_, pool_, Clock::Real()};
};

TEST_F(JobMasterSyncTest, OutcomesAreReportedUntilTheyAreTaken) {
  Order(0, "/good");
  Order(1, "/bad");
  ASSERT_TRUE(sync_.Step().ok());
  runner_.finish = true;
  AwaitOutcomes(2);
  master_.away = true;
  EXPECT_FALSE(sync_.Step().ok());
  master_.away = false;
  master_.next = {};
  master_.next.set_batch(1);
  ASSERT_TRUE(sync_.Step().ok());
  ASSERT_EQ(master_.last.taskinfos_size(), 2);
  EXPECT_EQ(master_.last.taskinfos(0).status(), grpc::job::COMPLETED);
  EXPECT_EQ(master_.last.taskinfos(1).status(), grpc::job::FAILED);
  EXPECT_EQ(master_.last.taskinfos(1).errormessage(), "gone");
  EXPECT_EQ(master_.last.taskinfos(1).errortype(), "FileDoesNotExistException");
  ASSERT_TRUE(sync_.Step().ok());
  EXPECT_EQ(master_.last.taskinfos_size(), 0);
}

TEST_F(JobMasterSyncTest, ABatchThatComesAgainIsBegunOnce) {
  Order(0, "/good");
  ASSERT_TRUE(sync_.Step().ok());
  ASSERT_TRUE(sync_.Step().ok());
  EXPECT_EQ(master_.last.options().receivedbatch(), 1);
  runner_.finish = true;
  AwaitOutcomes(1);
  EXPECT_EQ(runner_.runs, 1);
}

TEST_F(JobMasterSyncTest, ANewJobMasterMeansANewBeginning) {
  Order(0, "/good");
  ASSERT_TRUE(sync_.Step().ok());
  master_.next = {};
  master_.next.add_commands()->mutable_registercommand();
  ASSERT_TRUE(sync_.Step().ok());
  EXPECT_FALSE(sync_.registered());
  master_.next = {};
  ASSERT_TRUE(sync_.Step().ok());
  EXPECT_EQ(master_.registrations, 2);
  EXPECT_EQ(master_.last.jobworkerhealth().workerid(), 2);
  EXPECT_EQ(master_.last.options().receivedbatch(), 0);
  EXPECT_EQ(pool_.unfinished(), 0u);
  EXPECT_TRUE(pool_.Outcomes().empty());  // the old job master's task is nobody's
}

TEST_F(JobMasterSyncTest, CancelledTasksAreReportedAsThat) {
  Order(0, "/good");
  ASSERT_TRUE(sync_.Step().ok());
  while (runner_.runs == 0) {
  }
  master_.next = {};
  auto* cancel = master_.next.add_commands()->mutable_canceltaskcommand();
  cancel->set_jobid(7);
  cancel->set_taskid(0);
  master_.next.set_batch(2);
  ASSERT_TRUE(sync_.Step().ok());
  AwaitOutcomes(1);
  EXPECT_EQ(pool_.Outcomes()[0].state, grpc::job::CANCELED);
}

TEST_F(JobMasterSyncTest, AnAbsentJobMasterIsAnErrorOfTheStep) {
  master_.away = true;
  EXPECT_FALSE(sync_.Step().ok());
  EXPECT_FALSE(sync_.registered());
}

}  // namespace
}  // namespace alluxio::job
