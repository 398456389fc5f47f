// The journal on a store whose logs can be read to their end when they are closed only, and that
// takes them from a writer, as HDFS does.
#include <gmock/gmock.h>

#include "journal/ufs/journal_test_candidate.h"
#include "journal/ufs/journal_test_world.h"
#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/lease_ufs.h"

namespace alluxio::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JournalLeaseTest : public JournalTest {
 protected:
  std::unique_ptr<JournalLife> Life() {
    UfsJournalOptions options;
    options.retry_interval = 1ms;
    return std::make_unique<JournalLife>(lease_ufs_, options);
  }
  std::unique_ptr<Candidate> Begin() {
    auto candidate = std::make_unique<Candidate>(lease_ufs_, Clock::Real());
    Status followed = candidate->Follow();
    EXPECT_TRUE(followed.ok()) << followed;
    return candidate;
  }
  std::unique_ptr<Candidate> Primary() {
    std::unique_ptr<Candidate> candidate = Begin();
    Status taken = candidate->TakeOver();
    EXPECT_TRUE(taken.ok()) << taken;
    return candidate;
  }

  std::shared_ptr<ufs::LeaseUfs> lease_ufs_ = std::make_shared<ufs::LeaseUfs>(ufs_);
};

TEST_F(JournalLeaseTest, WhatAKilledMasterSyncedIsRead) {
  auto killed = Life();
  ASSERT_TRUE(killed->recovered.ok()) << killed->recovered.status();
  for (int64_t id = 0; id < 5; ++id) {
    ASSERT_TRUE(killed->journal->WaitDurable(killed->Add(Component::kBlock, id)).ok());
  }
  auto next = Life();
  ASSERT_TRUE(next->recovered.ok()) << next->recovered.status();
  EXPECT_THAT(next->block.ids, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(lease_ufs_->settled(), 1);
}

TEST_F(JournalLeaseTest, AMasterThatIsAloneSaysThatNobodyFollows) {
  auto alone = Life();
  ASSERT_TRUE(alone->journal->WaitDurable(alone->Add(Component::kBlock, 1)).ok());
  EXPECT_EQ(lease_ufs_->unread(), 1);
  ASSERT_TRUE(alone->journal->Close().ok());
  auto one_of_several = Primary();
  ASSERT_TRUE(one_of_several->AddDurably(2).ok());
  EXPECT_EQ(lease_ufs_->unread(), 1);
}

TEST_F(JournalLeaseTest, AfterAFailedSyncTheLogIsSettledAndTheEntriesAreWrittenAnew) {
  for (bool stored : {false, true}) {
    Format();
    auto life = Life();
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 1)).ok());
    lease_ufs_->FailSyncs(2, stored);
    lease_ufs_->FailSettling(2);
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 2)).ok());
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 3)).ok());
    auto next = Life();  // the one before is killed
    ASSERT_TRUE(next->recovered.ok()) << next->recovered.status();
    EXPECT_THAT(next->block.ids, ElementsAre(1, 2, 3));
    ASSERT_TRUE(next->journal->Close().ok());
  }
}

TEST_F(JournalLeaseTest, AMasterWhoseLogWasTakenAcknowledgesNothingMore) {
  auto old = Primary();
  ASSERT_TRUE(old->AddDurably(1).ok());
  auto next = Primary();
  EXPECT_THAT(next->Ids(), ElementsAre(kTakeover, 1, kTakeover));
  // It still has its lease, which is against the rules of election: the store alone keeps it off.
  Position late = old->Add(2);
  ASSERT_TRUE(next->AddDurably(3).ok());
  Status told = old->journal->WaitDurable(late);
  EXPECT_THAT(told.message(), HasSubstr("another master has written it"));
  old->lease.End();
  auto third = Begin();
  ASSERT_TRUE(third->TakeOver().ok());
  EXPECT_THAT(third->Ids(), ElementsAre(kTakeover, 1, kTakeover, 3, kTakeover));
}

TEST_F(JournalLeaseTest, ALogThatGotItsCompletedNameWhileItWasOpenIsReadToItsEnd) {
  auto killed = Life();
  for (int64_t id = 0; id < 5; ++id) {
    ASSERT_TRUE(killed->journal->WaitDurable(killed->Add(Component::kBlock, id)).ok());
  }
  ASSERT_TRUE(lease_ufs_
                  ->Rename("BlockMaster/v1/logs/0x0-0x7fffffffffffffff",
                           "BlockMaster/v1/logs/0x0-0x5")
                  .ok());
  auto next = Life();
  ASSERT_TRUE(next->recovered.ok()) << next->recovered.status();
  EXPECT_THAT(next->block.ids, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(lease_ufs_->settled(), 1);
}

// The call itself comes back much later, or never.
TEST_F(JournalLeaseTest, AfterTheTimeoutAStoreThatHangsIsNotWaitedFor) {
  std::promise<Status> fatal;
  UfsJournalOptions options{.flush_timeout = 50ms};
  options.on_fatal = [&](const Status& status) { fatal.set_value(status); };
  auto life = std::make_unique<JournalLife>(lease_ufs_, options);
  Position first = life->Add(Component::kBlock, 1);
  ASSERT_TRUE(life->journal->WaitDurable(first).ok());
  lease_ufs_->Hang(true);
  EXPECT_EQ(life->journal->WaitDurable(life->Add(Component::kBlock, 2)).code(),
            StatusCode::kUnavailable);
  EXPECT_THAT(fatal.get_future().get().message(), HasSubstr("has not come back"));
  EXPECT_TRUE(life->journal->WaitDurable(first).ok());
  EXPECT_EQ(life->journal->WaitDurable(life->Add(Component::kMeta, 3)).code(),
            StatusCode::kUnavailable);
  lease_ufs_->Hang(false);
  EXPECT_EQ(life->journal->Close().code(), StatusCode::kUnavailable);
  auto next = Life();
  ASSERT_TRUE(next->recovered.ok()) << next->recovered.status();
  EXPECT_EQ(next->block.ids.front(), 1);
  EXPECT_THAT(next->meta.ids, IsEmpty()) << "it came after the journal had failed";
}

// Whose the folder is has to be known first: then it is not the store that is waited for.
TEST_F(JournalLeaseTest, WhileTheLeaseIsUnknownTheTimeoutDoesNotRun) {
  UfsJournalOptions options{.flush_timeout = 20ms};
  FakeClock clock;
  auto primary = std::make_unique<Candidate>(lease_ufs_, clock, options);
  ASSERT_TRUE(primary->Follow().ok());
  ASSERT_TRUE(primary->TakeOver().ok());
  clock.Advance(std::chrono::hours(1'000'000));
  ASSERT_FALSE(primary->lease.Held());
  Position late = primary->Add(1);
  std::this_thread::sleep_for(200ms);
  primary->lease.Extend(clock.Monotonic() + std::chrono::hours(1));
  EXPECT_TRUE(primary->journal->WaitDurable(late).ok());
}

TEST_F(JournalLeaseTest, AFollowerKnowsThatItIsBehind) {
  auto primary = Primary();
  auto standby = Begin();
  ASSERT_TRUE(primary->AddDurably(1).ok());
  EXPECT_TRUE(Eventually([&] { return standby->journal->Lag().since_end > 200ms; }));
  EXPECT_THAT(standby->Ids(), ElementsAre(kTakeover));
  lease_ufs_->Show(true);
  EXPECT_TRUE(Eventually([&] { return standby->Ids() == primary->Ids(); }));
  EXPECT_TRUE(Eventually([&] { return standby->journal->Lag().since_end < 100ms; }));
  // Not for long: the log is hidden again, and nothing is taken back.
  lease_ufs_->Show(false);
  ASSERT_TRUE(primary->AddDurably(2).ok());
  ASSERT_TRUE(primary->journal->Close().ok());
  EXPECT_TRUE(Eventually([&] { return standby->Ids() == primary->Ids(); }));
}

TEST_F(JournalLeaseTest, ATakeoverThatCannotSettleTheLogFailsAndChangesNothing) {
  auto primary = Primary();
  ASSERT_TRUE(primary->AddDurably(1).ok());
  auto standby = Begin();
  std::vector<std::string> before = Keys("");
  lease_ufs_->FailSettling(1000);
  Status taken = standby->TakeOver();
  EXPECT_EQ(taken.code(), StatusCode::kUnavailable) << taken;
  EXPECT_EQ(Keys("BlockMaster"), [&] {
    std::vector<std::string> keys;
    for (const std::string& key : before) {
      if (key.starts_with("BlockMaster/")) keys.push_back(key);
    }
    return keys;
  }());
}

// As a name node that was started a moment ago.
TEST_F(JournalLeaseTest, AStoreThatCannotBeReadYetIsWaitedFor) {
  {
    auto killed = Life();
    for (int64_t id = 0; id < 3; ++id) {
      ASSERT_TRUE(killed->journal->WaitDurable(killed->Add(Component::kBlock, id)).ok());
      ASSERT_TRUE(killed->journal->WaitDurable(killed->Add(Component::kMeta, id)).ok());
    }
  }
  UfsJournalOptions options{.retry_interval = 1ms};
  lease_ufs_->FailOpens(1);
  EXPECT_EQ(JournalLife(lease_ufs_, options).recovered.status().code(), StatusCode::kUnavailable);
  options.start_patience = std::chrono::minutes(1);
  lease_ufs_->FailOpens(7);
  JournalLife life(lease_ufs_, options);
  ASSERT_TRUE(life.recovered.ok()) << life.recovered.status();
  EXPECT_THAT(life.block.ids, ElementsAre(0, 1, 2));
  EXPECT_THAT(life.meta.ids, ElementsAre(0, 1, 2));
  EXPECT_EQ(life.recovered->entries, 6U);
}

TEST_F(JournalLeaseTest, WhoWaitsForTheStoreCanBeStopped) {
  UfsJournalOptions options{.retry_interval = 1ms};
  options.start_patience = std::chrono::hours(1);
  int asked = 0;
  options.stopping = [&asked] { return ++asked == 3; };
  auto first = Life();
  ASSERT_TRUE(first->journal->WaitDurable(first->Add(Component::kBlock, 1)).ok());
  ASSERT_TRUE(first->journal->Close().ok());
  lease_ufs_->FailOpens(1'000'000);
  JournalLife life(lease_ufs_, options);
  EXPECT_EQ(life.recovered.status().code(), StatusCode::kAborted) << life.recovered.status();
  EXPECT_EQ(asked, 3);
}

TEST_F(JournalLeaseTest, ALogThatIsOpenForTooLongIsCompleted) {
  FakeClock clock;
  UfsJournalOptions options{.clock = &clock};
  options.tend_interval = 1ms;
  lease_ufs_->LimitOpen(std::chrono::minutes(1));
  JournalLife life(lease_ufs_, options);
  ASSERT_TRUE(life.journal->WaitDurable(life.Add(Component::kBlock, 1)).ok());
  auto completed = [&] { return Keys("BlockMaster/v1/logs"); };
  std::this_thread::sleep_for(50ms);
  EXPECT_THAT(completed(), ElementsAre(HasSubstr("0x7fffffffffffffff")));
  // Nothing is written meanwhile.
  EXPECT_TRUE(Eventually([&] {
    clock.Advance(20s);
    return completed() == std::vector<std::string>{"BlockMaster/v1/logs/0x0-0x1"};
  }));
  lease_ufs_->LimitOpen(Duration::zero());
  ASSERT_TRUE(life.journal->WaitDurable(life.Add(Component::kBlock, 2)).ok());
  clock.Advance(std::chrono::hours(10));
  std::this_thread::sleep_for(50ms);
  EXPECT_THAT(completed(), ElementsAre(HasSubstr("0x0-0x1"), HasSubstr("0x1-0x7fffffffffffffff")));
}

}  // namespace
}  // namespace alluxio::journal
