// One of several masters on a journal folder, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "election/lease.h"
#include "env/clock.h"
#include "journal/ufs/ufs_journal.h"
#include "proto/journal/journal.pb.h"
#include "tests/fixtures/remembering_machine.h"

namespace alluxio::journal {

inline constexpr int64_t kTakeover = 9'000'000;  // ids of takeover entries

inline bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 60'000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

// One master of several.
struct Candidate {
  Candidate(const std::shared_ptr<ufs::Ufs>& ufs, Clock& clock, UfsJournalOptions options = {})
      : lease(clock) {
    options.lease = &lease;
    options.retry_interval = 1ms;
    options.on_fatal = [this](const Status& status) { fatal.set_value(status); };
    journal = UfsJournal::Create(ufs, std::move(options));
  }
  Status Follow() {
    FollowOptions follow;
    follow.poll_interval = poll_interval;
    follow.exclusive = [this](Component, const std::function<void()>& apply) {
      MutexLock lock(mutex);
      apply();
    };
    follow.on_diverged = [this](const Status& status) { diverged.set_value(status); };
    return journal->Follow({&fs, &block, &meta}, follow).status();
  }
  Status TakeOver() {
    lease.Extend(std::chrono::hours(1'000'000));
    return journal->TakeOver([](Component) { return NumberedEntry(kTakeover); });
  }
  std::vector<int64_t> Ids() {
    MutexLock lock(mutex);
    return block.ids;
  }
  Status Checkpoint() {
    return journal->Checkpoint([this](const std::function<void()>& frozen) {
      MutexLock lock(mutex);
      frozen();
    });
  }
  Position Add(int64_t id) {
    Position position = journal->Append(Component::kBlock, NumberedEntry(id));
    MutexLock lock(mutex);
    EXPECT_TRUE(block.Apply(NumberedEntry(id)).ok());
    return position;
  }
  Status AddDurably(int64_t id) { return journal->WaitDurable(Add(id)); }

  Duration poll_interval = 1ms;
  election::Lease lease;
  Mutex mutex{LockRank::kTree};
  RememberingMachine fs{Component::kFileSystem};
  RememberingMachine block{Component::kBlock};
  RememberingMachine meta{Component::kMeta};
  std::promise<Status> fatal;
  std::promise<Status> diverged;
  std::unique_ptr<UfsJournal> journal;  // destroyed first
};

}  // namespace alluxio::journal
