#include "cli/tool/validate_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace alluxio::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

class ValidateEnvTest : public ::testing::Test {
 protected:
  int Run(const std::vector<std::string>& words) {
    out_.str("");
    err_.str("");
    Printer printer(out_, err_, false);
    return RunValidateEnv(words, checks_, {}, printer);
  }
  static EnvCheck Check(const char* name, CheckGroup group, CheckOutcome outcome) {
    return {name, "what it does", group, [outcome](const CheckParts&) { return outcome; }};
  }

  std::vector<EnvCheck> checks_ = {
      Check("ulimit.nofile", CheckGroup::kCommon, {CheckState::kWarning, "low", "raise it"}),
      Check("master.rpc.port", CheckGroup::kMaster, {}),
      Check("worker.rpc.port", CheckGroup::kWorker, {CheckState::kFailed, "one\ntwo", "end it"}),
      Check("java.libs", CheckGroup::kCommon, {CheckState::kSkipped, "no JVM", ""})};
  std::ostringstream out_, err_;
};

TEST_F(ValidateEnvTest, SaysOfEachCheckWhatWasFoundAndWhatToDo) {
  EXPECT_EQ(Run({"local"}), -1);
  EXPECT_EQ(out_.str(),
            "Validating local environment...\nValidating ulimit.nofile...\nWARNING\n    low\n"
            "    What to do: raise it\nValidating master.rpc.port...\nOK\n"
            "Validating worker.rpc.port...\nFAILED\n    one\n    two\n    What to do: end it\n"
            "Validating java.libs...\nSKIPPED\n    no JVM\n");
  EXPECT_EQ(err_.str(), "1 failures 1 warnings 1 skipped \n");
}

TEST_F(ValidateEnvTest, ATargetHasItsOwnChecksAndTheCommonOnes) {
  EXPECT_EQ(Run({"master"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("worker.rpc")));
  EXPECT_THAT(out_.str(), HasSubstr("Validation succeeded.\n"));
  EXPECT_EQ(Run({"worker", "ul"}), 0);
  EXPECT_EQ(err_.str(), "1 warnings \n");
  EXPECT_EQ(Run({"master", "nosuch"}), -1);
  EXPECT_EQ(err_.str(), "No validation task matched name \"nosuch\".\n");
}

TEST_F(ValidateEnvTest, WrongTargetsShowTheHelp) {
  EXPECT_EQ(Run({}), -2);
  EXPECT_EQ(err_.str(), "Target not specified.\n");
  EXPECT_EQ(Run({"everywhere"}), -2);
  EXPECT_EQ(err_.str(), "Invalid target.\n");
  EXPECT_THAT(out_.str(), HasSubstr("usage: validateEnv"));
  EXPECT_EQ(Run({"list"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("available to run on worker:\nulimit.nofile: what it does\n"
                                    "worker.rpc.port: what it does\n"));
}

TEST(EnvChecksTest, HostsAreReadAsTheScriptsReadThem) {
  EXPECT_THAT(HostsIn("# all\n h1 ann@h2 # two\r\n\nh1\n-oProxyCommand=x\n"),
              ElementsAre("h1", "ann@h2"));
}

TEST(EnvChecksTest, OnlyWhatWasChosenIsCompared) {
  EXPECT_THAT(ChosenValues("alluxio.a=1 (SITE_PROPERTY (/c/alluxio-site.properties))\n"
                           "alluxio.b=2 (DEFAULT)\nnoise\nalluxio.c=x (y) (SYSTEM_PROPERTY)\n"),
              ElementsAre(Pair("alluxio.a", "1"), Pair("alluxio.c", "x (y)")));
}

TEST(EnvChecksTest, DisagreementsNameTheHosts) {
  EXPECT_THAT(Disagreements({{"h1", {{"alluxio.a", "1"}, {"alluxio.master.hostname", "x"}}},
                             {"h2", {{"alluxio.a", "2"}, {"alluxio.b", "3"}}},
                             {"h3", {{"alluxio.a", "1"}}}}),
              ElementsAre("alluxio.a: 1 (h1, h3) 2 (h2)",
                          "alluxio.b: 3 (h2) no value set (h1, h3)"));
  EXPECT_THAT(Disagreements({{"h1", {{"alluxio.a", "1"}}}}), IsEmpty());
}

}  // namespace
}  // namespace alluxio::cli
