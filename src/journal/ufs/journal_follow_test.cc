// Several masters on one folder: following, taking over, and what a lease that is over holds back.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/mutex.h"
#include "journal/frame.h"
#include "journal/ufs/journal_names.h"
#include "journal/ufs/journal_test_candidate.h"
#include "journal/ufs/journal_test_world.h"
#include "tests/fixtures/fake_clock.h"

namespace alluxio::journal {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kLogs[] = "BlockMaster/v1/logs";
class JournalFollowTest : public JournalTest {
 protected:
  std::unique_ptr<Candidate> Begin(UfsJournalOptions options = {}) {
    auto candidate = std::make_unique<Candidate>(ufs_, clock_, std::move(options));
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
  std::string Frame(int64_t number, int64_t id) {
    std::string frame;
    AppendFrame({.sequence_number = number, .starts_flush = true},
                NumberedEntry(id).SerializeAsString(), &frame);
    return frame;
  }

  FakeClock clock_;
};

TEST_F(JournalFollowTest, FollowingChangesNothingInTheFolder) {
  ASSERT_TRUE(Primary()->AddDurably(1).ok());
  WriteFile("BlockMaster/v1/.tmp/of-another", "half");
  std::vector<std::string> before = Keys("");
  uint64_t changes = disk_.changes();
  auto standby = Begin();
  ASSERT_TRUE(standby->journal->Close().ok());
  EXPECT_EQ(Keys(""), before);
  EXPECT_EQ(disk_.changes(), changes);
}

TEST_F(JournalFollowTest, AFollowerAppliesWhatIsWrittenWhileTheLogIsOpen) {
  auto primary = Primary({.log_size_bytes_max = 400});
  auto standby = Begin();
  for (int64_t id = 0; id < 100; ++id) ASSERT_TRUE(primary->AddDurably(id).ok());
  EXPECT_TRUE(Eventually([&] { return standby->Ids() == primary->Ids(); }));
  EXPECT_EQ(standby->journal->Lag().next[IndexOf(Component::kBlock)], 101);
  EXPECT_EQ(standby->journal->Lag().unread_entries, 0);
  EXPECT_EQ(standby->journal->NextSequenceNumber(Component::kBlock), 101);
}

TEST_F(JournalFollowTest, AnEndThatIsNotWholeIsReadAgain) {
  auto standby = Begin();
  std::string open = std::string(kLogs) + "/0x0-0x7fffffffffffffff";
  std::string frame = Frame(0, 5);
  for (size_t size = 0; size < frame.size(); ++size) {
    for (const char* junk : {"", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"}) {
      WriteFile(open, frame.substr(0, size) + std::string(junk, *junk == 0 ? 0 : 20));
    }
  }
  std::string damaged = frame;
  damaged[5] = static_cast<char>(damaged[5] ^ 1);
  WriteFile(open, damaged);
  WriteFile(open, std::string(100, '\0'));
  WriteFile(open, frame + std::string(100, '\0'));
  EXPECT_TRUE(Eventually([&] { return standby->Ids() == std::vector<int64_t>{5}; }));
}

TEST_F(JournalFollowTest, TakingOverCompletesTheOpenLogAndBeginsWithAnEntryOfItsOwn) {
  auto old = Primary();
  ASSERT_TRUE(old->AddDurably(1).ok());
  auto standby = Begin();
  old->lease.End();
  ASSERT_TRUE(standby->TakeOver().ok());
  EXPECT_THAT(standby->Ids(), ElementsAre(kTakeover, 1, kTakeover));
  EXPECT_THAT(Keys(kLogs), ElementsAre("BlockMaster/v1/logs/0x0-0x1", "BlockMaster/v1/logs/0x1-0x2",
                                       "BlockMaster/v1/logs/0x2-0x3"));
  ASSERT_TRUE(standby->AddDurably(2).ok());
  EXPECT_THAT(Keys(kLogs), Contains("BlockMaster/v1/logs/0x3-0x7fffffffffffffff"));
  ASSERT_TRUE(standby->journal->Close().ok());
  EXPECT_THAT(Start()->block.ids, ElementsAre(kTakeover, 1, kTakeover, 2));
}

TEST_F(JournalFollowTest, AMasterThatReadsWrongBytesDoesNotMakeThemTheOnlyCopy) {
  auto old = Primary();
  ASSERT_TRUE(old->AddDurably(1).ok());
  ASSERT_TRUE(old->AddDurably(2).ok());
  auto standby = Begin();
  ASSERT_TRUE(Eventually([&] { return standby->Ids() == old->Ids(); }));
  old->lease.End();
  std::string open = std::string(kLogs) + "/0x1-0x7fffffffffffffff";
  const std::string good = ReadFile(open);
  for (size_t at : {0, 5, 12}) {
    std::string damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    WriteFile(open, damaged);
    auto ill = Begin();
    EXPECT_FALSE(ill->TakeOver().ok()) << at;
    Status taken = standby->TakeOver();
    EXPECT_TRUE(taken.Is(StatusCode::kAborted)) << taken;
    EXPECT_THAT(taken.message(), HasSubstr("is not what was read before")) << at;
    EXPECT_TRUE(ReadFile(open) == damaged) << at;
  }
  WriteFile(open, good);
  auto next = Begin();
  ASSERT_TRUE(next->TakeOver().ok());
  EXPECT_THAT(next->Ids(), ElementsAre(kTakeover, 1, 2, kTakeover));
}

TEST_F(JournalFollowTest, ATakenNameIsReadAndTheNextOneTaken) {
  auto standby = Begin();
  // Another one was faster by one step, after the tail was read.
  int asked = 0;
  standby->lease.Extend(std::chrono::hours(1'000'000));
  ASSERT_TRUE(standby->journal->TakeOver([&](Component component) {
    if (component == Component::kBlock && ++asked == 1) {
      WriteFile(std::string(kLogs) + "/0x0-0x1", Frame(0, 77));
    }
    return NumberedEntry(kTakeover);
  }).ok());
  EXPECT_EQ(asked, 2);
  EXPECT_THAT(standby->Ids(), ElementsAre(77, kTakeover));
}

TEST_F(JournalFollowTest, APrimaryThatLostItsPlaceChangesNothingAndTellsItsWaiters) {
  auto old = Primary();
  ASSERT_TRUE(old->AddDurably(1).ok());
  auto standby = Begin();
  old->lease.End();
  ASSERT_TRUE(standby->TakeOver().ok());
  std::vector<std::string> before = Keys("");
  uint64_t changes = disk_.changes();
  EXPECT_EQ(old->AddDurably(2).code(), StatusCode::kUnavailable);
  EXPECT_THAT(old->fatal.get_future().get().message(), HasSubstr("not the primary"));
  EXPECT_FALSE(old->Checkpoint().ok());
  EXPECT_EQ(old->journal->Close().code(), StatusCode::kUnavailable);
  EXPECT_EQ(Keys(""), before);
  EXPECT_EQ(disk_.changes(), changes);
}

TEST_F(JournalFollowTest, WhileTheLeaseIsOverWaitersAreHeldAndNothingIsWritten) {
  auto primary = Begin();
  primary->lease.Extend(clock_.Monotonic() + 1s);
  ASSERT_TRUE(primary->journal->TakeOver([](Component) { return NumberedEntry(kTakeover); }).ok());
  clock_.Advance(2s);
  uint64_t changes = disk_.changes();
  std::promise<Status> told;
  primary->journal->WhenDurable(primary->Add(1), [&](Status status) { told.set_value(status); });
  std::future<Status> answer = told.get_future();
  EXPECT_EQ(answer.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(disk_.changes(), changes);
  primary->lease.Extend(clock_.Monotonic() + 1s);
  EXPECT_TRUE(answer.get().ok());
}

TEST_F(JournalFollowTest, ALeaseThatEndsAfterTheSyncLetsNobodyGo) {
  auto primary = Primary();
  ASSERT_TRUE(primary->AddDurably(1).ok());
  disk_.OnSync([&] { primary->lease.End(); });
  EXPECT_EQ(primary->AddDurably(2).code(), StatusCode::kUnavailable);
  disk_.OnSync(nullptr);
  auto standby = Begin();
  ASSERT_TRUE(standby->TakeOver().ok());
  EXPECT_THAT(standby->Ids(), ElementsAre(kTakeover, 1, 2, kTakeover)) << "it may be there";
}

TEST_F(JournalFollowTest, WhatWasAppliedAndTakenBackIsDivergence) {
  auto standby = Begin();
  std::string open = std::string(kLogs) + "/0x0-0x7fffffffffffffff";
  WriteFile(open, Frame(0, 1) + Frame(1, 2) + Frame(2, 3));
  ASSERT_TRUE(Eventually([&] { return standby->Ids().size() == 3; }));
  // The successor saw less.
  WriteFile(std::string(kLogs) + "/0x0-0x2", Frame(0, 1) + Frame(1, 2));
  ASSERT_TRUE(ufs_->DeleteFile(open).ok());
  Status why = standby->diverged.get_future().get();
  EXPECT_EQ(why.code(), StatusCode::kAborted);
  EXPECT_THAT(why.message(), HasSubstr("entries 2 to 2 of it were applied"));
  WriteFile(std::string(kLogs) + "/0x2-0x3", Frame(2, 4));
  EXPECT_FALSE(standby->TakeOver().ok());
  EXPECT_THAT(standby->Ids(), ElementsAre(1, 2, 3)) << "nothing more is applied";
}

TEST_F(JournalFollowTest, ALogThatVanishedIsDivergenceOnlyIfSomethingOfItWasApplied) {
  auto standby = Begin();
  std::string late = std::string(kLogs) + "/0x0-0x7fffffffffffffff";
  WriteFile(late, "");
  WriteFile("MetaMaster/v1/logs/0x0-0x1", Frame(0, 1));
  ASSERT_TRUE(Eventually([&] {
    return standby->journal->NextSequenceNumber(Component::kMeta) == 1;
  }));
  ASSERT_TRUE(ufs_->DeleteFile(late).ok());
  WriteFile(late, Frame(0, 1));
  ASSERT_TRUE(Eventually([&] { return standby->Ids().size() == 1; }));
  ASSERT_TRUE(ufs_->DeleteFile(late).ok());
  EXPECT_THAT(standby->diverged.get_future().get().message(), HasSubstr("it is gone"));
}

TEST_F(JournalFollowTest, AGapThatACheckpointCoversIsDivergence) {
  auto primary = Primary();
  for (int64_t id = 0; id < 5; ++id) ASSERT_TRUE(primary->AddDurably(id).ok());
  auto standby = Begin();
  ASSERT_EQ(standby->journal->Lag().next[IndexOf(Component::kBlock)], 6);
  ASSERT_TRUE(primary->journal->Close().ok());
  // In this order, as the standby reads meanwhile.
  WriteFile("BlockMaster/v1/checkpoints/0x0-0x14", "x");
  WriteFile(std::string(kLogs) + "/0x14-0x15", Frame(20, 1));
  Status why = standby->diverged.get_future().get();
  EXPECT_EQ(why.code(), StatusCode::kAborted);
  EXPECT_THAT(why.message(), HasSubstr("start again from BlockMaster/v1/checkpoints/0x0-0x14"));
}

TEST_F(JournalFollowTest, LogsThatStartBelowTheEndAreLeftovers) {
  auto primary = Primary();
  ASSERT_TRUE(primary->AddDurably(1).ok());
  ASSERT_TRUE(primary->journal->Close().ok());
  // What one who lost his place opened too late; what is in it was never part of the journal.
  std::string late = std::string(kLogs) + "/0x1-0x7fffffffffffffff";
  WriteFile(late, Frame(1, 55) + Frame(2, 66));
  auto next = Begin();
  EXPECT_THAT(next->Ids(), ElementsAre(kTakeover, 1));
  ASSERT_TRUE(next->TakeOver().ok());
  EXPECT_THAT(next->Ids(), ElementsAre(kTakeover, 1, kTakeover));
  EXPECT_THAT(Keys(kLogs), Not(Contains(late)));
  WriteFile(late, "");
  ASSERT_TRUE(next->AddDurably(2).ok());
  ASSERT_TRUE(next->journal->Close().ok());
  EXPECT_THAT(Keys(kLogs), Not(Contains(late))) << "a Java master expects one open log at most";
}

TEST_F(JournalFollowTest, AStandbyCommitsACheckpointOnlyOfWhatIsKnownToBeDurable) {
  auto primary = Primary();
  auto standby = Begin({.checkpoint_patience = 50ms});
  for (int64_t id = 0; id < 10; ++id) ASSERT_TRUE(primary->AddDurably(id).ok());
  ASSERT_TRUE(Eventually([&] { return standby->Ids().size() == 11; }));
  std::atomic<bool> told = false;
  std::thread time([&] {  // the fake clock is what the patience is measured with
    while (!told) {
      std::this_thread::sleep_for(30ms);
      clock_.Advance(1s);
    }
  });
  Status unproven = standby->Checkpoint();
  told = true;
  time.join();
  EXPECT_EQ(unproven.code(), StatusCode::kAborted);
  EXPECT_THAT(unproven.message(), HasSubstr("not known to be durable"));
  EXPECT_THAT(Keys("BlockMaster/v1/checkpoints"), IsEmpty());
  EXPECT_THAT(Keys("BlockMaster/v1/.tmp"), IsEmpty());
  std::future<Status> written =
      std::async(std::launch::async, [&] { return standby->Checkpoint(); });
  // The next flush says that the one before it is durable.
  for (int64_t id = 10; written.wait_for(5ms) != std::future_status::ready; ++id) {
    ASSERT_TRUE(primary->AddDurably(id).ok());
  }
  Status status = written.get();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(Keys("BlockMaster/v1/checkpoints"), Not(IsEmpty()));
  std::vector<int64_t> expected = primary->Ids();
  ASSERT_TRUE(primary->journal->Close().ok());
  standby.reset();
  EXPECT_EQ(Start()->block.ids, expected);
}

TEST_F(JournalFollowTest, CheckpointsOfAStandbyDropWhatTheyCoverWhileThePrimaryWrites) {
  auto primary = Primary({.log_size_bytes_max = 300});
  auto standby = Begin();
  auto other = Begin();
  int64_t id = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(primary->AddDurably(id++).ok());
    ASSERT_TRUE(Eventually([&] { return standby->Ids() == primary->Ids(); }));
    std::future<Status> written =
        std::async(std::launch::async, [&] { return standby->Checkpoint(); });
    while (written.wait_for(1ms) != std::future_status::ready) {
      ASSERT_TRUE(primary->AddDurably(id++).ok());
    }
    ASSERT_TRUE(written.get().ok());
  }
  EXPECT_EQ(Keys("BlockMaster/v1/checkpoints").size(), 2u);
  EXPECT_TRUE(Eventually([&] { return other->Ids() == primary->Ids(); }));
  EXPECT_LT(other->journal->EntriesSinceCheckpoint(), id) << "it has seen that there is one";
}

}  // namespace
}  // namespace alluxio::journal
