#include "job/worker/persist_task.h"

#include <gtest/gtest.h>

#include "job/worker/task_runner.h"
#include "proto/grpc/job_work.pb.h"
#include "tests/fixtures/fake_file_system.h"
#include "tests/fixtures/memory_ufs.h"

namespace alluxio::job {
namespace {

class PersistTaskTest : public testing::Test {
 protected:
  PersistTaskTest() {
    fs_.AddFile("/f", "content").completed = true;
    work_.set_source("/f");
    work_.set_mountid(3);
    work_.set_ufspath("/ufs/to/f");
    work_.set_submittedms(0);
  }
  Status Run() { return task_.Run(work_, stop_); }

  FakeFileSystem fs_;
  std::shared_ptr<MemoryUfs> ufs_ = std::make_shared<MemoryUfs>("/ufs");
  Status opened_;
  PersistTask task_{fs_, [this](MountId mount, const std::string& path) -> Result<UfsPlace> {
                      EXPECT_EQ(mount, 3);
                      RETURN_IF_ERROR(opened_);
                      return UfsPlace{ufs_, path.substr(5)};
                    }};
  grpc::job::PersistWork work_;
  TaskStop stop_;
};

TEST_F(PersistTaskTest, AFileIsWritten) {
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(ufs_->Get("to/f"), "content");
}

TEST_F(PersistTaskTest, AMountThatIsNotToBeWrittenIsAnError) {
  opened_ = PermissionDenied("read-only");
  EXPECT_TRUE(Run().Is(StatusCode::kPermissionDenied));
  EXPECT_EQ(ufs_->file_count(), 0u);
}

TEST_F(PersistTaskTest, AFileThatIsGoneOrNotWholeIsAnError) {
  fs_.entries["/f"].completed = false;
  EXPECT_TRUE(Run().Is(StatusCode::kFailedPrecondition));
  fs_.entries.erase("/f");
  EXPECT_TRUE(Run().Is(StatusCode::kNotFound));
  EXPECT_EQ(ufs_->file_count(), 0u);
}

TEST_F(PersistTaskTest, WhatIsThereStaysUnlessItIsToGo) {
  ufs_->Put("to/f", "of somebody");
  Status refused = Run();
  EXPECT_TRUE(refused.Is(StatusCode::kAlreadyExists));
  EXPECT_EQ(refused.message(),
            "File /f is already persisted in UFS, to overwrite the file, please set the overwrite "
            "flag in the config.");
  EXPECT_EQ(ufs_->Get("to/f"), "of somebody");
  work_.set_overwrite(true);
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(ufs_->Get("to/f"), "content");
}

TEST_F(PersistTaskTest, WhatAnEarlierTryHasLeftIsWrittenAgain) {
  ufs_->Put("to/f", "CONTENT");  // as long, and of the time of the plan
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(ufs_->Get("to/f"), "content");
  work_.set_submittedms(1);
  EXPECT_TRUE(Run().Is(StatusCode::kAlreadyExists));
}

TEST_F(PersistTaskTest, AStoppedTaskLeavesNothing) {
  stop_.Set();
  EXPECT_TRUE(Run().Is(StatusCode::kCancelled));
  EXPECT_EQ(ufs_->file_count(), 0u);
}

}  // namespace
}  // namespace alluxio::job
