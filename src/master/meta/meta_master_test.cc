#include "master/meta/meta_master.h"

#include <gtest/gtest.h>

#include "tests/fixtures/memory_journal.h"

namespace alluxio::master {
namespace {

class MetaMasterTest : public ::testing::Test {
 protected:
  MetaMasterTest() : meta_(ledger_) {
    ledger_.journal = &journal_;
    ledger_.meta = &meta_;
  }
  journal::MemoryJournal journal_;
  Ledger ledger_;
  MetaMaster meta_;
  OpContext context_{OpContextOptions{}};
};

TEST_F(MetaMasterTest, RefusesAPropertyWithoutAName) {
  EXPECT_EQ(meta_.SetPathProperties(context_, "/a", {{"", "1"}}).code(),
            StatusCode::kInvalidArgument);
}

TEST_F(MetaMasterTest, ClusterIdIsMadeOnceAndSurvivesReplay) {
  ASSERT_TRUE(meta_.EnsureClusterId(context_, Rng::Real()).ok());
  std::string id = meta_.cluster_id();
  EXPECT_EQ(id.size(), 36u);
  ASSERT_TRUE(meta_.EnsureClusterId(context_, Rng::Real()).ok());
  EXPECT_EQ(meta_.cluster_id(), id);
  MetaMaster other(ledger_);
  ASSERT_TRUE(journal_.Recover({&other}).ok());
  EXPECT_EQ(other.cluster_id(), id);
}

TEST_F(MetaMasterTest, PropertiesAddUpAndGoAway) {
  std::string empty_hash = meta_.GetPathProperties().hash;
  ASSERT_TRUE(meta_.SetPathProperties(context_, "/a", {{"x", "1"}}).ok());
  ASSERT_TRUE(meta_.SetPathProperties(context_, "/a", {{"y", "2"}}).ok());
  EXPECT_EQ(meta_.GetPathProperties().by_path["/a"], (Properties{{"x", "1"}, {"y", "2"}}));
  EXPECT_NE(meta_.GetPathProperties().hash, empty_hash);
  ASSERT_TRUE(meta_.RemovePathProperties(context_, "/a", {"x"}).ok());
  EXPECT_EQ(meta_.GetPathProperties().by_path["/a"], (Properties{{"y", "2"}}));
  MetaMaster other(ledger_);
  ASSERT_TRUE(journal_.Recover({&other}).ok());
  EXPECT_EQ(other.GetPathProperties().hash, meta_.GetPathProperties().hash);
  ASSERT_TRUE(meta_.RemovePathProperties(context_, "/a", {}).ok());
  EXPECT_EQ(meta_.GetPathProperties().hash, empty_hash);
}

}  // namespace
}  // namespace alluxio::master
