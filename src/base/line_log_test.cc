#include "base/line_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace alluxio {
namespace {

using ::testing::MatchesRegex;

std::string Content(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(LineLogTest, EachLineIsOneLineWithTimeAndName) {
  LogFileOptions options;
  options.path = testing::TempDir() + "line_log_test/x.log";
  std::filesystem::remove_all(testing::TempDir() + "line_log_test");
  auto log = LineLog::Open(options, "AUDIT_LOG");
  ASSERT_TRUE(log.ok()) << log.status();
  (*log)->Write("a=1\tb={}\nforged\x7f");
  EXPECT_THAT(Content(options.path),
              MatchesRegex("....-..-.. ..:..:..,... INFO  AUDIT_LOG - a=1\tb=\\{\\}"
                           "\\\\x0aforged\\\\x7f\n"));
}

TEST(LineLogTest, RotatesAndKeepsNoMoreThanItMay) {
  LogFileOptions options;
  const std::string folder = testing::TempDir() + "line_log_rotation";
  std::filesystem::remove_all(folder);
  options.path = folder + "/x.log";
  options.max_bytes = 200;
  options.max_files = 2;
  auto log = LineLog::Open(options, "L");
  ASSERT_TRUE(log.ok()) << log.status();
  for (int i = 0; i < 50; ++i) (*log)->Write("line " + std::to_string(i));
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    EXPECT_LE(entry.file_size(), 200u);
    ++files;
  }
  EXPECT_EQ(files, 3u);
}

TEST(LineLogTest, AFolderThatCannotBeMadeIsAnError) {
  LogFileOptions options;
  options.path = "/proc/no/such/x.log";
  EXPECT_FALSE(LineLog::Open(options, "L").ok());
}

}  // namespace
}  // namespace alluxio
