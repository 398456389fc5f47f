#include "base/check.h"

#include <gtest/gtest.h>

namespace {

TEST(CheckDeathTest, SaysWhatFailedAndWhere) {
  int offset = 9;
  EXPECT_DEATH(CHECK(offset < 5) << "offset=" << offset, "check_test.*offset < 5 offset=9");
}

TEST(CheckTest, ATrueConditionCostsNothing) {
  int evaluated = 0;
  auto text = [&] {
    ++evaluated;
    return "text";
  };
  CHECK(true) << text();
  EXPECT_EQ(evaluated, 0);
}

}  // namespace
