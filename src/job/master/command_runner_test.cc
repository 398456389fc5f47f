#include "job/master/command_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "tests/fixtures/fake_file_system.h"
#include "tests/fixtures/temp_folder.h"
#include "ufs/local/local_ufs.h"

namespace alluxio::job {
namespace {

class Files : public FakeFileSystem {
 public:
  Result<std::vector<WorkerInfo>> Workers() override {
    WorkerInfo worker;
    worker.address.host = "a";
    return std::vector<WorkerInfo>{worker};
  }
  Result<ListPage> Some(const std::string& path, const ListPageOptions& options) {
    ASSIGN_OR_RETURN(std::vector<FileInfo> all, ListStatus(path, options.list));
    ListPage page;
    for (FileInfo& entry : all) {
      if (options.start_after && entry.path <= *options.start_after) continue;
      if (page.entries.size() == static_cast<size_t>(options.batch_size)) {
        page.truncated = true;
        break;
      }
      page.entries.push_back(std::move(entry));
    }
    largest_page = std::max(largest_page.load(), page.entries.size());
    return page;
  }
  std::atomic<size_t> largest_page = 0;
};

class CommandRunnerTest : public testing::Test {
 protected:
  CommandRunnerTest() {
    fs_.AddFolder("/d");
    fs_.AddFolder("/d/sub");
    AddUfsFile("/d/a");
    AddUfsFile("/d/sub/b");
    fs_.AddFile("/d/empty", "");
    fs_.AddFile("/d/open", "x").completed = false;
    Begin();
  }
  ~CommandRunnerTest() override { End(); }

  void AddUfsFile(const std::string& path) {
    FileInfo& file = fs_.AddFile(path, "bytes");
    file.persistence = PersistenceState::kPersisted;
    file.blocks.resize(1);
    file.blocks[0].block.id = static_cast<BlockId>(path.size());
  }
  void Begin() {
    table_ = std::make_unique<JobTable>(JobTableOptions{}, Clock::Real());
    runner_ = std::make_unique<CommandRunner>(CommandRunnerOptions{}, *table_, store_, fs_,
        [this](const std::string& path, const ListPageOptions& options) {
          return fs_.Some(path, options);
        },
        Clock::Real());
    Status recovered = runner_->Recover();
    EXPECT_TRUE(recovered.ok()) << recovered;
    WorkerNetAddress address;
    address.host = "a";
    worker_ = table_->Register(address, "", "");
  }
  void End() {
    runner_->Stop();
    runner_.reset();
  }
  // Does whatever there is to do until the command is over.
  Progress Work(int64_t command, JobState outcome = JobState::kCompleted) {
    std::vector<TaskReport> reports;
    while (true) {
      Result<Progress> progress = table_->ProgressOf(command);
      EXPECT_TRUE(progress.ok()) << progress.status();
      if (!progress.ok()) return Progress();
      if (IsFinished(progress->state)) return *progress;
      HeartbeatAnswer answer = table_->Heartbeat({worker_, {}, reports, INT64_MAX});
      reports.clear();
      for (const TaskOrder& order : answer.run) reports.push_back({order.id, outcome, "why", ""});
    }
  }
  std::string Load(const std::string& path) {
    LoadCommand load;
    load.path = path;
    return WriteCommand(load);
  }

  Files fs_;
  TempFolder folder_;
  CommandStore store_{ufs::LocalUfs::Open(folder_.path(), {})};
  std::unique_ptr<JobTable> table_;
  std::unique_ptr<CommandRunner> runner_;
  int64_t worker_ = 0;
};

TEST_F(CommandRunnerTest, NonsenseAndMissingPathsAreRefused) {
  EXPECT_TRUE(runner_->Submit("nonsense", "ann").status().Is(StatusCode::kInvalidArgument));
  EXPECT_TRUE(runner_->Submit(Load("/nope"), "ann").status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(store_.Load()->empty());
}

TEST_F(CommandRunnerTest, ATreeIsLoaded) {
  Result<int64_t> id = runner_->Submit(Load("/d"), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  Progress progress = Work(*id);
  EXPECT_EQ(progress.state, JobState::kCompleted);
  EXPECT_EQ(progress.files, 4);
  EXPECT_EQ(progress.files_done, 2);
  EXPECT_EQ(progress.files_skipped, 2);  // the empty one, and the one that is still written
}

TEST_F(CommandRunnerTest, AnUnfinishedCommandGoesOnInTheNextJobMaster) {
  Result<int64_t> id = runner_->Submit(Load("/d"), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  End();
  Begin();
  EXPECT_EQ(Work(*id).files_done, 2);
  EXPECT_GT(table_->NewId(), *id);
  End();  // waits until how it ended is kept
  std::vector<KeptCommand> kept = *store_.Load();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].user, "ann");
  Begin();
  EXPECT_TRUE(table_->ProgressOf(*id).ok());
}

TEST_F(CommandRunnerTest, HowACommandFailedIsKept) {
  Result<int64_t> id = runner_->Submit(Load("/d/a"), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(Work(*id, JobState::kFailed).files_failed, 1);
  while (!store_.Load()->front().finished) {
  }
  End();
  Begin();
  Result<Progress> progress = table_->ProgressOf(*id);
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->state, JobState::kFailed);
  ASSERT_EQ(progress->failures.size(), 1u);
  EXPECT_EQ(progress->failures[0].reason, "why");
}

TEST_F(CommandRunnerTest, AFileIsPersistedAndAFolderIsNot) {
  PersistCommand persist{"/d/a", 1, false, "/ufs/a"};
  Result<int64_t> id = runner_->Submit(WriteCommand(persist), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(Work(*id).files_done, 1);
  EXPECT_EQ(*table_->KindOf(*id), CommandKind::kPersist);
  persist.path = "/d/open";
  id = runner_->Submit(WriteCommand(persist), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  Progress progress = Work(*id);
  EXPECT_EQ(progress.state, JobState::kFailed);
  ASSERT_EQ(progress.failures.size(), 1u);
  EXPECT_EQ(progress.failures[0].reason, "Cannot persist an incomplete Alluxio file: /d/open");
  persist.path = "/d/sub";
  EXPECT_TRUE(runner_->Submit(WriteCommand(persist), "ann").status().Is(
      StatusCode::kInvalidArgument));
}

TEST_F(CommandRunnerTest, ACopyMakesItsFolders) {
  CopyCommand copy{"/d", "/to", "MUST_CACHE", true, 2};
  Result<int64_t> id = runner_->Submit(WriteCommand(copy), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(Work(*id).files_done, 4);
  EXPECT_TRUE(fs_.entries.count("/to/sub") == 1);
}

TEST_F(CommandRunnerTest, AListingThatFailsIsSaid) {
  Result<int64_t> id = runner_->Submit(Load("/d"), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  Work(*id);
  fs_.fail["/d/sub"] = PermissionDenied("no listing for you");
  id = runner_->Submit(Load("/d"), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  Progress progress = Work(*id);
  EXPECT_EQ(progress.state, JobState::kFailed);
  ASSERT_EQ(progress.failures.size(), 1u);
  EXPECT_EQ(progress.failures[0].path, "/d/sub");
  EXPECT_EQ(progress.failures[0].reason, "no listing for you");
  EXPECT_EQ(progress.files_done, 1);  // the others are not held up by it
  fs_.fail["/d"] = PermissionDenied("not here either");
  id = runner_->Submit(Load("/d"), "ann");
  EXPECT_TRUE(id.status().Is(StatusCode::kPermissionDenied)) << id.status();
}

TEST_F(CommandRunnerTest, AFolderIsReadInPages) {
  for (int i = 0; i < 2500; ++i) AddUfsFile("/d/many" + std::to_string(i));
  Result<int64_t> id = runner_->Submit(Load("/d"), "ann");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(Work(*id).files_done, 2502);
  EXPECT_EQ(fs_.largest_page.load(), 1000u);
}

}  // namespace
}  // namespace alluxio::job
