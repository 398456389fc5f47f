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
