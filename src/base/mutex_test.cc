#include "base/mutex.h"

#include <gtest/gtest.h>

namespace alluxio {
namespace {

TEST(MutexTest, RanksMayFall) {
  Mutex path(LockRank::kPath);
  Mutex journal(LockRank::kJournal);
  MutexLock outer(path);
  MutexLock inner(journal);
}

TEST(MutexDeathTest, RanksMayNotRise) {
  Mutex path(LockRank::kPath);
  Mutex journal(LockRank::kJournal);
  EXPECT_DEATH(
      {
        mutex_internal::checks_ranks = true;
        MutexLock outer(journal);
        MutexLock inner(path);
      },
      "lock of rank 90 taken while rank 50 is held");
}

TEST(CondVarTest, WaitForReportsThatTimePassed) {
  Mutex mutex;
  CondVar condition;
  MutexLock lock(mutex);
  EXPECT_FALSE(condition.WaitFor(mutex, std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace alluxio
