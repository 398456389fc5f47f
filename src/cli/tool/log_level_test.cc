#include "cli/tool/log_level.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace alluxio::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(LogLevelTest, TheRoleComesFromThePortUnlessItIsSaid) {
  conf::Configuration conf = conf::Configuration::ForTest();
  EXPECT_EQ(ParseLogTarget("h1:19999", conf)->Name(), "h1:19999[master]");
  EXPECT_EQ(ParseLogTarget("h1:30000", conf)->Name(), "h1:30000[worker]");
  EXPECT_EQ(ParseLogTarget("h1:20002", conf)->Name(), "h1:20002[job_master]");
  EXPECT_EQ(ParseLogTarget("h1:777:worker", conf)->Name(), "h1:777[worker]");
  EXPECT_THAT(ParseLogTarget("h1:777", conf).status().message(),
              StartsWith("Unrecognized port in 777. Please make sure the port is in "
                         "[alluxio.master.web.port, "));
  for (const char* wrong : {"nosuch", ":1", "h:x", "h:1:janitor", ""}) {
    EXPECT_THAT(ParseLogTarget(wrong, conf).status().message(),
                StartsWith(std::string("Unrecognized target argument: ") + wrong + ". Please"));
  }
}

TEST(LogLevelTest, AnAnswerIsShownAsJavaDoes) {
  EXPECT_EQ(*LogInfoText(R"({"logName":"a.b","level":"INFO","message":"m","more":1})"),
            "LogInfo{INFO, a.b, m}");
  EXPECT_EQ(LogInfoText("<html>").status().code(), StatusCode::kDataLoss);
}

TEST(LogLevelTest, ALineWithoutALoggerShowsTheHelp) {
  std::ostringstream out, err;
  Printer printer(out, err, false);
  conf::Configuration conf = conf::Configuration::ForTest();
  EXPECT_EQ(RunLogLevel({"--level", "INFO"}, conf, printer), 1);
  EXPECT_EQ(err.str(), "Unable to parse input args: Missing required option: logName\n");
  EXPECT_THAT(out.str(), HasSubstr("usage: logLevel [--level <arg>] --logName <arg>"));
  EXPECT_EQ(RunLogLevel({"--logName", "x", "--target", " "}, conf, printer), 1);
  EXPECT_THAT(err.str(), HasSubstr("Failed to set log level:\nOption target can not be blank.\n"));
}

}  // namespace
}  // namespace alluxio::cli
