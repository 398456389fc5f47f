// The part of the contract of ufs/ufs.h that is about logs: files that grow while they are read.
// For ufs_contract.h.
#pragma once

#include "tests/contract/ufs_under_test.h"

namespace alluxio::ufs {

TEST_P(UfsContract, LogsGrowWhileTheyAreRead) {
  auto log = ufs().OpenLog("logs/l");
  if (log.status().Is(StatusCode::kUnimplemented)) GTEST_SKIP() << "the store has no logs";
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_TRUE((*log)->Append("one").ok());
  ASSERT_TRUE((*log)->Sync().ok());
  ExpectSoon("logs/l", "one");
  EXPECT_GE(ufs().Stat("logs/l")->length, 3);
  ASSERT_TRUE((*log)->Append("two").ok());
  ASSERT_TRUE((*log)->Sync().ok());
  ExpectSoon("logs/l", "onetwo");
  ASSERT_TRUE((*log)->Close().ok());
  EXPECT_EQ(Get("logs/l"), "onetwo");
  auto again = ufs().OpenLog("logs/l");
  ASSERT_TRUE((*again)->Append("three").ok());
  ASSERT_TRUE((*again)->Close().ok());
  EXPECT_EQ(Get("logs/l"), "onetwothree");
  EXPECT_EQ(ufs().SettleLog("logs/none").code(),
            ufs().type() == "local" ? StatusCode::kOk : StatusCode::kNotFound);
  EXPECT_TRUE(ufs().SettleLog("logs/l").ok());
  EXPECT_EQ(Keys("", {.recursive = true}), (std::vector<std::string>{"logs", "logs/l"}));
}

// Whoever takes over has all that the writer was told is durable, and the writer keeps nothing.
TEST_P(UfsContract, ASettledLogHasWhatWasSynced) {
  auto log = ufs().OpenLog("logs/l");
  if (log.status().Is(StatusCode::kUnimplemented)) GTEST_SKIP() << "the store has no logs";
  ASSERT_TRUE((*log)->Append(std::string(5000, 'a')).ok());
  ASSERT_TRUE((*log)->Sync().ok());
  ASSERT_TRUE((*log)->Append("b").ok());
  ASSERT_TRUE((*log)->Sync().ok());
  ASSERT_TRUE((*log)->Append("not synced").ok());
  ASSERT_TRUE(ufs().SettleLog("logs/l").ok());
  EXPECT_EQ(Get("logs/l").substr(0, 5001), std::string(5000, 'a') + "b");
  Status late = (*log)->Append("late");
  if (late.ok()) late = (*log)->Sync();
  if (ufs().type() == "local") return;  // there it has a handle on the file as long as that lives
  EXPECT_FALSE(late.ok());
  EXPECT_FALSE((*log)->Close().ok());
  log->reset();
  EXPECT_LE(Get("logs/l").size(), 5011u);
  auto again = ufs().OpenLog("logs/l");
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_TRUE((*again)->Close().ok());
}

TEST_P(UfsContract, RoomBehindALogIsZerosUntilItIsClosed) {
  auto log = ufs().OpenLog("logs/l");
  if (log.status().Is(StatusCode::kUnimplemented)) GTEST_SKIP() << "the store has no logs";
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_TRUE((*log)->Append("one").ok());
  Status made = (*log)->MakeRoom(5);
  if (made.Is(StatusCode::kUnimplemented)) GTEST_SKIP() << "no room behind logs";
  std::string room = made.ok() ? std::string(5, '\0') : "";
  EXPECT_EQ(Get("logs/l"), "one" + room) << made;
  ASSERT_TRUE((*log)->Append("two").ok());
  ASSERT_TRUE((*log)->Sync().ok());
  EXPECT_EQ(Get("logs/l"), "onetwo" + room.substr(room.empty() ? 0 : 3));
  ASSERT_TRUE((*log)->Append("three").ok()) << "behind the room";
  EXPECT_EQ(Get("logs/l"), "onetwothree");
  if (made.ok()) {
    ASSERT_TRUE((*log)->MakeRoom(300'000).ok());
    EXPECT_EQ(Get("logs/l").size(), 11u + 300'000u);
    ASSERT_TRUE((*log)->MakeRoom(0).ok());
    EXPECT_EQ(Get("logs/l"), "onetwothree");
    ASSERT_TRUE((*log)->MakeRoom(100).ok());
  }
  ASSERT_TRUE((*log)->Append("four").ok());
  ASSERT_TRUE((*log)->Close().ok());
  EXPECT_EQ(Get("logs/l"), "onetwothreefour");
}

}  // namespace alluxio::ufs
