#include "cli/tool/validate_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace alluxio::cli {
namespace {

using conf::Configuration;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class ValidateConfTest : public ::testing::Test {
 protected:
  int Run(const Result<Configuration>& loaded, const std::vector<ConfCheck>& checks) {
    return RunValidateConf(loaded, checks, printer_);
  }

  std::ostringstream out_, err_;
  Printer printer_{out_, err_, false};
};

TEST_F(ValidateConfTest, SaysThatAllIsWell) {
  EXPECT_EQ(Run(Configuration::ForTest(), {[](const Configuration&) { return OkStatus(); }}), 0);
  EXPECT_THAT(out_.str(), EndsWith("Configuration is valid.\n"));
}

TEST_F(ValidateConfTest, SaysWhyItCannotBeRead) {
  EXPECT_EQ(Run(InvalidArgument("site:3: alluxio.x=y"), {}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("site:3: alluxio.x=y"));
  EXPECT_THAT(out_.str(), EndsWith("Configuration is invalid\n"));
}

TEST_F(ValidateConfTest, SaysAllThatTheServersWouldRefuse) {
  EXPECT_EQ(Run(Configuration::ForTest(),
                {[](const Configuration&) { return FailedPrecondition("first"); },
                 [](const Configuration&) { return OkStatus(); },
                 [](const Configuration&) { return InvalidArgument("second"); }}),
            -1);
  EXPECT_THAT(out_.str(), HasSubstr("first\nsecond\n"));
  EXPECT_THAT(out_.str(), EndsWith("Configuration is invalid\n"));
}

}  // namespace
}  // namespace alluxio::cli
