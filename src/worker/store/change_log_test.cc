#include "worker/store/change_log.h"

#include <gtest/gtest.h>

namespace alluxio::worker {
namespace {

const StorageLocation kMem{"MEM", "MEM"};

TEST(ChangeLog, KeepsNothingBeforeAReport) {
  ChangeLog log;
  ReporterId a = log.Add();
  log.NoteAdded(1, kMem);
  StoreChanges changes = log.Take(a, 10);
  EXPECT_TRUE(changes.lost);
  EXPECT_TRUE(changes.empty());
}

TEST(ChangeLog, EachReporterHearsOfEveryChange) {
  ChangeLog log;
  ReporterId a = log.Add();
  ReporterId b = log.Add();
  log.Reported(a);
  log.Reported(b);
  log.NoteAdded(1, kMem);
  EXPECT_EQ(log.Take(a, 10).added.size(), 1u);
  log.NoteRemoved(1);
  EXPECT_EQ(log.Take(a, 10).removed.size(), 1u);
  StoreChanges late = log.Take(b, 10);
  EXPECT_TRUE(late.added.empty());
  EXPECT_EQ(late.removed.size(), 1u);
}

TEST(ChangeLog, ALongListIsDroppedForThatReporterOnly) {
  ChangeLog log;
  ReporterId away = log.Add();
  ReporterId here = log.Add();
  log.Reported(away);
  log.Reported(here);
  for (BlockId id = 0; id <= static_cast<BlockId>(ChangeLog::kMaxKept); ++id) {
    log.NoteAdded(id, kMem);
    if (id % 100'000 == 0) log.Take(here, 1'000'000);
  }
  EXPECT_TRUE(log.Take(away, 1).lost);
  EXPECT_FALSE(log.Take(here, 1).lost);
  log.Reported(away);
  EXPECT_FALSE(log.Take(away, 1).lost);
}

TEST(ChangeLog, WhatIsGivenBackLosesAgainstWhatIsNewer) {
  ChangeLog log;
  ReporterId a = log.Add();
  log.Reported(a);
  log.NoteAdded(1, kMem);
  StoreChanges taken = log.Take(a, 10);
  log.NoteRemoved(1);
  log.Return(a, std::move(taken));
  StoreChanges now = log.Take(a, 10);
  EXPECT_TRUE(now.added.empty());
  EXPECT_EQ(now.removed.size(), 1u);
}

}  // namespace
}  // namespace alluxio::worker
