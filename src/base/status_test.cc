#include "base/status.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "base/result.h"

namespace alluxio {
namespace {

TEST(StatusTest, OkHasNoMessageAndIsOk) {
  EXPECT_TRUE(OkStatus().ok());
  EXPECT_EQ(OkStatus().ToString(), "OK");
  EXPECT_EQ(OkStatus().WithContext("open /a").ToString(), "OK");
}

TEST(StatusTest, NamesAndNumbersAreGrpcs) {
  EXPECT_EQ(static_cast<int>(NotFound("x").code()), 5);
  EXPECT_EQ(static_cast<int>(Unauthenticated("x").code()), 16);
  EXPECT_EQ(StatusCodeName(StatusCode::kResourceExhausted), "RESOURCE_EXHAUSTED");
}

TEST(StatusTest, ContextGoesInFront) {
  EXPECT_EQ(NotFound("no such file").WithContext("open /a").ToString(),
            "NOT_FOUND: open /a: no such file");
}

TEST(StatusTest, ErrnoBecomesTheCodeACallerCanActOn) {
  EXPECT_EQ(FromErrno(ENOSPC, "write").code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(FromErrno(ENOENT, "open").code(), StatusCode::kNotFound);
  EXPECT_EQ(FromErrno(EIO, "fsync").code(), StatusCode::kUnknown);
}

Result<int> Half(int value) {
  if (value % 2 != 0) return InvalidArgument("odd");
  return value / 2;
}

Result<int> Quarter(int value) {
  ASSIGN_OR_RETURN(int half, Half(value));
  ASSIGN_OR_RETURN(int quarter, Half(half));
  return quarter;
}

TEST(ResultTest, ErrorsPassThroughTheMacros) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).status().message(), "odd");
  EXPECT_EQ(Quarter(6).value_or(-1), -1);
}

TEST(ResultDeathTest, ReadingAMissingValueEndsTheProcess) {
  EXPECT_DEATH((void)Half(3).value(), "odd");
}

}  // namespace
}  // namespace alluxio
