#include "cli/tool/log_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::cli {
namespace {

TEST(LogChoiceTest, TheRegularLogsAndWhatIsAddedOrLeftOut) {
  Result<LogChoice> choice = LogChoice::Of("", "master.log.1, user", "mine", "", "");
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_TRUE(choice->WantsName("master.log"));
  EXPECT_TRUE(choice->WantsName("worker.12.log"));
  EXPECT_FALSE(choice->WantsName("strange.12.log"));
  EXPECT_TRUE(choice->WantsName("mine.txt"));
  EXPECT_FALSE(choice->WantsName("master.log.1"));
  EXPECT_FALSE(choice->WantsName("user/user_root.log"));
  EXPECT_FALSE(choice->WantsName("other.log"));
  choice = LogChoice::Of("other", "", "", "", "");
  EXPECT_TRUE(choice->WantsName("other.log"));
  EXPECT_FALSE(choice->WantsName("master.log"));
}

TEST(LogChoiceTest, WhatContradictsIsRefused) {
  EXPECT_EQ(LogChoice::Of("a", "b", "", "", "").status().message(),
            "ERROR: Please do not use --exclude-logs when --include-logs is specified.");
  EXPECT_FALSE(LogChoice::Of("a", "", "b", "", "").ok());
  EXPECT_FALSE(LogChoice::Of("", "", "", "yesterday", "").ok());
  EXPECT_FALSE(LogChoice::Of("", "", "", "2026-11-28T12:00", "2026-11-28T11:59").ok());
}

TEST(LogChoiceTest, TimesOfJavaAndOfOurs) {
  std::optional<int64_t> noon = TimeAtStart("2026-11-28 12:00:00,123 INFO");
  ASSERT_TRUE(noon);
  EXPECT_EQ(TimeAtStart("2026-11-28T12:00:00.456 I [1] x"), noon);
  EXPECT_EQ(TimeAtStart("2026-11-28T12:00"), noon);
  EXPECT_EQ(TimeAtStart("26/11/28 12:00:00"), noon);
  EXPECT_EQ(*TimeAtStart("2026-11-28 12:00:05"), *noon + 5000);
  for (const char* none : {"", "at 2026", "2026-13-01 10:00", "20261128"}) {
    EXPECT_FALSE(TimeAtStart(none)) << none;
  }
}

}  // namespace
}  // namespace alluxio::cli
