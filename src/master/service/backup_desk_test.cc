#include "master/service/backup_desk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace alluxio::master {
namespace {

TEST(BackupDeskTest, OneAtATimeAndTheLastFewAreRemembered) {
  std::atomic<bool> go = false;
  BackupDesk desk(
      [&](const BackupWish& wish) -> Result<BackupDone> {
        while (!go) std::this_thread::yield();
        if (wish.directory == "/full") return ResourceExhausted("no room");
        return BackupDone{wish.directory + "/file", 7};
      },
      Rng::Real());
  Result<BackupDesk::Record> first = desk.Begin({.directory = "/a"});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(desk.Begin({}).status().Is(StatusCode::kAborted));
  EXPECT_TRUE(desk.Take({}).status().Is(StatusCode::kAborted));
  EXPECT_TRUE(desk.Find(first->id)->running);
  go = true;
  while (desk.Find(first->id)->running) std::this_thread::yield();
  EXPECT_EQ(desk.Find(first->id)->done.uri, "/a/file");
  Result<BackupDesk::Record> failed = desk.Take({.directory = "/full"});
  ASSERT_TRUE(failed.ok());
  EXPECT_TRUE(failed->failure.Is(StatusCode::kResourceExhausted));
  for (size_t i = 0; i < BackupDesk::kRemembered; ++i) ASSERT_TRUE(desk.Take({}).ok());
  EXPECT_FALSE(desk.Find(first->id).has_value());
  EXPECT_FALSE(desk.Find("nonsense").has_value());
}

}  // namespace
}  // namespace alluxio::master
