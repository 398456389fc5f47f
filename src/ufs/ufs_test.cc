#include "ufs/ufs.h"

#include <gtest/gtest.h>

#include "tests/fixtures/memory_ufs.h"

namespace alluxio::ufs {
namespace {

TEST(UfsKeyTest, KeysThatCouldLeaveTheRootAreRefused) {
  for (const char* key :
       {"/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a/../../b"}) {
    EXPECT_EQ(CheckKey(key).code(), StatusCode::kInvalidArgument) << key;
  }
  EXPECT_EQ(CheckKey(std::string_view("a\0b", 3)).code(), StatusCode::kInvalidArgument);
}

TEST(UfsKeyTest, OrdinaryAndOddKeysAreAccepted) {
  for (const char* key : {"", "a", "a/b", "...", "..a", "a b", "%2e%2e", "#+?", "\xc3\xa9"}) {
    EXPECT_TRUE(CheckKey(key).ok()) << key;
  }
  EXPECT_EQ(JoinKey("", "a"), "a");
  EXPECT_EQ(JoinKey("a/b", "c"), "a/b/c");
}

TEST(ListOrderTest, FoldersOfObjectStoresCountWithASlash) {
  MemoryUfs objects("mem://x");
  EXPECT_EQ(ListOrder(objects, {.key = "a", .is_directory = true}), "a/");
  EXPECT_EQ(ListOrder(objects, {.key = "a"}), "a");
}

TEST(OpenKnownTest, IsOpenWhereTheAdapterHasNothingBetter) {
  MemoryUfs ufs("mem://x");
  ufs.Put("f", "bytes");
  EXPECT_EQ(ufs.OpenKnown("f", {.length = 5}).value()->status().length, 5);
  EXPECT_EQ(ufs.OpenKnown("none", {.length = 5}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs.OpenKnown("f", {.length = 4}).status().code(), StatusCode::kAborted);
}

TEST(FingerprintTest, FilesHaveAlluxiosTokens) {
  UfsStatus status{.key = "f", .length = 4, .owner = "root", .group = "wheel", .mode = Mode{420},
                   .content_hash = "(len:4, modtime:1534449777000)"};
  EXPECT_EQ(Fingerprint("local", status),
            "TYPE|FILE UFS|local OWNER|root GROUP|wheel MODE|420 "
            "CONTENT_HASH|(len:4,_modtime:1534449777000) ");
}

TEST(FingerprintTest, FoldersHaveNoContentAndEmptyValuesAreUnderscores) {
  UfsStatus status{.key = "d", .is_directory = true, .owner = "a|b c", .mode = Mode{0755}};
  EXPECT_EQ(Fingerprint("local", status), "TYPE|DIRECTORY UFS|local OWNER|a_b_c GROUP|_ MODE|493 ");
}

}  // namespace
}  // namespace alluxio::ufs
