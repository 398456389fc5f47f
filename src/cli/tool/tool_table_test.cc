#include "cli/tool/tool_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace alluxio::cli {
namespace {

using ::testing::HasSubstr;

TEST(ToolTableTest, IsSortedAndHasUsageAndExamplesOfEachTool) {
  const std::vector<Command>& table = ToolTable();
  EXPECT_TRUE(std::is_sorted(table.begin(), table.end(), [](const Command& a, const Command& b) {
    return a.name < b.name;
  }));
  for (const Command& tool : table) {
    EXPECT_EQ(tool.usage.substr(0, tool.name.size()), tool.name);
    EXPECT_EQ(ReplacedBy(tool.name), "") << tool.name;
    if (tool.name == "fs" || tool.name == "fsadmin" || tool.name == "job") continue;
    EXPECT_THAT(ToolHelp(tool.name), HasSubstr("usage: " + tool.name)) << tool.name;
    EXPECT_THAT(ToolHelp(tool.name), HasSubstr("examples:\n  alluxio ")) << tool.name;
  }
  EXPECT_EQ(ToolHelp("fs"), "");
  EXPECT_EQ(ToolHelp("nosuch"), "");
}

TEST(ToolTableTest, UsageListsWhatIsThereAndNoAliases) {
  EXPECT_THAT(ToolUsage(), HasSubstr("\n  logLevel       \t "));
  EXPECT_THAT(ToolUsage(), Not(HasSubstr("\n  formatMaster ")));
}

TEST(ToolTableTest, VerbsOfOtherReleasesAreExplained) {
  for (const char* verb : {"validateHdfs", "runHdfsMountTests", "table", "runClass", "loadufs"}) {
    EXPECT_NE(ReplacedBy(verb), "") << verb;
  }
  EXPECT_EQ(ReplacedBy("nosuch"), "");
}

}  // namespace
}  // namespace alluxio::cli
