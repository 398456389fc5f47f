#include "model/path.h"

#include <gtest/gtest.h>

namespace alluxio {
namespace {

TEST(PathTest, CleansSlashesAndAuthorities) {
  EXPECT_EQ(CleanPath("/").value(), "/");
  EXPECT_EQ(CleanPath("//a///b/").value(), "/a/b");
  EXPECT_EQ(CleanPath("alluxio://host:19998/a").value(), "/a");
  EXPECT_EQ(CleanPath("alluxio://host:19998").value(), "/");
  EXPECT_EQ(CleanPath("/ü/ a%2F").value(), "/ü/ a%2F");
}

TEST(PathTest, RefusesWhatCouldEscapeOrConfuse) {
  for (std::string_view text : {"", "a", "a/b", "/a/../b", "/./a", "/..", "hdfs://x/a"}) {
    EXPECT_EQ(CleanPath(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(CleanPath(std::string_view("/a\0b", 4)).ok());
  EXPECT_FALSE(CleanPath("/" + std::string(kMaxNameBytes + 1, 'x')).ok());
  EXPECT_FALSE(CleanPath(std::string(kMaxPathBytes + 1, '/')).ok());
  std::string deep;
  for (size_t i = 0; i <= kMaxPathDepth; ++i) deep += "/d";
  EXPECT_FALSE(CleanPath(deep).ok());
}

TEST(PathTest, AnErrorNeverRepeatsAHugeOrBinaryPath) {
  std::string message = CleanPath(std::string(100000, 'x')).status().message();
  EXPECT_LT(message.size(), 400u);
}

TEST(PathTest, PartsOfAPath) {
  EXPECT_EQ(BaseName("/a/b"), "b");
  EXPECT_EQ(BaseName("/"), "");
  EXPECT_EQ(ParentPath("/a/b"), "/a");
  EXPECT_EQ(ParentPath("/a"), "/");
  EXPECT_EQ(ParentPath("/"), "/");
  EXPECT_EQ(JoinPath("/", "a"), "/a");
  EXPECT_EQ(JoinPath("/a", "b"), "/a/b");
  EXPECT_TRUE(PathComponents("/").empty());
  EXPECT_EQ(PathComponents("/a/b").size(), 2u);
}

TEST(PathTest, BelowIsByComponent) {
  EXPECT_TRUE(IsSameOrBelow("/a/b", "/a"));
  EXPECT_TRUE(IsSameOrBelow("/a", "/a"));
  EXPECT_TRUE(IsSameOrBelow("/a", "/"));
  EXPECT_FALSE(IsSameOrBelow("/ab", "/a"));
  EXPECT_FALSE(IsSameOrBelow("/a", "/a/b"));
}

}  // namespace
}  // namespace alluxio
