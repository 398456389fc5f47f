#include "cli/units.h"

#include <gtest/gtest.h>

namespace alluxio::cli {
namespace {

TEST(UnitsTest, SizesThatCannotBeReadAreNamed) {
  for (const char* text : {"", "x", "1XB", "--1", "1.2.3KB"}) {
    Result<int64_t> size = ParseSpaceSize(text);
    ASSERT_FALSE(size.ok()) << text;
    EXPECT_EQ(size.status().message(), std::string("Fail to parse ") + text + " to bytes");
  }
}

TEST(UnitsTest, TimesThatCannotBeReadAreNamed) {
  for (const char* text : {"", "s", "5x", "5 s"}) {
    EXPECT_FALSE(ParseTimeSize(text).ok()) << text;
  }
}

TEST(UnitsTest, SizesHaveBinaryUnits) {
  EXPECT_EQ(*ParseSpaceSize("1024"), 1024);
  EXPECT_EQ(*ParseSpaceSize("4KB"), 4096);
  EXPECT_EQ(*ParseSpaceSize("1.5g"), 1610612736);
  EXPECT_EQ(*ParseSpaceSize("2TiB"), int64_t{2} << 40);
}

TEST(UnitsTest, TimesHaveUnitsAndNegativesAreForever) {
  EXPECT_EQ(*ParseTimeSize("100"), 100);
  EXPECT_EQ(*ParseTimeSize("5s"), 5000);
  EXPECT_EQ(*ParseTimeSize("2min"), 120000);
  EXPECT_EQ(*ParseTimeSize("1day"), 86400000);
  EXPECT_EQ(*ParseTimeSize("-5s"), -1);
}

TEST(UnitsTest, OnlyTheWordTrueIsTrue) {
  EXPECT_TRUE(IsTrue("TRUE"));
  EXPECT_FALSE(IsTrue("yes"));
  EXPECT_FALSE(IsTrue(""));
}

TEST(UnitsTest, NumbersComplainLikeJava) {
  EXPECT_EQ(ParseNumber("x").status().message(), "For input string: \"x\"");
  EXPECT_EQ(*ParseNumber("-1"), -1);
}

}  // namespace
}  // namespace alluxio::cli
