// journal-contract: tests/contract/journal_contract.h, and several masters on one folder, over the
// HDFS whose address is in the environment as tests/backends/ writes it (HDFS_URI, HDFS_CONF_DIR).
// Each test works in a folder of its own, which it deletes.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "env/rng.h"
#include "journal/ufs/format_journal.h"
#include "journal/ufs/journal_test_candidate.h"
#include "journal/ufs/ufs_journal.h"
#include "tests/contract/journal_contract.h"
#include "ufs/all/all_adapters.h"

namespace alluxio::journal {
namespace {

using ::testing::ElementsAre;

std::string Env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A formatted folder, deleted in the end.
class HdfsFolder {
 public:
  HdfsFolder() {
    CHECK(!Env("HDFS_URI").empty()) << "HDFS_URI is not set";
    uri_ = Env("HDFS_URI") + "/journal-" + Rng::Real().Uuid();
    Status formatted = FormatJournal(*Open(), Clock::Real());
    CHECK(formatted.ok()) << formatted.ToString();
  }
  ~HdfsFolder() {
    Result<std::shared_ptr<ufs::Ufs>> parent = Connect(Env("HDFS_URI"));
    EXPECT_TRUE((*parent)->DeleteDirectory(uri_.substr(uri_.rfind('/') + 1), true).ok());
  }
  // Each time a client of its own, as another process has.
  std::shared_ptr<ufs::Ufs> Open() {
    Result<std::shared_ptr<ufs::Ufs>> ufs = Connect(uri_);
    CHECK(ufs.ok()) << ufs.status().ToString();
    return *ufs;
  }

 private:
  static Result<std::shared_ptr<ufs::Ufs>> Connect(const std::string& uri) {
    ufs::UfsOpenOptions options;
    if (std::string folder = Env("HDFS_CONF_DIR"); !folder.empty()) {
      options.properties["alluxio.underfs.hdfs.configuration"] =
          folder + "/core-site.xml:" + folder + "/hdfs-site.xml";
    }
    return ufs::AllAdapters::Create()->Open(uri, options);
  }

  std::string uri_;
};

class HdfsWorld final : public JournalWorld {
 public:
  Journal& Reopen() override {
    journal_.reset();
    UfsJournalOptions options;
    options.log_size_bytes_max = 300;  // so that logs rotate
    journal_ = UfsJournal::Create(folder_.Open(), options);
    return *journal_;
  }

 private:
  HdfsFolder folder_;
  std::unique_ptr<UfsJournal> journal_;
};

std::unique_ptr<JournalWorld> MakeHdfs() { return std::make_unique<HdfsWorld>(); }
INSTANTIATE_TEST_SUITE_P(Hdfs, JournalContract, ::testing::Values(&MakeHdfs));

class JournalOnHdfs : public ::testing::Test {
 protected:
  std::unique_ptr<Candidate> Begin(UfsJournalOptions options = {}) {
    auto candidate =
        std::make_unique<Candidate>(folder_.Open(), Clock::Real(), std::move(options));
    candidate->poll_interval = Duration::zero();  // what suits the store
    Status followed = candidate->Follow();
    EXPECT_TRUE(followed.ok()) << followed;
    return candidate;
  }
  std::unique_ptr<Candidate> Primary(UfsJournalOptions options = {}) {
    std::unique_ptr<Candidate> candidate = Begin(std::move(options));
    Status taken = candidate->TakeOver();
    EXPECT_TRUE(taken.ok()) << taken;
    return candidate;
  }

  HdfsFolder folder_;
};

// The old primary keeps its handle and its lease, against the rules: HDFS alone keeps it off.
TEST_F(JournalOnHdfs, APrimaryWhoseLogWasTakenWritesNothingThatAnyoneReads) {
  auto old = Primary();
  for (int64_t id = 0; id < 20; ++id) ASSERT_TRUE(old->AddDurably(id).ok());
  auto next = Begin();
  ASSERT_TRUE(next->TakeOver().ok());
  std::vector<int64_t> history = old->Ids();
  history.push_back(kTakeover);
  EXPECT_EQ(next->Ids(), history);
  Position late = old->Add(1000);
  ASSERT_TRUE(next->AddDurably(20).ok());
  history.push_back(20);
  EXPECT_FALSE(old->journal->WaitDurable(late).ok());
  old->lease.End();
  auto third = Begin();
  EXPECT_TRUE(Eventually([&] { return third->Ids() == history; }));
  ASSERT_TRUE(next->journal->Close().ok());
  ASSERT_TRUE(third->TakeOver().ok());
  history.push_back(kTakeover);
  EXPECT_EQ(third->Ids(), history);
}

// Logs rotate meanwhile, and the standby begins in the midst of an open one.
TEST_F(JournalOnHdfs, AStandbyFollowsAPrimaryThatNeverStopsWriting) {
  auto primary = Primary({.log_size_bytes_max = 20'000});
  std::atomic<bool> done = false;
  std::thread edits([&] {
    for (int64_t id = 0; !done; ++id) {
      if (!primary->AddDurably(id).ok()) break;
    }
  });
  std::this_thread::sleep_for(1s);
  auto standby = Begin();
  int64_t most_ms = 0;
  for (int i = 0; i < 60; ++i) {
    int64_t number = primary->journal->NextSequenceNumber(Component::kBlock);
    auto asked = std::chrono::steady_clock::now();
    EXPECT_TRUE(Eventually([&] {
      return standby->journal->NextSequenceNumber(Component::kBlock) >= number;
    }));
    std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - asked;
    most_ms = std::max(most_ms, static_cast<int64_t>(took.count()));
    std::this_thread::sleep_for(50ms);
  }
  done = true;
  edits.join();
  EXPECT_LT(most_ms, 10'000) << "a standby that sees completed logs only would wait longer";
  std::printf("behind_ms_at_most=%ld entries=%zu\n", most_ms, primary->Ids().size());
  EXPECT_TRUE(Eventually([&] { return standby->Ids() == primary->Ids(); }));
  ASSERT_TRUE(primary->journal->Close().ok());
  ASSERT_TRUE(standby->TakeOver().ok());
  EXPECT_EQ(standby->Ids().size(), primary->Ids().size() + 1);
}

TEST_F(JournalOnHdfs, ACheckpointOfAStandbyIsStartedFrom) {
  auto primary = Primary();
  for (int64_t id = 0; id < 10; ++id) ASSERT_TRUE(primary->AddDurably(id).ok());
  auto standby = Begin();
  EXPECT_TRUE(Eventually([&] { return standby->Ids() == primary->Ids(); }));
  ASSERT_TRUE(primary->AddDurably(10).ok());  // says that what was before it is durable
  ASSERT_TRUE(standby->Checkpoint().ok());
  ASSERT_TRUE(primary->journal->Close().ok());
  auto third = Begin();
  EXPECT_EQ(third->Ids(), primary->Ids());
  EXPECT_LE(third->journal->EntriesSinceCheckpoint(), 2);
}

}  // namespace
}  // namespace alluxio::journal
