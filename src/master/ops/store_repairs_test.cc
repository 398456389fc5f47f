#include "master/ops/store_repairs.h"

#include <gtest/gtest.h>

namespace alluxio::master {
namespace {

StoreEdit Rename(InodeId inode, std::string from, std::string to) {
  StoreEdit edit;
  edit.inode = inode;
  edit.path = std::move(from);
  edit.to = std::move(to);
  return edit;
}

TEST(StoreRepairsTest, WhoWantsThePathsIsToldAtOnce) {
  PathLocks locks;
  StoreRepairs repairs;
  repairs.Add(Rename(1, "/a/b", "/c"), locks.TryAcquire({{"/a/b", PathLockKind::kTree}}),
              "503 SlowDown");
  auto code = [&](const std::string& path, PathLockKind kind) {
    return repairs.Check({{path, kind}}).code();
  };
  EXPECT_EQ(code("/a/b", PathLockKind::kRead), StatusCode::kUnavailable);
  EXPECT_EQ(code("/a/b/x", PathLockKind::kWrite), StatusCode::kUnavailable);
  EXPECT_EQ(code("/c", PathLockKind::kWrite), StatusCode::kUnavailable);
  EXPECT_EQ(code("/a", PathLockKind::kTree), StatusCode::kUnavailable);
  EXPECT_EQ(code("/a", PathLockKind::kWrite), StatusCode::kOk);
  EXPECT_EQ(code("/a/c", PathLockKind::kTree), StatusCode::kOk);
  EXPECT_NE(repairs.Check({{"/c", PathLockKind::kRead}}).message().find("503 SlowDown"),
            std::string::npos);
  repairs.Done(1);
  EXPECT_EQ(code("/a/b", PathLockKind::kRead), StatusCode::kOk);
  EXPECT_EQ(locks.held_count(), 0u);
}

TEST(StoreRepairsTest, TriesComeLaterAndLater) {
  StoreRepairs repairs;
  repairs.Add(Rename(1, "/a", "/b"), {}, "crash");
  EXPECT_EQ(repairs.Check({{"/a", PathLockKind::kRead}}).code(), StatusCode::kOk) << "not held";
  Duration now{};
  EXPECT_EQ(repairs.TakeDue(now).size(), 1u);
  EXPECT_EQ(repairs.TakeDue(now).size(), 0u) << "somebody has it";
  repairs.Retry(1, now, "still down");
  EXPECT_EQ(repairs.TakeDue(now).size(), 0u);
  now += std::chrono::seconds(1);
  EXPECT_EQ(repairs.TakeDue(now).size(), 1u);
  repairs.Retry(1, now, "still down");
  EXPECT_EQ(repairs.TakeDue(now + std::chrono::seconds(1)).size(), 0u);
  EXPECT_EQ(repairs.TakeDue(now + std::chrono::seconds(2)).size(), 1u);
  repairs.Done(1);
  EXPECT_EQ(repairs.size(), 0u);
}

}  // namespace
}  // namespace alluxio::master
