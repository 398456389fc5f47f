#include "job/master/command_store.h"

#include <gtest/gtest.h>

#include "env/disk.h"
#include "tests/fixtures/temp_folder.h"
#include "ufs/local/local_ufs.h"

namespace alluxio::job {
namespace {

class CommandStoreTest : public testing::Test {
 protected:
  TempFolder folder_;
  CommandStore store_{ufs::LocalUfs::Open(folder_.path(), {})};
};

TEST_F(CommandStoreTest, WhatIsKeptComesBackInOrder) {
  ASSERT_TRUE(store_.Prepare().ok());
  ASSERT_TRUE(store_.Prepare().ok());
  KeptCommand running;
  running.id = 20;
  running.config = std::string("\xac\xed\0x", 4);
  running.user = "ann";
  running.submitted_ms = 5;
  ASSERT_TRUE(store_.Save(running).ok());
  KeptCommand finished = running;
  finished.id = 3;
  finished.finished = true;
  finished.finished_ms = 9;
  finished.progress.state = JobState::kFailed;
  finished.progress.listed = true;
  finished.progress.files = 4;
  finished.progress.files_done = 1;
  finished.progress.files_failed = 2;
  finished.progress.files_skipped = 1;
  finished.progress.bytes = 8;
  finished.progress.bytes_done = 7;
  finished.progress.error = "listing";
  finished.progress.failures = {{"/a", "gone"}};
  ASSERT_TRUE(store_.Save(finished).ok());
  Result<std::vector<KeptCommand>> loaded = store_.Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ASSERT_EQ(loaded->size(), 2u);
  const KeptCommand& first = loaded->front();
  EXPECT_EQ(first.id, 3);
  EXPECT_TRUE(first.finished);
  EXPECT_EQ(first.progress.state, JobState::kFailed);
  EXPECT_EQ(first.progress.files, 4);
  EXPECT_EQ(first.progress.files_failed, 2);
  EXPECT_EQ(first.progress.bytes_done, 7);
  EXPECT_EQ(first.progress.error, "listing");
  ASSERT_EQ(first.progress.failures.size(), 1u);
  EXPECT_EQ(first.progress.failures[0].reason, "gone");
  EXPECT_EQ(loaded->back().config, running.config);
  EXPECT_EQ(loaded->back().user, "ann");
  EXPECT_FALSE(loaded->back().finished);
}

TEST_F(CommandStoreTest, RemovedIsGoneAndMayBeRemovedAgain) {
  ASSERT_TRUE(store_.Prepare().ok());
  KeptCommand command;
  command.id = 1;
  ASSERT_TRUE(store_.Save(command).ok());
  ASSERT_TRUE(store_.Remove(1).ok());
  ASSERT_TRUE(store_.Remove(1).ok());
  EXPECT_TRUE(store_.Load()->empty());
}

TEST_F(CommandStoreTest, FilesThatAreNoCommandsArePassedOver) {
  ASSERT_TRUE(store_.Prepare().ok());
  auto file = Disk::Real().OpenForWrite(folder_.path() + "/JobMaster/commands/7",
                                        WriteMode::kTruncate);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Append("nonsense").ok());
  ASSERT_TRUE((*file)->Close().ok());
  Result<std::vector<KeptCommand>> loaded = store_.Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_TRUE(loaded->empty());
}

TEST_F(CommandStoreTest, AFolderThatIsNotThereIsAnError) { EXPECT_FALSE(store_.Load().ok()); }

}  // namespace
}  // namespace alluxio::job
