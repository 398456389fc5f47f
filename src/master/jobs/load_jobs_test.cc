#include "master/jobs/load_jobs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "env/lane_pool.h"
#include "journal/entry_text.h"
#include "proto/journal/journal.pb.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

// A worker that loads what it is asked, or says what a test wants, when a test wants.
class Loader : public stub::BlockWorkerClient {
 public:
  Loader() : BlockWorkerClient({}, {}) {}
  void LoadAsync(const std::vector<stub::LoadBlock>& blocks, const stub::LoadOptions& options,
                 LoadDone done) override {
    last_options = options;
    std::vector<stub::LoadFailure> failures;
    for (const stub::LoadBlock& block : blocks) {
      auto refused = refuse.find(block.ufs_path.substr(block.ufs_path.rfind('/') + 1));
      if (refused != refuse.end()) {
        failures.push_back({block.block_id, refused->second, false});
      } else {
        loaded.push_back(block);
      }
    }
    if (hold) {
      held.push_back([done = std::move(done), failures]() mutable { done(failures); });
      return;
    }
    if (!broken.ok()) {
      loaded.clear();
      return done(broken);
    }
    done(failures);
  }
  std::vector<stub::LoadBlock> loaded;
  std::map<std::string, Status> refuse;  // by file name
  Status broken;
  bool hold = false;
  std::vector<Callback<void()>> held;
  stub::LoadOptions last_options;
};

class LoadJobsTest : public ::testing::Test {
 protected:
  LoadJobsTest() {
    std::filesystem::create_directories(folder_.path() + "/ufs");
    Boot();
  }
  ~LoadJobsTest() override { pool_->Stop(std::chrono::seconds(60)); }

  void Boot() {
    jobs_.reset();
    // Folders of a job that was stopped may still be listed: by threads that hold the old master.
    if (pool_ != nullptr) pool_->Stop(std::chrono::seconds(60));
    pool_ = LanePool::Create({.name = "blocking", .threads = 8});
    master_ = std::make_unique<MasterHarness>(journal_, folder_.path() + "/ufs", nullptr,
                                              SyncSettings{}, &table_);
    LoadJobParts parts;
    parts.ledger = &master_->ledger;
    parts.tree = &master_->tree;
    parts.table = &table_;
    parts.operations = &master_->ops;
    parts.blocks = &master_->blocks;
    parts.clock = &master_->clock;
    parts.rng = &Rng::Real();
    parts.blocking = pool_.get();
    parts.dial = [this](const WorkerNetAddress&) { return worker_; };
    jobs_ = std::make_unique<LoadJobs>(std::move(parts));
    Join();
  }
  void Join() {
    WorkerNetAddress address;
    address.host = "h";
    address.rpc_port = 29999;
    WorkerRegistration registration;
    registration.worker = master_->blocks.GetWorkerId(address).value();
    registration.tiers = {"MEM"};
    registration.capacity_on_tiers["MEM"] = 100;
    registration.used_on_tiers["MEM"] = 0;
    ASSERT_TRUE(master_->blocks.BeginRegister(registration).ok());
    ASSERT_TRUE(master_->blocks.FinishRegister(registration.worker).ok());
  }
  void Put(const std::string& path) {
    std::string file = folder_.path() + "/ufs" + path;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream(file) << "0123456789";
  }
  Result<std::string> Submit(LoadJobRequest request) {
    return jobs_->Submit(*master_->Context(), request);
  }
  LoadReport Report(const std::string& path) {
    Result<LoadReport> report = jobs_->Report(*master_->Context(), path);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : LoadReport();
  }
  // Ticks until the job is over; true when it was in time.
  bool RunToEnd(const std::string& path) {
    for (int i = 0; i < 6000; ++i) {
      jobs_->Tick();
      if (!Report(path).job.running()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      master_->clock.Advance(std::chrono::seconds(1));
    }
    return false;
  }

  journal::MemoryJournal journal_;
  TempFolder folder_;
  LoadJobTable table_;
  std::unique_ptr<LanePool> pool_;
  std::shared_ptr<Loader> worker_ = std::make_shared<Loader>();
  std::unique_ptr<MasterHarness> master_;
  std::unique_ptr<LoadJobs> jobs_;
};

TEST_F(LoadJobsTest, EveryFileBelowThePathIsLoaded) {
  for (int i = 0; i < 120; ++i) Put("/d/" + std::to_string(i % 7) + "/f" + std::to_string(i));
  Put("/other");
  Result<std::string> id = Submit({"/d"});
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->size(), 36u);
  ASSERT_TRUE(RunToEnd("/d"));
  LoadReport report = Report("/d");
  EXPECT_EQ(report.job.state, LoadJobState::kSucceeded);
  EXPECT_EQ(report.counts.files_processed, 120);
  EXPECT_EQ(report.counts.bytes_loaded, 1200);
  EXPECT_EQ(report.counts.bytes_total, 1200);
  EXPECT_EQ(worker_->loaded.size(), 120u);
  EXPECT_EQ(worker_->last_options.tag, *id);
  EXPECT_EQ(worker_->last_options.user, "root");
}

TEST_F(LoadJobsTest, AFileThatFailsFailsTheJobWithItsReason) {
  Put("/d/good");
  Put("/d/bad");
  worker_->refuse["bad"] = NotFound("no such object");
  ASSERT_TRUE(Submit({"/d"}).ok());
  ASSERT_TRUE(RunToEnd("/d"));
  LoadReport report = Report("/d");
  EXPECT_EQ(report.job.state, LoadJobState::kFailed);
  EXPECT_EQ(report.failure, "1 files could not be loaded");
  EXPECT_EQ(report.counts.files_processed, 2);
  EXPECT_EQ(report.counts.reasons.size(), 1u);
}

TEST_F(LoadJobsTest, APathThatIsNotThereFails) {
  ASSERT_TRUE(Submit({"/nowhere"}).ok());
  ASSERT_TRUE(RunToEnd("/nowhere"));
  EXPECT_NE(Report("/nowhere").failure.find("/nowhere"), std::string::npos);
  EXPECT_TRUE(jobs_->Report(*master_->Context(), "/never").status().Is(StatusCode::kNotFound));
  EXPECT_FALSE(jobs_->StopJob(*master_->Context(), "/never").value());
}

TEST_F(LoadJobsTest, ASecondSubmitChangesTheOptions) {
  Put("/d/f");
  worker_->hold = true;
  Result<std::string> id = Submit({"/d"});
  ASSERT_TRUE(id.ok() && !id->empty());
  LoadJobRequest again{"/d/", 5000, true, false};
  Result<std::string> same = Submit(again);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(*same, "");
  LoadReport report = Report("/d");
  EXPECT_EQ(report.job.id, *id);
  EXPECT_EQ(report.job.bandwidth, 5000);
  EXPECT_TRUE(report.job.verify);
  EXPECT_TRUE(Submit({"/d", 0}).status().Is(StatusCode::kInvalidArgument));
}

TEST_F(LoadJobsTest, AStoppedJobAsksNobodyAndGoesOnWhenItIsSubmittedAgain) {
  Put("/d/f");
  ASSERT_TRUE(Submit({"/d"}).ok());
  EXPECT_TRUE(jobs_->StopJob(*master_->Context(), "/d").value());
  EXPECT_FALSE(jobs_->StopJob(*master_->Context(), "/d").value());
  for (int i = 0; i < 20; ++i) jobs_->Tick();
  EXPECT_TRUE(worker_->loaded.empty());
  EXPECT_EQ(StateText(Report("/d")), "STOPPED");
  Result<std::string> again = Submit({"/d"});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, "");
  ASSERT_TRUE(RunToEnd("/d"));
  EXPECT_EQ(worker_->loaded.size(), 1u);
  Result<std::string> anew = Submit({"/d"});
  ASSERT_TRUE(anew.ok());
  EXPECT_NE(*anew, "");
}

TEST_F(LoadJobsTest, AWorkerThatCannotBeReachedIsAskedAgainLater) {
  Put("/d/f");
  worker_->broken = Unavailable("connection refused");
  ASSERT_TRUE(Submit({"/d"}).ok());
  for (int i = 0; i < 200; ++i) {
    jobs_->Tick();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(StateText(Report("/d")), "RUNNING");
  EXPECT_EQ(Report("/d").counts.files_failed, 0);
  worker_->broken = OkStatus();
  ASSERT_TRUE(RunToEnd("/d"));
  EXPECT_EQ(Report("/d").job.state, LoadJobState::kSucceeded);
}

TEST_F(LoadJobsTest, VerificationLoadsWhatCameMeanwhile) {
  Put("/d/f");
  worker_->hold = true;
  LoadJobRequest request{"/d"};
  request.verify = true;
  ASSERT_TRUE(Submit(request).ok());
  for (int i = 0; i < 6000 && worker_->held.empty(); ++i) {
    jobs_->Tick();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_EQ(worker_->held.size(), 1u);
  // The worker of this test tells the master nothing, so both are loaded in the second pass.
  CreateDirectoryOptions options;
  options.write_type = WriteType::kMustCache;
  worker_->hold = false;
  worker_->held[0]();
  Put("/d/later");
  GetStatusOptions now;
  ASSERT_TRUE(master_->ops.GetStatus(*master_->Context(), "/d/later", now).ok());
  for (int i = 0; i < 6000 && StateText(Report("/d")) != "VERIFYING"; ++i) {
    jobs_->Tick();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(StateText(Report("/d")), "VERIFYING");
  for (int i = 0; i < 6000 && worker_->loaded.size() < 3; ++i) {
    jobs_->Tick();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GE(worker_->loaded.size(), 3u);
  EXPECT_TRUE(jobs_->StopJob(*master_->Context(), "/d").value());
}

TEST_F(LoadJobsTest, ANewMasterGoesOnWithWhatTheJournalHolds) {
  Put("/d/f");
  Put("/e/f");
  ASSERT_TRUE(Submit({"/d", 700, true, true}).ok());
  ASSERT_TRUE(Submit({"/e"}).ok());
  ASSERT_TRUE(RunToEnd("/e"));
  ASSERT_TRUE(jobs_->StopJob(*master_->Context(), "/d").ok());
  Result<std::string> id = Submit({"/g"});
  jobs_.reset();
  std::string before;
  ASSERT_TRUE(table_.VisitEntries([&](const journal::JournalEntry& entry) {
    before += journal::EntryText(entry, journal::EntryLayout::kOneLine);
    return OkStatus();
  }).ok());
  table_.Reset();
  worker_ = std::make_shared<Loader>();
  Boot();
  std::string after;
  ASSERT_TRUE(table_.VisitEntries([&](const journal::JournalEntry& entry) {
    after += journal::EntryText(entry, journal::EntryLayout::kOneLine);
    return OkStatus();
  }).ok());
  EXPECT_EQ(after, before);
  EXPECT_EQ(Report("/g").job.id, *id);
  EXPECT_EQ(StateText(Report("/e")), "SUCCEEDED");
  EXPECT_EQ(Report("/d").job.bandwidth, 700);
  ASSERT_TRUE(RunToEnd("/g"));  // it fails: the path is not there
}

TEST_F(LoadJobsTest, OneHundredRunAtOnceAndThoseThatAreOverAreForgotten) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(Submit({"/p" + std::to_string(i)}).ok()) << i;
  EXPECT_TRUE(Submit({"/one-more"}).status().Is(StatusCode::kResourceExhausted));
  ASSERT_TRUE(RunToEnd("/p0"));
  ASSERT_TRUE(Submit({"/one-more"}).ok());
  EXPECT_EQ(Report("/p0").job.state, LoadJobState::kFailed);
  master_->clock.Advance(std::chrono::hours(25));
  EXPECT_TRUE(jobs_->Report(*master_->Context(), "/p0").status().Is(StatusCode::kNotFound));
}

}  // namespace
}  // namespace alluxio::master
