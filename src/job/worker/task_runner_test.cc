#include "job/worker/task_runner.h"

#include <gtest/gtest.h>

#include "proto/grpc/job_work.pb.h"
#include "tests/fixtures/fake_file_system.h"
#include "wire/block_info.h"

namespace alluxio::job {
namespace {

class OneByte : public stub::BlockReadStream {
 public:
  explicit OneByte(const stub::BlockReadRequest& request) : BlockReadStream(nullptr, request) {}
  Result<std::optional<Bytes>> Next(Duration) override { return std::optional<Bytes>(Bytes()); }
  void Close() override {}
};

class ScriptedWorker : public stub::BlockWorkerClient {
 public:
  ScriptedWorker() : BlockWorkerClient({}, {}) {}
  Status Cache(const stub::CacheOrder& order) override {
    orders.push_back(order);
    if (answers.empty()) return OkStatus();
    Status answer = answers.front();
    answers.erase(answers.begin());
    return answer;
  }
  Result<std::unique_ptr<stub::BlockReadStream>> ReadBlock(
      const stub::BlockReadRequest& request) override {
    calls.push_back("read " + std::to_string(request.block_id));
    if (!readable.ok()) return readable;
    return std::unique_ptr<stub::BlockReadStream>(std::make_unique<OneByte>(request));
  }
  Status RemoveBlock(BlockId block) override {
    calls.push_back("remove " + std::to_string(block));
    return removed;
  }
  Status MoveBlock(BlockId block, const std::string& medium) override {
    calls.push_back("move " + std::to_string(block) + " " + medium);
    return OkStatus();
  }
  std::vector<std::string> calls;
  Status readable;
  Status removed;
  std::vector<stub::CacheOrder> orders;
  std::vector<Status> answers;
};

class ScriptedDirectory : public client::WorkerDirectory {
 public:
  ScriptedDirectory() : WorkerDirectory(nullptr, {}) {}
  std::shared_ptr<stub::BlockWorkerClient> ClientOf(const WorkerNetAddress&) override {
    return worker;
  }
  std::shared_ptr<ScriptedWorker> worker = std::make_shared<ScriptedWorker>();
};

class TaskRunnerTest : public testing::Test {
 protected:
  grpc::job::TaskWork LoadOf(int blocks) {
    grpc::job::TaskWork work;
    work.mutable_load()->set_ufspath("/ufs/f");
    WorkerNetAddress target;
    target.host = "w";
    target.data_port = 5;
    wire::ToProto(target, work.mutable_load()->mutable_target());
    for (int i = 0; i < blocks; ++i) {
      grpc::job::BlockWork* block = work.mutable_load()->add_blocks();
      block->set_blockid(i);
      block->set_length(3);
      block->set_offsetinfile(3 * i);
    }
    return work;
  }
  grpc::job::TaskWork CopyOf(bool overwrite) {
    grpc::job::TaskWork work;
    work.mutable_copy()->set_source("/s");
    work.mutable_copy()->set_destination("/d");
    work.mutable_copy()->set_overwrite(overwrite);
    work.mutable_copy()->set_submittedms(1000);
    return work;
  }
  Status Run(const grpc::job::TaskWork& work) { return runner_.Run(work, stop_); }

  FakeFileSystem fs_;
  ScriptedDirectory directory_;
  TaskRunner runner_{fs_, directory_,
                     [](MountId, const std::string&) -> Result<UfsPlace> {
                       return Unavailable("persist_task_test.cc has one");
                     },
                     Clock::Real()};
  TaskStop stop_;
};

TEST_F(TaskRunnerTest, EveryBlockIsCachedByItsTarget) {
  grpc::job::TaskWork work = LoadOf(2);
  work.mutable_load()->mutable_blocks(1)->set_sourcehost("other");
  work.mutable_load()->mutable_blocks(1)->set_sourceport(9);
  ASSERT_TRUE(Run(work).ok());
  ASSERT_EQ(directory_.worker->orders.size(), 2u);
  EXPECT_EQ(directory_.worker->orders[0].source_host, "w");
  EXPECT_EQ(directory_.worker->orders[0].ufs.ufs_path, "/ufs/f");
  EXPECT_EQ(directory_.worker->orders[1].source_host, "other");
  EXPECT_EQ(directory_.worker->orders[1].ufs.offset_in_file, 3);
}

TEST_F(TaskRunnerTest, WhatMayPassIsTriedAgain) {
  directory_.worker->answers = {Unavailable("away"), AlreadyExists("being cached already")};
  EXPECT_TRUE(Run(LoadOf(1)).ok());
  EXPECT_EQ(directory_.worker->orders.size(), 3u);
}

TEST_F(TaskRunnerTest, WhatWillNotPassIsTheAnswer) {
  directory_.worker->answers = {NotFound("/ufs/f: gone")};
  Status status = Run(LoadOf(1));
  EXPECT_TRUE(status.Is(StatusCode::kNotFound));
  EXPECT_EQ(status.message(), "block 0 on w: /ufs/f: gone");
  EXPECT_EQ(directory_.worker->orders.size(), 1u);
}

TEST_F(TaskRunnerTest, AStoppedTaskEnds) {
  stop_.Set();
  EXPECT_TRUE(Run(LoadOf(1)).Is(StatusCode::kCancelled));
  EXPECT_TRUE(directory_.worker->orders.empty());
}

TEST_F(TaskRunnerTest, AKindNobodyKnowsIsAnError) {
  EXPECT_TRUE(Run(grpc::job::TaskWork()).Is(StatusCode::kUnimplemented));
}

TEST_F(TaskRunnerTest, ACopyGoesOnceTheOthersWereRead) {
  grpc::job::TaskWork work;
  work.mutable_evict()->set_blockid(7);
  ASSERT_TRUE(Run(work).ok());
  EXPECT_EQ(directory_.worker->calls, std::vector<std::string>{"remove 7"});
  directory_.worker->calls.clear();
  work.mutable_evict()->add_kept();
  ASSERT_TRUE(Run(work).ok());
  EXPECT_EQ(directory_.worker->calls, (std::vector<std::string>{"read 7", "remove 7"}));
  directory_.worker->calls.clear();
  directory_.worker->readable = NotFound("gone");
  EXPECT_TRUE(Run(work).Is(StatusCode::kNotFound));
  EXPECT_EQ(directory_.worker->calls, std::vector<std::string>{"read 7"});
}

TEST_F(TaskRunnerTest, ACopyThatIsGoneAlreadyIsNoError) {
  grpc::job::TaskWork work;
  work.mutable_evict()->set_blockid(7);
  directory_.worker->removed = NotFound("gone");
  EXPECT_TRUE(Run(work).ok());
  directory_.worker->removed = FailedPrecondition("no");
  EXPECT_TRUE(Run(work).Is(StatusCode::kFailedPrecondition));
}

TEST_F(TaskRunnerTest, ABlockMoves) {
  grpc::job::TaskWork work;
  work.mutable_move()->set_blockid(7);
  work.mutable_move()->set_mediumtype("SSD");
  ASSERT_TRUE(Run(work).ok());
  EXPECT_EQ(directory_.worker->calls, std::vector<std::string>{"move 7 SSD"});
}

TEST_F(TaskRunnerTest, AFileIsCopied) {
  fs_.AddFile("/s", "content");
  ASSERT_TRUE(Run(CopyOf(false)).ok());
  EXPECT_EQ(fs_.content["/d"], "content");
}

TEST_F(TaskRunnerTest, ASourceThatIsGoneIsAnErrorAndLeavesNothing) {
  EXPECT_TRUE(Run(CopyOf(true)).Is(StatusCode::kNotFound));
  EXPECT_EQ(fs_.entries.count("/d"), 0u);
}

TEST_F(TaskRunnerTest, WhatIsThereStaysUnlessItIsToGo) {
  fs_.AddFile("/s", "content");
  fs_.AddFile("/d", "of old").creation_time_ms = 999;
  EXPECT_TRUE(Run(CopyOf(false)).Is(StatusCode::kAlreadyExists));
  EXPECT_EQ(fs_.content["/d"], "of old");
  ASSERT_TRUE(Run(CopyOf(true)).ok());
  const std::string beside = "/d.alluxio.0x00000000000003E8.tmp";
  EXPECT_EQ(fs_.content[beside], "content");
  EXPECT_EQ(fs_.calls.back(), "rename " + beside + " /d");
}

TEST_F(TaskRunnerTest, WhatAnEarlierTryHasLeftIsDoneOrDoneAgain) {
  fs_.AddFile("/s", "content");
  FileInfo& there = fs_.AddFile("/d", "content");
  there.creation_time_ms = 1001;
  EXPECT_TRUE(Run(CopyOf(false)).ok());
  EXPECT_TRUE(Run(CopyOf(true)).ok());
  EXPECT_TRUE(fs_.calls.empty());
  there.completed = false;
  EXPECT_TRUE(Run(CopyOf(false)).ok());
  EXPECT_EQ(fs_.calls, std::vector<std::string>{"delete /d recursive=0"});
  EXPECT_TRUE(fs_.entries["/d"].completed);
}

// Its clock is ahead of the job master's, so what is there looks like a copy of this command.
TEST_F(TaskRunnerTest, AFileOlderThanTheSourceIsReplaced) {
  fs_.AddFile("/s", "newer 7").modification_time_ms = 3000;
  fs_.AddFile("/d", "older 7").creation_time_ms = 2000;
  ASSERT_TRUE(Run(CopyOf(true)).ok());
  EXPECT_EQ(fs_.content["/d.alluxio.0x00000000000003E8.tmp"], "newer 7");
  EXPECT_EQ(fs_.calls.back(), "rename /d.alluxio.0x00000000000003E8.tmp /d");
}

TEST_F(TaskRunnerTest, ACopyThatFailsRemovesItsOwnFile) {
  fs_.AddFile("/s", "content");
  fs_.on_close = [this] {
    FileInfo& mine = fs_.AddFile("/d", "");
    mine.id = FakeFileSystem::kCreatedId;
    mine.completed = false;
    return InvalidArgument("a block is missing");
  };
  EXPECT_TRUE(Run(CopyOf(false)).Is(StatusCode::kInvalidArgument));
  EXPECT_EQ(fs_.entries.count("/d"), 0u);
}

// A worker that lost its job master goes on for a moment, while another one has the task.
TEST_F(TaskRunnerTest, ACopyThatFailsLeavesTheFileOfAnotherTry) {
  fs_.AddFile("/s", "content");
  int closed = 0;
  fs_.on_close = [&] {
    ++closed;
    FileInfo& other = fs_.AddFile("/d", "content");
    other.id = FakeFileSystem::kCreatedId + 1;
    other.creation_time_ms = 1001;
    return NotFound("/d: replaced");
  };
  EXPECT_TRUE(Run(CopyOf(false)).ok());  // looks again, and it is done
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(fs_.content["/d"], "content");
  EXPECT_TRUE(fs_.calls.empty());
  // Nor when it is told to stop.
  fs_.entries.erase("/d");
  fs_.on_close = [&] {
    fs_.AddFile("/d", "content").id = FakeFileSystem::kCreatedId + 1;
    stop_.Set();
    return Cancelled("told to stop");
  };
  EXPECT_TRUE(Run(CopyOf(false)).Is(StatusCode::kCancelled));
  EXPECT_EQ(fs_.entries.count("/d"), 1u);
}

// It was paused between its look at the destination and its delete, and another try was quicker.
TEST_F(TaskRunnerTest, AFileThatAnotherTryHasPutThereIsNotRemoved) {
  fs_.AddFile("/s", "content").modification_time_ms = 500;
  FileInfo& old = fs_.AddFile("/d", "old");
  old.id = 5;
  old.creation_time_ms = 700;
  int closed = 0;
  fs_.on_close = [&] {
    ++closed;
    FileInfo& other = fs_.AddFile("/d", "content");
    other.id = FakeFileSystem::kCreatedId + 1;
    other.creation_time_ms = 1001;
    return OkStatus();
  };
  EXPECT_TRUE(Run(CopyOf(true)).ok());
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(fs_.last_delete.only_id, 5);
  EXPECT_EQ(fs_.content["/d"], "content");
  EXPECT_EQ(fs_.entries.at("/d").id, FakeFileSystem::kCreatedId + 1);
}

// What lies beside the destination may be what another try is writing at the moment.
TEST_F(TaskRunnerTest, OnlyItsOwnFileIsMovedIntoPlace) {
  fs_.AddFile("/s", "content");
  fs_.AddFile("/d", "old").id = 5;
  fs_.refuse_renames = FailedPrecondition("another inode by now");
  EXPECT_TRUE(Run(CopyOf(true)).ok());  // looks again: nothing is there, it copies straight to it
  EXPECT_EQ(fs_.content["/d"], "content");
  EXPECT_EQ(fs_.last_rename.only_id, FakeFileSystem::kCreatedId);
}

TEST_F(TaskRunnerTest, AFolderIsNotReplaced) {
  fs_.AddFile("/s", "content");
  fs_.AddFolder("/d");
  EXPECT_TRUE(Run(CopyOf(true)).Is(StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace alluxio::job
