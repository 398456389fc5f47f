#include "master/sync/listing_ahead.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::master {
namespace {

using namespace std::chrono_literals;

// Counts listings, and holds up or fails the n-th.
class ListingAheadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 10; i < 35; ++i) store_->PutObject("d/" + std::to_string(i), "x");
    store_->SetHook([this](ObjectRequest request, const std::string&) {
      ObjectFate fate;
      if (request != ObjectRequest::kList) return fate;
      MutexLock lock(mutex_);
      ++begun_;
      changed_.NotifyAll();
      while (begun_ == hold_) changed_.Wait(mutex_);
      if (begun_ == fail_) fate.before = Unavailable("SlowDown");
      return fate;
    });
  }
  std::vector<std::string> Rest(ListingAhead& listing) {
    std::vector<std::string> keys;
    while (!listing.done()) {
      auto page = listing.Next();
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const auto& entry : page->entries) keys.push_back(entry.key);
    }
    return keys;
  }
  void Hold(int listing) {
    MutexLock lock(mutex_);
    hold_ = listing;
    changed_.NotifyAll();
  }
  void Fail(int listing) {
    MutexLock lock(mutex_);
    fail_ = listing;
  }
  int begun() {
    MutexLock lock(mutex_);
    return begun_;
  }
  bool AwaitBegun(int count) {
    MutexLock lock(mutex_);
    for (int tries = 0; begun_ < count && tries < 6000; ++tries) changed_.WaitFor(mutex_, 10ms);
    return begun_ >= count;
  }

  std::shared_ptr<MemoryObjectUfs> store_ = std::make_shared<MemoryObjectUfs>("mem://store");
  Mutex mutex_;
  CondVar changed_;
  int begun_ GUARDED_BY(mutex_) = 0;
  int hold_ GUARDED_BY(mutex_) = -1;
  int fail_ GUARDED_BY(mutex_) = -1;
};

TEST_F(ListingAheadTest, EveryPageOnceInOrder) {
  ListingAhead listing(store_, "d", {.limit = 10});
  std::vector<std::string> keys = Rest(listing);
  ASSERT_EQ(keys.size(), 25U);
  for (int i = 0; i < 25; ++i) EXPECT_EQ(keys[i], "d/" + std::to_string(10 + i));
}

TEST_F(ListingAheadTest, BeginsWhereItIsTold) {
  ListingAhead first(store_, "d", {.limit = 10});
  auto page = first.Next();
  ASSERT_TRUE(page.ok());
  ListingAhead second(store_, "d", {.page = page->next_page, .limit = 10});
  std::vector<std::string> keys = Rest(second);
  ASSERT_EQ(keys.size(), 15U);
  EXPECT_EQ(keys[0], "d/20");
}

TEST_F(ListingAheadTest, TheNextPageIsAskedForWhileTheLastIsWorkedOn) {
  ListingAhead listing(store_, "d", {.limit = 10});
  Hold(2);
  auto page = listing.Next();
  ASSERT_TRUE(page.ok());
  EXPECT_FALSE(listing.done());
  EXPECT_TRUE(AwaitBegun(2));  // nobody asked for it yet
  EXPECT_EQ(page->entries.size(), 10U);
  Hold(-1);
  EXPECT_EQ(Rest(listing).size(), 15U);
}

TEST_F(ListingAheadTest, AFailedPageMayBeAskedForAgain) {
  ListingAhead listing(store_, "d", {.limit = 10});
  Fail(2);
  ASSERT_TRUE(listing.Next().ok());
  EXPECT_TRUE(listing.Next().status().Is(StatusCode::kUnavailable));
  EXPECT_FALSE(listing.done());
  EXPECT_EQ(Rest(listing).size(), 15U);
}

TEST_F(ListingAheadTest, MayBeGivenUpWhileAPageIsOnItsWay) {
  {
    ListingAhead listing(store_, "d", {.limit = 10});
    ASSERT_TRUE(listing.Next().ok());
  }
  EXPECT_LE(begun(), 2);
}

}  // namespace
}  // namespace alluxio::master
