#include "master/state/retry_cache.h"

#include <gtest/gtest.h>

#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

OperationId Id(int64_t n) {
  OperationId id;
  id.high = n * 31;
  id.low = n;
  return id;
}

TEST(RetryCacheTest, UnknownOperationIsNotFound) {
  RetryCache cache(10);
  EXPECT_EQ(cache.Find(Id(1)), std::nullopt);
}

TEST(RetryCacheTest, LeastRecentlyUsedOperationIsForgottenFirst) {
  RetryCache cache(2);
  cache.Remember(Id(1), {OutcomeKind::kDeleted, 11});
  cache.Remember(Id(2), {OutcomeKind::kDeleted, 12});
  EXPECT_TRUE(cache.Find(Id(1)));  // makes 2 the older one
  cache.Remember(Id(3), {OutcomeKind::kDeleted, 13});
  EXPECT_TRUE(cache.Find(Id(1)));
  EXPECT_FALSE(cache.Find(Id(2)));
  EXPECT_TRUE(cache.Find(Id(3)));
  EXPECT_EQ(cache.size(), 2u);
}

TEST(RetryCacheTest, LaterOutcomeOfTheSameOperationWins) {
  RetryCache cache(2);
  cache.Remember(Id(1), {OutcomeKind::kUpdated, 1});
  cache.Remember(Id(1), {OutcomeKind::kRenamed, 2});
  EXPECT_EQ(cache.Find(Id(1)), (Outcome{OutcomeKind::kRenamed, 2}));
  EXPECT_EQ(cache.size(), 1u);
}

TEST(RetryCacheTest, LimitOfZeroRemembersNothing) {
  RetryCache cache(0);
  cache.Remember(Id(1), {});
  EXPECT_EQ(cache.size(), 0u);
}

TEST(RetryCacheTest, EntriesSayWhatTheyStandFor) {
  RetryCache cache(10);
  journal::JournalEntry entry;
  entry.mutable_delete_file()->set_id(7);
  cache.RememberEntry(entry);
  EXPECT_EQ(cache.size(), 0u) << "no operation id";
  entry.mutable_operationid()->set_mostsignificantbits(Id(1).high);
  entry.mutable_operationid()->set_leastsignificantbits(Id(1).low);
  cache.RememberEntry(entry);
  EXPECT_EQ(cache.Find(Id(1)), (Outcome{OutcomeKind::kDeleted, 7}));
  cache.Clear();
  EXPECT_FALSE(cache.Find(Id(1)));
}

}  // namespace
}  // namespace alluxio::master
