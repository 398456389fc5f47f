#include "base/text_forms.h"

#include <gtest/gtest.h>

namespace alluxio {
namespace {

TEST(TextFormsTest, AUnitIsUsedUpToFiveOfTheNext) {
  EXPECT_EQ(SizeText(0), "0B");
  EXPECT_EQ(SizeText(5120), "5120B");
  EXPECT_EQ(SizeText(5121), "5.00KB");
  EXPECT_EQ(SizeText(int64_t{6} << 20), "6.00MB");
  EXPECT_EQ(SizeText(int64_t{64} << 20), "64.00MB");
}

TEST(TextFormsTest, DatesFollowAJavaPattern) {
  EXPECT_EQ(UtcDateText(0, "MM-dd-yyyy HH:mm:ss:SSS"), "01-01-1970 00:00:00:000");
  EXPECT_EQ(UtcDateText(1700000000123, "yyyy-MM-dd HH:mm:ss"), "2023-11-14 22:13:20");
  EXPECT_EQ(UtcDateText(1700000000123, "yy'T'S"), "23T123");
}

TEST(TextFormsTest, TimeThatHasPassed) {
  EXPECT_EQ(ClockText(0), "0 day(s), 0 hour(s), 0 minute(s), and 0 second(s)");
  EXPECT_EQ(ClockText(93784999), "1 day(s), 2 hour(s), 3 minute(s), and 4 second(s)");
}

}  // namespace
}  // namespace alluxio
