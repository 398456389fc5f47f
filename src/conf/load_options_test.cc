#include "conf/load_options.h"

#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

TEST(LoadOptionsTest, OtherArgumentsLeaveDefinitionsOut) {
  const char* argv[] = {"alluxio-cli", "-Da=b", "fs", "-D", "ls"};
  EXPECT_EQ(OtherArguments(5, argv), (std::vector<std::string>{"fs", "-D", "ls"}));
  EXPECT_TRUE(OtherArguments(0, nullptr).empty());
}

TEST(LoadOptionsTest, ProcessOptionsHoldArgumentsWithoutTheProgram) {
  const char* argv[] = {"program", "-Da=b", "x"};
  LoadOptions options = LoadOptions::OfProcess(Role::kWorker, 3, argv);
  EXPECT_EQ(options.role, Role::kWorker);
  EXPECT_EQ(options.arguments, (std::vector<std::string>{"-Da=b", "x"}));
  for (const auto& [name, value] : options.environment) EXPECT_EQ(name.rfind("ALLUXIO_", 0), 0u);
}

TEST(LoadOptionsTest, ThisMachineHasFacts) {
  HostFacts facts = HostFacts::OfThisMachine();
  EXPECT_GE(facts.cpus, 1);
  EXPECT_GT(facts.memory_bytes, 0);
  EXPECT_NE(facts.hostname, "");
  EXPECT_NE(facts.user_name, "");
}

}  // namespace
}  // namespace alluxio::conf
