#include "master/ops/listing_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace alluxio::master {
namespace {

KeptSlicePtr SliceOf(size_t bytes, size_t entries = 10) {
  auto slice = std::make_shared<KeptSlice>();
  slice->written.assign(bytes, 'x');
  slice->entries = entries;
  return slice;
}

TEST(ListingCache, ASliceIsWorthKeepingWhenItIsAskedForTwiceOfAnUnchangedFolder) {
  ListingCache cache(1 << 20);
  const SliceKey key{7, true, "a"};
  const ChangeCounts::Stamp folder{1, 1};
  EXPECT_FALSE(cache.WorthKeeping(key, folder));
  EXPECT_FALSE(cache.WorthKeeping({7, true, "b"}, folder));
  EXPECT_TRUE(cache.WorthKeeping(key, folder));
  EXPECT_FALSE(cache.WorthKeeping(key, {1, 2})) << "it has changed";
  EXPECT_TRUE(cache.WorthKeeping(key, {1, 2}));
}

TEST(ListingCache, KeysAreFolderNameAndWhatIsShown) {
  ListingCache cache(1 << 20);
  const KeptSlicePtr slice = SliceOf(100);
  cache.Keep({7, true, "a"}, slice);
  EXPECT_EQ(cache.Find({7, true, "a"}), slice);
  EXPECT_EQ(cache.Find({8, true, "a"}), nullptr);
  EXPECT_EQ(cache.Find({7, false, "a"}), nullptr);
  EXPECT_EQ(cache.Find({7, true, ""}), nullptr);
  cache.Drop({7, true, "a"});
  EXPECT_EQ(cache.Find({7, true, "a"}), nullptr);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.entries(), 0u);
}

TEST(ListingCache, TheLeastRecentlyUsedLeaves) {
  ListingCache cache(4000);
  for (InodeId id = 1; id <= 3; ++id) cache.Keep({id, true, ""}, SliceOf(900));
  EXPECT_NE(cache.Find({1, true, ""}), nullptr);
  cache.Keep({4, true, ""}, SliceOf(900));
  EXPECT_NE(cache.Find({1, true, ""}), nullptr);
  EXPECT_EQ(cache.Find({2, true, ""}), nullptr);
  EXPECT_NE(cache.Find({4, true, ""}), nullptr);
  EXPECT_LE(cache.bytes(), cache.most_bytes());
  EXPECT_EQ(cache.entries(), 30u);
}

TEST(ListingCache, AnotherSliceTakesThePlaceOfTheOldOne) {
  ListingCache cache(1 << 20);
  cache.Keep({1, true, ""}, SliceOf(5000, 50));
  const size_t before = cache.bytes();
  const KeptSlicePtr other = SliceOf(1000, 5);
  cache.Keep({1, true, ""}, other);
  EXPECT_EQ(cache.Find({1, true, ""}), other);
  EXPECT_EQ(cache.bytes(), before - 4000);
  EXPECT_EQ(cache.entries(), 5u);
}

TEST(ListingCache, AFolderThatWouldDriveTheOthersOutHasNoRoom) {
  ListingCache cache(100'000);
  EXPECT_TRUE(cache.HasRoomFor(250, 100));
  EXPECT_FALSE(cache.HasRoomFor(251, 100));
  EXPECT_FALSE(cache.HasRoomFor(SIZE_MAX, 1));
  EXPECT_TRUE(cache.HasRoomFor(0, 100));
}

TEST(ListingCache, OfNoMemoryNothingIsKept) {
  ListingCache cache(0);
  const SliceKey key{7, true, ""};
  EXPECT_FALSE(cache.WorthKeeping(key, {}));
  EXPECT_FALSE(cache.WorthKeeping(key, {}));
  cache.Keep(key, SliceOf(1));
  EXPECT_EQ(cache.Find(key), nullptr);
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(ListingCache, ManyMayUseItAtOnce) {
  ListingCache cache(20'000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (InodeId i = 0; i < 2000; ++i) {
        const SliceKey key{(i * 7 + t) % 50, true, ""};
        if (KeptSlicePtr kept = cache.Find(key)) {
          ASSERT_EQ(kept->written.size(), 500u);
        } else {
          cache.WorthKeeping(key, {});
          cache.Keep(key, SliceOf(500));
        }
        if (i % 97 == 0) cache.Drop(key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.bytes(), cache.most_bytes());
}

}  // namespace
}  // namespace alluxio::master
