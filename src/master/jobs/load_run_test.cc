#include "master/jobs/load_run.h"

#include <gtest/gtest.h>

#include "master/jobs/load_report.h"

namespace alluxio::master {
namespace {

constexpr Duration kNow = std::chrono::hours(1);
constexpr Duration kLater = std::chrono::minutes(1);

// A file in an under store with blocks of 10 bytes, none of them cached.
FileInfo File(const std::string& path, int blocks, BlockId first) {
  FileInfo file;
  file.path = path;
  file.ufs_path = "/ufs" + path;
  file.completed = true;
  file.persistence = PersistenceState::kPersisted;
  for (int i = 0; i < blocks; ++i) {
    FileBlockInfo info;
    info.block.id = first + i;
    info.block.length = 10;
    info.offset = 10 * i;
    file.blocks.push_back(info);
  }
  return file;
}

stub::LoadFailure Failure(BlockId id, Status status, bool retryable) {
  return {id, std::move(status), retryable};
}

TEST(LoadRunTest, OnlyWhatIsPersistedAndNotCachedIsLoaded) {
  FileInfo file = File("/a", 2, 1);
  file.blocks[0].block.locations.emplace_back();
  ASSERT_EQ(BlocksToLoad(file).size(), 1u);
  EXPECT_EQ(BlocksToLoad(file)[0].block_id, 2);
  EXPECT_EQ(BlocksToLoad(file)[0].offset_in_file, 10);
  for (auto change : {+[](FileInfo& f) { f.folder = true; },
                      +[](FileInfo& f) { f.completed = false; },
                      +[](FileInfo& f) { f.in_alluxio_percentage = 100; },
                      +[](FileInfo& f) { f.persistence = PersistenceState::kToBePersisted; }}) {
    FileInfo other = File("/a", 2, 1);
    change(other);
    EXPECT_TRUE(BlocksToLoad(other).empty());
  }
}

TEST(LoadRunTest, BatchesAreBoundedAndAFileCountsWhenItsLastBlockIsThere) {
  LoadRun run;
  run.AddToTotal({File("/a", 3, 1), File("/b", 1, 4)});
  EXPECT_FALSE(run.Counts().bytes_total.has_value());
  run.Counted();
  run.Listed({File("/a", 3, 1), File("/b", 1, 4)}, true);
  EXPECT_EQ(run.Counts().bytes_total, 40);
  LoadBatch first = run.Take(kNow, 2, 1000);
  ASSERT_EQ(first.size(), 2u);
  LoadBatch second = run.Take(kNow, 50, 5);  // one, although it is larger
  ASSERT_EQ(second.size(), 1u);
  run.Done(first, {}, kNow);
  EXPECT_EQ(run.Counts().files_processed, 0);
  EXPECT_EQ(run.Counts().bytes_loaded, 20);
  run.Done(second, {}, kNow);
  EXPECT_EQ(run.Counts().files_processed, 1);
  EXPECT_FALSE(run.PassDone());
  run.Done(run.Take(kNow, 50, 1000), {}, kNow);
  EXPECT_TRUE(run.PassDone());
  EXPECT_EQ(run.Counts().files_processed, 2);
  EXPECT_EQ(run.Counts().files_failed, 0);
  EXPECT_TRUE(run.Take(kNow, 50, 1000).empty());
}

TEST(LoadRunTest, WhatMayPassIsTriedAgainLaterAndNotForEver) {
  LoadRun run;
  run.Listed({File("/a", 1, 1)}, true);
  Duration now = kNow;
  int attempts = 0;
  while (!run.PassDone()) {
    LoadBatch batch = run.Take(now, 50, 1000);
    ASSERT_EQ(batch.size(), 1u) << attempts;
    run.Done(std::move(batch), {Failure(1, ResourceExhausted("full"), true)}, now);
    EXPECT_TRUE(run.Take(now, 50, 1000).empty());  // not at once
    now += kLater;
    ++attempts;
  }
  EXPECT_EQ(attempts, 5);
  LoadCounts counts = run.Counts();
  EXPECT_EQ(counts.files_failed, 1);
  EXPECT_EQ(counts.files_processed, 1);
  EXPECT_EQ(counts.reasons.at("/ufs/a"), "Status code: 8, message: full");
}

TEST(LoadRunTest, AWorkerThatIsGoneIsNoFailureOfTheBlock) {
  LoadRun run;
  run.Listed({File("/a", 1, 1)}, true);
  for (int i = 0; i < 100; ++i) {
    LoadBatch batch = run.Take(kNow, 50, 1000);
    ASSERT_EQ(batch.size(), 1u);
    run.Return(std::move(batch), Unavailable("connection refused"), kNow);
  }
  EXPECT_EQ(run.Counts().blocks_failed, 0);
  run.Done(run.Take(kNow, 50, 1000), {}, kNow);
  EXPECT_TRUE(run.PassDone());
  EXPECT_EQ(run.Counts().bytes_loaded, 10);
}

TEST(LoadRunTest, ABlockThatKillsTheCallIsGivenUp) {
  LoadRun run;
  run.Listed({File("/a", 1, 1)}, true);
  Duration now = kNow;
  for (int i = 0; i < 100 && !run.PassDone(); ++i, now += kLater) {
    run.Return(run.Take(now, 50, 1000), DeadlineExceeded("no answer"), now);
  }
  EXPECT_TRUE(run.PassDone());
  EXPECT_EQ(run.Counts().files_failed, 1);
}

TEST(LoadRunTest, ManyFailuresAreUnhealthyWhenTheyAreALargeShare) {
  LoadRun run;
  std::vector<FileInfo> files;
  std::vector<stub::LoadFailure> failures;
  for (BlockId id = 0; id < 200; ++id) {
    files.push_back(File("/f" + std::to_string(id), 1, id));
    if (id < 101) failures.push_back(Failure(id, NotFound("gone"), false));
  }
  run.Listed(files, true);
  run.Done(run.Take(kNow, 100, 1 << 20),
           std::vector<stub::LoadFailure>(failures.begin(), failures.begin() + 100), kNow);
  EXPECT_TRUE(run.Healthy());
  run.Done(run.Take(kNow, 100, 1 << 20), {failures[100]}, kNow);
  EXPECT_FALSE(run.Healthy());
}

TEST(LoadRunTest, TheNextPassCountsAgainWhatFailedInTheLast) {
  LoadRun run;
  run.Listed({File("/a", 1, 1), File("/b", 1, 2)}, true);
  run.Done(run.Take(kNow, 50, 1000), {Failure(2, NotFound("gone"), false)}, kNow);
  ASSERT_TRUE(run.PassDone());
  ASSERT_TRUE(run.LoadedInPass());
  run.NextPass();
  EXPECT_FALSE(run.PassDone());
  EXPECT_TRUE(run.Counts().verifying);
  run.Listed({File("/b", 1, 2)}, true);
  run.Done(run.Take(kNow, 50, 1000), {}, kNow);
  EXPECT_TRUE(run.PassDone());
  LoadCounts counts = run.Counts();
  EXPECT_EQ(counts.files_processed, 2);
  EXPECT_EQ(counts.files_failed, 0);
  EXPECT_TRUE(counts.reasons.empty());
}

TEST(LoadReportTest, BothFormsAreThoseOfAlluxio) {
  LoadReport report;
  report.job.state = LoadJobState::kFailed;
  report.job.bandwidth = 1000;
  report.job.verify = true;
  report.elapsed_ms = 2500;
  report.failure = "1 files could not be loaded";
  report.counts.files_processed = 3;
  report.counts.files_failed = 1;
  report.counts.blocks = 4;
  report.counts.blocks_failed = 1;
  report.counts.bytes_loaded = 2048;
  report.counts.bytes_total = 4096;
  report.counts.reasons["/u"] = "Status code: 5, message: gone";
  EXPECT_EQ(ReportText(report, true),
            "\tSettings:\tbandwidth: 1000\tverify: true\n"
            "\tJob State: FAILED (alluxio.exception.runtime.InternalRuntimeException: "
            "1 files could not be loaded)\n"
            "\tFiles Processed: 3\n"
            "\tBytes Loaded: 2048B out of 4096B\n"
            "\tThroughput: 1024B/s\n"
            "\tBlock load failure rate: 25.00%\n"
            "\tFiles Failed: 1\n"
            "\t\t/u: Status code: 5, message: gone\n");
  EXPECT_EQ(ReportJson(report, false),
            "{\"mVerbose\":false,\"mJobState\":\"FAILED\",\"mBandwidth\":1000,"
            "\"mVerificationEnabled\":true,\"mProcessedFileCount\":3,\"mLoadedByteCount\":2048,"
            "\"mTotalByteCount\":4096,\"mThroughput\":1024,\"mFailurePercentage\":25,"
            "\"mFailureReason\":{\"message\":\"1 files could not be loaded\"},"
            "\"mFailedFileCount\":1}");
}

}  // namespace
}  // namespace alluxio::master
