#include "worker/store/mapped_blocks.h"

#include <gtest/gtest.h>

namespace alluxio::worker {
namespace {

MappedBlocks::Mapped Text(const char* text) { return {Bytes::FromString(text), nullptr}; }

TEST(MappedBlocksTest, WhatIsKeptIsFoundUntilItIsDropped) {
  MappedBlocks blocks;
  EXPECT_TRUE(blocks.Find("/a").bytes.empty());
  blocks.Keep("/a", Text("one"));
  EXPECT_EQ(blocks.Find("/a").bytes.view(), "one");
  blocks.Keep("/a", Text("two"));
  EXPECT_EQ(blocks.Find("/a").bytes.view(), "two");
  blocks.Drop("/a");
  blocks.Drop("/a");
  EXPECT_TRUE(blocks.Find("/a").bytes.empty());
}

TEST(MappedBlocksTest, TheOneUsedLongestAgoGoesWhenThereAreTooManyBytes) {
  MappedBlocks blocks(/*most_bytes=*/9, /*most=*/10);
  blocks.Keep("/a", Text("aaa"));
  blocks.Keep("/b", Text("bbb"));
  blocks.Keep("/c", Text("ccc"));
  EXPECT_FALSE(blocks.Find("/a").bytes.empty());
  blocks.Keep("/d", Text("d"));
  EXPECT_TRUE(blocks.Find("/b").bytes.empty());
  EXPECT_FALSE(blocks.Find("/a").bytes.empty());
  EXPECT_FALSE(blocks.Find("/c").bytes.empty());
  EXPECT_FALSE(blocks.Find("/d").bytes.empty());
}

TEST(MappedBlocksTest, TheirNumberIsBounded) {
  MappedBlocks blocks(/*most_bytes=*/1000, /*most=*/2);
  for (const char* path : {"/a", "/b", "/c"}) blocks.Keep(path, Text("x"));
  EXPECT_TRUE(blocks.Find("/a").bytes.empty());
  EXPECT_FALSE(blocks.Find("/b").bytes.empty());
}

TEST(MappedBlocksTest, ABlockLargerThanAllOfItIsNotKept) {
  MappedBlocks blocks(/*most_bytes=*/4, /*most=*/10);
  blocks.Keep("/a", Text("aaa"));
  blocks.Keep("/large", Text("large"));
  EXPECT_TRUE(blocks.Find("/large").bytes.empty());
  EXPECT_FALSE(blocks.Find("/a").bytes.empty());
}

TEST(MappedBlocksTest, WhatWasWrittenPushesNothingOut) {
  MappedBlocks blocks(/*most_bytes=*/6, /*most=*/2);
  blocks.Keep("/read", Text("rrr"));
  blocks.KeepWritten("/large", Text("wwww"));
  EXPECT_TRUE(blocks.Find("/large").bytes.empty());
  blocks.KeepWritten("/written", Text("www"));
  EXPECT_FALSE(blocks.Find("/written").bytes.empty());
  blocks.KeepWritten("/third", Text(""));
  blocks.Keep("/read", Text("rr"));
  blocks.Drop("/written");
  // It is the first to go when others are read.
  blocks.KeepWritten("/written", Text("w"));
  blocks.Keep("/other", Text("o"));
  EXPECT_TRUE(blocks.Find("/written").bytes.empty());
  EXPECT_FALSE(blocks.Find("/read").bytes.empty());
}

TEST(MappedBlocksTest, WhatIsWrittenAnewTakesThePlaceOfTheOld) {
  MappedBlocks blocks(/*most_bytes=*/6, /*most=*/10);
  blocks.Keep("/a", Text("old"));
  blocks.KeepWritten("/a", Text("newest"));
  EXPECT_EQ(blocks.Find("/a").bytes.view(), "newest");
  blocks.KeepWritten("/a", Text("too large"));
  EXPECT_TRUE(blocks.Find("/a").bytes.empty());
}

TEST(MappedBlocksTest, WhatIsTakenIsNotKept) {
  MappedBlocks blocks;
  blocks.Keep("/a", Text("one"));
  MappedBlocks::Mapped taken = blocks.Take("/a");
  EXPECT_EQ(taken.bytes.view(), "one");
  EXPECT_EQ(taken.bytes.owner().use_count(), 1);
  EXPECT_TRUE(blocks.Take("/a").bytes.empty());
}

TEST(MappedBlocksTest, ReadersKeepTheirBytes) {
  MappedBlocks blocks;
  blocks.Keep("/a", Text("one"));
  Bytes held = blocks.Find("/a").bytes;
  std::weak_ptr<const void> owner = held.owner();
  blocks.Drop("/a");
  EXPECT_EQ(held.view(), "one");
  held = Bytes();
  EXPECT_TRUE(owner.expired());
}

}  // namespace
}  // namespace alluxio::worker
