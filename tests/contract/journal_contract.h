// The contract of journal/journal.h as tests. A journal's test includes this file and instantiates:
//
//   INSTANTIATE_TEST_SUITE_P(Ufs, JournalContract, ::testing::Values(&MakeUfsWorld));
//
// where MakeUfsWorld returns a JournalWorld over an empty, formatted journal nobody else uses.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "tests/fixtures/remembering_machine.h"

namespace alluxio::journal {

// Where a journal lives; survives the journal.
class JournalWorld {
 public:
  virtual ~JournalWorld() = default;
  // A journal over what earlier ones left, not recovered yet. The one before is gone.
  virtual Journal& Reopen() = 0;
};

class JournalContract : public ::testing::TestWithParam<std::unique_ptr<JournalWorld> (*)()> {
 protected:
  void SetUp() override {
    world_ = GetParam()();
    Restart();
  }

  // Closes, opens again, replays into empty machines.
  void Restart() {
    if (journal_ != nullptr) {
      ASSERT_TRUE(journal_->Close().ok());
    }
    journal_ = &world_->Reopen();
    for (RememberingMachine* machine : {&files_, &blocks_, &meta_}) machine->Reset();
    Result<ReplayReport> report = journal_->Recover({&files_, &blocks_, &meta_});
    ASSERT_TRUE(report.ok()) << report.status();
  }
  // As a live edit does: append, then apply.
  Position Edit(RememberingMachine& machine, int64_t id) {
    Position position = journal_->Append(machine.component(), NumberedEntry(id));
    EXPECT_TRUE(machine.Apply(NumberedEntry(id)).ok());
    return position;
  }

  std::unique_ptr<JournalWorld> world_;
  Journal* journal_ = nullptr;
  RememberingMachine files_{Component::kFileSystem};
  RememberingMachine blocks_{Component::kBlock};
  RememberingMachine meta_{Component::kMeta};
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JournalContract);

TEST_P(JournalContract, PositionsCountOverAllComponents) {
  Position first = Edit(files_, 1);
  EXPECT_EQ(Edit(blocks_, 2), first + 1);
  EXPECT_EQ(Edit(files_, 3), first + 2);
  EXPECT_EQ(journal_->appended(), first + 2);
}

TEST_P(JournalContract, WhatIsDurableIsReplayedInOrder) {
  for (int64_t i = 0; i < 100; ++i) Edit(i % 3 == 0 ? blocks_ : files_, i);
  ASSERT_TRUE(journal_->WaitDurable(Edit(meta_, 100)).ok());
  EXPECT_GE(journal_->durable(), journal_->appended());
  std::vector<int64_t> files = files_.ids;
  std::vector<int64_t> blocks = blocks_.ids;
  Restart();
  EXPECT_EQ(files_.ids, files);
  EXPECT_EQ(blocks_.ids, blocks);
  EXPECT_EQ(meta_.ids, std::vector<int64_t>{100});
}

TEST_P(JournalContract, EntriesAfterARestartFollowTheEarlierOnes) {
  for (int64_t life = 0; life < 5; ++life) {
    ASSERT_TRUE(journal_->WaitDurable(Edit(files_, life)).ok());
    Restart();
  }
  EXPECT_EQ(files_.ids, (std::vector<int64_t>{0, 1, 2, 3, 4}));
}

TEST_P(JournalContract, AReachedPositionAnswersAtOnceOnTheCallersThread) {
  Position position = Edit(files_, 1);
  ASSERT_TRUE(journal_->WaitDurable(position).ok());
  std::thread::id ran_on;
  journal_->WhenDurable(position, [&](Status status) {
    EXPECT_TRUE(status.ok());
    ran_on = std::this_thread::get_id();
  });
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST_P(JournalContract, WaitersRunInTheOrderOfTheirPositions) {
  std::vector<Position> order;  // filled by one thread: the flusher or this one
  Position last = 0;
  for (int64_t i = 0; i < 50; ++i) {
    last = Edit(files_, i);
    ASSERT_TRUE(journal_->WaitDurable(last).ok());
    journal_->WhenDurable(last, [&order, last](Status) { order.push_back(last); });
  }
  ASSERT_EQ(order.size(), 50u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_P(JournalContract, ManyThreadsWaitForTheirOwnEntries) {
  constexpr int kThreads = 8;
  constexpr int64_t kEach = 50;
  Mutex order(LockRank::kTree);  // as the tree lock orders a component's entries
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t i = 0; i < kEach; ++i) {
        Position position;
        {
          MutexLock lock(order);
          position = Edit(files_, t * kEach + i);
        }
        if (!journal_->WaitDurable(position).ok()) ++failures;
        if (journal_->durable() < position) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  std::vector<int64_t> before = files_.ids;
  Restart();
  EXPECT_EQ(files_.ids, before);
}

TEST_P(JournalContract, ACheckpointKeepsTheStateAndWhatComesAfterIt) {
  for (int64_t i = 0; i < 20; ++i) Edit(files_, i);
  Edit(blocks_, 1);
  int frozen = 0;
  ASSERT_TRUE(journal_->Checkpoint([&](const std::function<void()>& image) {
    ++frozen;
    image();
  }).ok());
  EXPECT_EQ(frozen, 1);
  ASSERT_TRUE(journal_->WaitDurable(Edit(files_, 20)).ok());
  std::vector<int64_t> before = files_.ids;
  Restart();
  EXPECT_EQ(files_.ids, before);
  EXPECT_EQ(blocks_.ids, std::vector<int64_t>{1});
}

TEST_P(JournalContract, ClosingKeepsWhatNobodyWaitedFor) {
  Edit(files_, 7);
  Restart();
  EXPECT_EQ(files_.ids, std::vector<int64_t>{7});
}

}  // namespace alluxio::journal
