#include "client/fs/path_options.h"

#include <gtest/gtest.h>

namespace alluxio::client {
namespace {

PathOptions Make(const conf::Configuration& conf, const stub::PathDefaults& defaults) {
  auto everywhere = ClientOptions::FromConf(conf);
  EXPECT_TRUE(everywhere.ok()) << everywhere.status();
  return PathOptions(conf, *everywhere, defaults);
}

TEST(PathOptionsTest, AWrongValueNamesThePathAndOnlyMattersThere) {
  PathOptions options = Make(conf::Configuration::ForTest(),
                             {{"/data", {{"alluxio.user.file.writetype.default", "SOMEHOW"}}}});
  auto below = options.Of("/data/x");
  ASSERT_FALSE(below.ok());
  EXPECT_EQ(below.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(below.status().message().find("path /data: "), std::string::npos) << below.status();
  EXPECT_TRUE(options.Of("/other").ok());
}

TEST(PathOptionsTest, TheLongestPrefixWinsPropertyByProperty) {
  PathOptions options =
      Make(conf::Configuration::ForTest(),
           {{"/", {{"alluxio.user.file.replication.max", "3"}}},
            {"/data", {{"alluxio.user.file.writetype.default", "THROUGH"},
                       {"alluxio.user.block.size.bytes.default", "1MB"}}},
            {"/data/hot", {{"alluxio.user.file.writetype.default", "MUST_CACHE"}}}});
  EXPECT_EQ((*options.Of("/database"))->write_type, WriteType::kAsyncThrough);
  EXPECT_EQ((*options.Of("/data"))->write_type, WriteType::kThrough);
  EXPECT_EQ((*options.Of("/data/cold/x"))->write_type, WriteType::kThrough);
  EXPECT_EQ((*options.Of("/data/hot/x"))->write_type, WriteType::kMustCache);
  EXPECT_EQ((*options.Of("/data/hot/x"))->block_size, 1 << 20);
  EXPECT_EQ((*options.Of("/data/hot/x"))->replication_max, 3);
  EXPECT_EQ((*options.Of("/"))->replication_max, 3);
  EXPECT_EQ(options.Everywhere().replication_max, -1);
  EXPECT_EQ(*options.Of("/data/hot/x"), *options.Of("/data/hot/y"));  // made once
}

TEST(PathOptionsTest, WithoutPathDefaultsEveryPathIsTheSame) {
  PathOptions options = Make(conf::Configuration::ForTest(), {});
  EXPECT_EQ((*options.Of("/a/b")).get(), &options.Everywhere());
}

}  // namespace
}  // namespace alluxio::client
