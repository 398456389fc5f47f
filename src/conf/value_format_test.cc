#include "conf/value_format.h"

#include <gtest/gtest.h>

#include <limits>

namespace alluxio::conf {
namespace {

TEST(ValueFormatTest, BytesRefuseWhatIsNoSize) {
  for (const char* text :
       {"", " ", "MB", "12XB", "1..5GB", "0x10", "1 2", "nan", "infGB", "1e999"}) {
    EXPECT_FALSE(ParseBytes(text).ok()) << text;
  }
  EXPECT_NE(ParseBytes("big").status().message().find("64MB"), std::string::npos);
}

TEST(ValueFormatTest, BytesArePowersOf1024) {
  EXPECT_EQ(*ParseBytes("1024"), 1024);
  EXPECT_EQ(*ParseBytes("1k"), 1024);
  EXPECT_EQ(*ParseBytes("64MB"), 64 << 20);
  EXPECT_EQ(*ParseBytes(" 1.5 gb "), 3LL << 29);
  EXPECT_EQ(*ParseBytes("2TB"), 2LL << 40);
  EXPECT_EQ(*ParseBytes("1PB"), 1LL << 50);
  EXPECT_EQ(*ParseBytes("-1"), -1);
  EXPECT_EQ(*ParseBytes("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(*ParseBytes("999999PB"), std::numeric_limits<int64_t>::max());
}

TEST(ValueFormatTest, DurationsRefuseWhatIsNoTime) {
  for (const char* text : {"", "s", "10x", "10 secs ago", "1:30"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(ValueFormatTest, DurationsKnowTheirUnits) {
  EXPECT_EQ(*ParseDuration("100"), 100ms);
  EXPECT_EQ(*ParseDuration("100ms"), 100ms);
  EXPECT_EQ(*ParseDuration("10s"), 10s);
  EXPECT_EQ(*ParseDuration("10sec"), 10s);
  EXPECT_EQ(*ParseDuration("5min"), 300s);
  EXPECT_EQ(*ParseDuration("5m"), 300s);
  EXPECT_EQ(*ParseDuration("1.5h"), 5400s);
  EXPECT_EQ(*ParseDuration("2day"), 172800s);
  EXPECT_EQ(ToMillis(*ParseDuration("-1")), -1);
  EXPECT_GT(*ParseDuration("9223372036854775807"), Duration::zero());
}

TEST(ValueFormatTest, NumbersAndBooleansAreStrict) {
  EXPECT_EQ(*ParseInt(" 19998 "), 19998);
  EXPECT_FALSE(ParseInt("19998x").ok());
  EXPECT_FALSE(ParseInt("3000000000").ok());
  EXPECT_EQ(*ParseLong("3000000000"), 3000000000LL);
  EXPECT_DOUBLE_EQ(*ParseDouble("0.95"), 0.95);
  EXPECT_FALSE(ParseDouble("many").ok());
  EXPECT_TRUE(*ParseBool("TRUE"));
  EXPECT_FALSE(*ParseBool("false"));
  EXPECT_FALSE(ParseBool("yes").ok());
}

TEST(ValueFormatTest, ListsDropBlanks) {
  EXPECT_EQ(SplitList(" a, b,,c ,", ','), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(SplitList("", ',').empty());
}

}  // namespace
}  // namespace alluxio::conf
