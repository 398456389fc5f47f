#include "job/master/job_table.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::job {
namespace {

class JobTableTest : public testing::Test {
 protected:
  int64_t Worker(const std::string& host) {
    WorkerNetAddress address;
    address.host = host;
    address.rpc_port = 30001;
    return table_->Register(address, "v", "");
  }
  int64_t Add(int64_t command, const std::string& path, const std::string& host = "",
              MountId mount = 1, int tasks = 1) {
    JobSpec spec;
    spec.command = command;
    spec.name = "Load";
    spec.paths = {path};
    spec.sizes = {10};
    for (int i = 0; i < tasks; ++i) spec.tasks.push_back({path, "work " + path, host, mount, ""});
    Result<int64_t> id = table_->AddJob(std::move(spec));
    EXPECT_TRUE(id.ok()) << id.status();
    return id.ok() ? *id : 0;
  }
  HeartbeatAnswer Beat(int64_t worker, std::vector<TaskReport> reports = {},
                       int64_t received = 1000) {
    return table_->Heartbeat({worker, {}, std::move(reports), received});
  }
  TaskReport Done(const TaskId& id, JobState state = JobState::kCompleted,
                  const std::string& error = "") {
    return {id, state, error, ""};
  }
  JobState StateOf(int64_t job) { return table_->JobOf(job)->state; }

  void Reset(JobTableOptions options) {
    table_ = std::make_unique<JobTable>(options, clock_);
  }

  FakeClock clock_;
  std::unique_ptr<JobTable> table_ = std::make_unique<JobTable>(JobTableOptions{}, clock_);
};

TEST_F(JobTableTest, IdsGrowAlsoWhenTheClockStands) {
  const int64_t first = table_->NewId();
  EXPECT_EQ(table_->NewId(), first + 1);
  table_->SkipIds(first + 100);
  EXPECT_EQ(table_->NewId(), first + 101);
}

TEST_F(JobTableTest, UnknownIdsAreNotFound) {
  EXPECT_TRUE(table_->ProgressOf(5).status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(table_->OutcomesOf(5).status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(table_->JobOf(5).status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(table_->Cancel(5).Is(StatusCode::kNotFound));
  EXPECT_TRUE(Beat(5).must_register);
}

TEST_F(JobTableTest, WhatOfABatchWentWellIsCounted) {
  table_->AddCommand(7, CommandKind::kLoad);
  const int64_t worker = Worker("a");
  JobSpec spec;
  spec.command = 7;
  for (const char* path : {"/x", "/y", "/z"}) {
    spec.paths.push_back(path);
    spec.sizes.push_back(10 * static_cast<int64_t>(spec.paths.size()));
    spec.tasks.push_back({path, "work", "", 1, ""});
  }
  Result<int64_t> job = table_->AddJob(std::move(spec));
  ASSERT_TRUE(job.ok()) << job.status();
  table_->Listed(7, OkStatus());
  ASSERT_EQ(Beat(worker).run.size(), 3u);
  Beat(worker, {Done({*job, 0}), Done({*job, 1}, JobState::kFailed, "gone"),
                Done({*job, 2}, JobState::kCanceled)});
  const Progress progress = *table_->ProgressOf(7);
  EXPECT_EQ(progress.files_done, 1);
  EXPECT_EQ(progress.files_failed, 1);
  EXPECT_EQ(progress.bytes, 60);
  EXPECT_EQ(progress.bytes_done, 10);
}

TEST_F(JobTableTest, ACommandIsOverWhenAllIsListedAndDone) {
  table_->AddCommand(7, CommandKind::kLoad);
  const int64_t worker = Worker("a");
  const int64_t first = Add(7, "/x");
  const int64_t second = Add(7, "/y");
  table_->AddSkipped(7, 2);
  HeartbeatAnswer answer = Beat(worker);
  ASSERT_EQ(answer.run.size(), 2u);
  EXPECT_EQ(answer.run[0].work, "work /x");
  EXPECT_EQ(StateOf(first), JobState::kRunning);
  Beat(worker, {Done({first, 0}), Done({second, 0}, JobState::kFailed, "store is away")});
  EXPECT_EQ(table_->ProgressOf(7)->state, JobState::kRunning);  // there may be more files
  table_->Listed(7, OkStatus());
  std::optional<Progress> progress = table_->AwaitFinished(7);
  ASSERT_TRUE(progress.has_value());
  EXPECT_EQ(progress->state, JobState::kFailed);
  EXPECT_EQ(progress->files, 4);
  EXPECT_EQ(progress->files_done, 1);
  EXPECT_EQ(progress->files_failed, 1);
  EXPECT_EQ(progress->files_skipped, 2);
  EXPECT_EQ(progress->bytes_done, 10);
  ASSERT_EQ(progress->failures.size(), 1u);
  EXPECT_EQ(progress->failures[0].path, "/y");
  EXPECT_EQ(progress->failures[0].reason, "store is away");
  std::vector<JobOutcome> outcomes = *table_->OutcomesOf(7);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[1].failed, std::vector<std::string>{"/y"});
}

TEST_F(JobTableTest, AListingThatFailedIsAFailureOfTheCommand) {
  table_->AddCommand(7, CommandKind::kLoad);
  table_->Listed(7, NotFound("no such path"));
  EXPECT_EQ(table_->ProgressOf(7)->state, JobState::kFailed);
  EXPECT_EQ(table_->ProgressOf(7)->error, "no such path");
}

TEST_F(JobTableTest, AnAnswerThatWasLostComesAgain) {
  const int64_t worker = Worker("a");
  const int64_t job = Add(0, "/x");
  HeartbeatAnswer lost = Beat(worker, {}, 0);
  ASSERT_EQ(lost.run.size(), 1u);
  HeartbeatAnswer again = Beat(worker, {}, 0);
  ASSERT_EQ(again.run.size(), 1u);
  EXPECT_EQ(again.batch, lost.batch);
  EXPECT_EQ(again.run[0].id, (TaskId{job, 0}));
  EXPECT_TRUE(Beat(worker, {}, lost.batch).run.empty());
}

TEST_F(JobTableTest, AReportThatComesTwiceCountsOnce) {
  table_->AddCommand(7, CommandKind::kLoad);
  const int64_t worker = Worker("a");
  const int64_t job = Add(7, "/x");
  Beat(worker);
  Beat(worker, {Done({job, 0})});
  Beat(worker, {Done({job, 0}, JobState::kFailed, "again"), Done({job, 9}), Done({99, 0})});
  EXPECT_EQ(StateOf(job), JobState::kCompleted);
  EXPECT_EQ(table_->ProgressOf(7)->files_done, 1);
}

TEST_F(JobTableTest, TasksOfALostWorkerGoToOthers) {
  const int64_t lost = Worker("a");
  const int64_t job = Add(0, "/x", "a");
  ASSERT_EQ(Beat(lost).run.size(), 1u);
  const int64_t other = Worker("b");
  EXPECT_TRUE(Beat(other).run.empty());
  clock_.Advance(std::chrono::seconds(61));
  Beat(other);
  table_->CheckWorkers();
  ASSERT_EQ(Beat(other).run.size(), 1u);  // its host has no job worker any more
  EXPECT_TRUE(Beat(lost, {Done({job, 0})}).must_register);
  EXPECT_EQ(StateOf(job), JobState::kRunning);
  Beat(other, {Done({job, 0})});
  EXPECT_EQ(StateOf(job), JobState::kCompleted);
}

TEST_F(JobTableTest, ATaskThatIsLostWithWorkerAfterWorkerFails) {
  int64_t job = Add(0, "/x");
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Beat(Worker("a")).run.size(), 1u) << i;
  Worker("a");  // it has started again: the third loss
  EXPECT_EQ(StateOf(job), JobState::kFailed);
  EXPECT_EQ(table_->JobOf(job)->error,
            "Job worker was lost before the task could complete, 3 times");
}

TEST_F(JobTableTest, OwnHostFirstThenAnybodysThenThoseNobodyServes) {
  const int64_t a = Worker("a");
  const int64_t b = Worker("b");
  const int64_t nobody = Add(0, "/nobody", "c");
  const int64_t any = Add(0, "/any");
  const int64_t own = Add(0, "/own", "a");
  const int64_t others = Add(0, "/others", "b");
  HeartbeatAnswer answer = Beat(a);
  ASSERT_EQ(answer.run.size(), 3u);
  EXPECT_EQ(answer.run[0].id.job, own);
  EXPECT_EQ(answer.run[1].id.job, any);
  EXPECT_EQ(answer.run[2].id.job, nobody);
  answer = Beat(b);
  ASSERT_EQ(answer.run.size(), 1u);
  EXPECT_EQ(answer.run[0].id.job, others);
}

TEST_F(JobTableTest, NoMountTakesAllOfAWorker) {
  JobTableOptions options;
  options.tasks_of_worker = 8;
  options.tasks_of_mount = 3;
  Reset(options);
  const int64_t worker = Worker("a");
  for (int i = 0; i < 20; ++i) Add(0, "/hangs" + std::to_string(i), "", 1);
  for (int i = 0; i < 20; ++i) Add(0, "/works" + std::to_string(i), "", 2);
  HeartbeatAnswer answer = Beat(worker);
  EXPECT_EQ(answer.run.size(), 6u);
  // What works goes on for as long as the other hangs.
  int finished = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<TaskReport> reports;
    for (const TaskOrder& order : answer.run) {
      if (order.work.find("works") != std::string::npos) reports.push_back(Done(order.id));
    }
    finished += static_cast<int>(reports.size());
    answer = Beat(worker, reports);
  }
  EXPECT_EQ(finished, 20);
}

TEST_F(JobTableTest, CancelEndsWhatWaitsAndAsksForTheRest) {
  table_->AddCommand(7, CommandKind::kLoad);
  const int64_t worker = Worker("a");
  const int64_t running = Add(7, "/running");
  ASSERT_EQ(Beat(worker).run.size(), 1u);
  const int64_t waiting = Add(7, "/waiting");
  ASSERT_TRUE(table_->Cancel(7).ok());
  EXPECT_FALSE(table_->AwaitRoom(7, 100));
  EXPECT_EQ(StateOf(waiting), JobState::kCanceled);
  EXPECT_EQ(StateOf(running), JobState::kRunning);
  HeartbeatAnswer answer = Beat(worker);
  EXPECT_TRUE(answer.run.empty());
  ASSERT_EQ(answer.cancel.size(), 1u);
  Beat(worker, {Done({running, 0}, JobState::kCanceled)});
  table_->Listed(7, Cancelled("cancelled"));
  EXPECT_EQ(table_->ProgressOf(7)->state, JobState::kCanceled);
  EXPECT_EQ(table_->ProgressOf(7)->error, "");
}

TEST_F(JobTableTest, TheOldestFinishedJobsMakeRoomAndRunningOnesDoNot) {
  JobTableOptions options;
  options.capacity = 3;
  Reset(options);
  table_->AddCommand(7, CommandKind::kLoad);
  const int64_t worker = Worker("a");
  const int64_t first = Add(7, "/0");
  Add(7, "/1");
  Beat(worker);
  Beat(worker, {Done({first, 0})});
  Add(7, "/2");
  Add(7, "/3");
  EXPECT_TRUE(table_->JobOf(first).status().Is(StatusCode::kNotFound));
  EXPECT_EQ(table_->OutcomesOf(7)->size(), 3u);
  EXPECT_EQ(table_->ProgressOf(7)->files_done, 1);
  JobSpec more;
  more.tasks.push_back({"/4", "", "", 1, ""});
  EXPECT_TRUE(table_->AddJob(more).status().Is(StatusCode::kResourceExhausted));
}

TEST_F(JobTableTest, CloseEndsEveryWait) {
  table_->AddCommand(7, CommandKind::kLoad);
  table_->Close();
  EXPECT_FALSE(table_->AwaitRoom(7, 1));
  EXPECT_FALSE(table_->AwaitFinished(7).has_value());
}

}  // namespace
}  // namespace alluxio::job
