#include "cli/tool/top.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace alluxio::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TopReading Reading(double seconds, std::map<std::string, double> numbers) {
  TopReading reading;
  reading.master.version = "2.9.6";
  reading.master.leader_address = "m1:19998";
  reading.at_seconds = seconds;
  for (const auto& [name, number] : numbers) reading.metrics[name] = {"COUNTER", number, ""};
  return reading;
}

TEST(TopTest, RatesAreBetweenTheReadings) {
  std::vector<std::string> lines = TopLines(
      Reading(10, {{"Master.GetStatus.count", 100}, {"Master.GetStatus.mean", 1},
                   {"Master.GetStatusFailures", 1}, {"Cluster.BytesReadLocal", 0}}),
      Reading(12, {{"Master.GetStatus.count", 300}, {"Master.GetStatus.mean", 2},
                   {"Master.GetStatusFailures", 5}, {"Master.GetStatus.p99", 7.5},
                   {"Master.GetStatus.max", 9}, {"Cluster.BytesReadLocal", 4096},
                   {"Cluster.CapacityTotal", 4096}, {"Cluster.CapacityUsed", 1024},
                   {"Cluster.CacheHitRate", 0.5}, {"Cluster.Workers", 3},
                   {"Master.Rename.count", 4}, {"Master.RenameFailures", 0},
                   {"Master.JournalFlushTimer.count", 50}}));
  EXPECT_THAT(lines[0], HasSubstr("Alluxio 2.9.6 at m1:19998, up "));
  EXPECT_THAT(lines, Contains(HasSubstr("Workers: 3 live, 0 lost")));
  EXPECT_THAT(lines, Contains(HasSubstr("Cache: 1024B of 4096B (25%)    Hit rate: 50%")));
  EXPECT_THAT(lines, Contains(HasSubstr("Read: 2048B/s on the same host")));
  EXPECT_THAT(lines, Contains("Calls: 102.0/s, 2.0/s failed"));
  // 300 calls of 2 ms less 100 of 1 ms are 200 of 2.5 ms.
  EXPECT_THAT(lines, Contains("  GetStatus                        100.0      2.50         2.0"));
  EXPECT_THAT(lines, Contains("  GetStatus                         7.50      9.00"));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("JournalFlushTimer"))));
}

TEST(TopTest, AMasterThatStartedAgainHasNoNegativeRates) {
  std::vector<std::string> lines =
      TopLines(Reading(10, {{"Master.GetStatus.count", 100}, {"Master.GetStatusFailures", 9}}),
               Reading(12, {{"Master.GetStatus.count", 3}, {"Master.GetStatusFailures", 0}}));
  EXPECT_THAT(lines, Contains("Calls: 0.0/s, 0.0/s failed"));
}

TEST(TopTest, WrongWordsAreRefused) {
  std::ostringstream out, err;
  Printer printer(out, err, false);
  conf::Configuration conf = conf::Configuration::ForTest();
  for (const char* wrong : {"--interval=soon", "--interval=1ms", "--twice", "now"}) {
    EXPECT_EQ(RunTop({wrong}, conf, false, printer), -1) << wrong;
  }
  EXPECT_THAT(err.str(), HasSubstr("usage: top [--once]"));
}

}  // namespace
}  // namespace alluxio::cli
