#include "base/log.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace alluxio {
namespace {

TEST(LogTest, LevelsAreReadAsOperatorsWriteThem) {
  LogLevel level = LogLevel::kInfo;
  EXPECT_TRUE(ParseLogLevel("debug", &level));
  EXPECT_EQ(level, LogLevel::kDebug);
  EXPECT_TRUE(ParseLogLevel("WARN", &level));
  EXPECT_FALSE(ParseLogLevel("loud", &level));
}

TEST(LogTest, LinesBelowTheLevelAreNotWritten) {
  std::string path = testing::TempDir() + "/log_test.log";
  std::remove(path.c_str());
  ASSERT_TRUE(LogToFile({.path = path}).ok());
  SetLogLevel(LogLevel::kWarn);
  LOG_INFO("room: hidden key={}", 1);
  LOG_WARN("room: shown key={}", 2);
  FlushLog();
  std::ifstream file(path);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(text.find("hidden"), std::string::npos);
  EXPECT_NE(text.find("room: shown key=2"), std::string::npos);
  SetLogLevel(LogLevel::kInfo);
}

TEST(LogTest, AFolderThatCannotBeWrittenIsAnError) {
  Status status = LogToFile({.path = "/proc/no/such/log"});
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.message().find("/proc/no/such/log"), std::string::npos);
}

}  // namespace
}  // namespace alluxio
