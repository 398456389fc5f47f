#include "cli/tool/tool_help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::cli {
namespace {

using ::testing::HasSubstr;

TEST(ToolHelpTest, HasUsageAndExamplesOfEachTool) {
  for (const char* tool : {"format", "formatJournal", "formatMaster", "formatMasters",
                           "formatWorker", "formatWorkers", "getConf", "readJournal", "runTests",
                           "runUfsIOTest", "runUfsTests", "validateConf", "version"}) {
    EXPECT_THAT(ToolHelp(tool), HasSubstr(std::string("usage: ") + tool)) << tool;
    EXPECT_THAT(ToolHelp(tool), HasSubstr("examples:\n  alluxio ")) << tool;
  }
  EXPECT_EQ(ToolHelp("fs"), "");
}

}  // namespace
}  // namespace alluxio::cli
