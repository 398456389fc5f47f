#include "master/tree/path_locks.h"

#include <gtest/gtest.h>

#include "env/executor.h"

namespace alluxio::master {
namespace {

constexpr PathLockKind kRead = PathLockKind::kRead;
constexpr PathLockKind kWrite = PathLockKind::kWrite;
constexpr PathLockKind kTree = PathLockKind::kTree;

// What the table in the header says, cell by cell.
TEST(PathLocksTest, ConflictsAreThoseOfTheTable) {
  struct Case {
    PathLockKind held;
    const char* wanted_path;  // held is always "/a/b"
    bool read, write, tree;   // does the wanted kind conflict?
  };
  const Case cases[] = {
      {kRead, "/a/b", false, true, true},    {kRead, "/a/b/c", false, false, false},
      {kRead, "/a", false, false, true},     {kWrite, "/a/b", true, true, true},
      {kWrite, "/a/b/c", false, false, false}, {kWrite, "/a", false, false, true},
      {kTree, "/a/b", true, true, true},     {kTree, "/a/b/c/d", true, true, true},
      {kTree, "/a", false, false, true},     {kTree, "/", false, false, true},
      {kTree, "/a/bc", false, false, false}, {kTree, "/a/b c", false, false, false},
      {kTree, "/x", false, false, false},
  };
  for (const Case& test : cases) {
    PathLocks locks;
    PathLockHold hold = locks.TryAcquire({{"/a/b", test.held}});
    ASSERT_TRUE(hold);
    SCOPED_TRACE(std::string(test.wanted_path) + " held " +
                 std::to_string(static_cast<int>(test.held)));
    EXPECT_EQ(locks.Blocked(test.wanted_path, kRead), test.read);
    EXPECT_EQ(locks.Blocked(test.wanted_path, kWrite), test.write);
    EXPECT_EQ(locks.Blocked(test.wanted_path, kTree), test.tree);
  }
}

TEST(PathLocksTest, TreeOnTheRootBlocksEverything) {
  PathLocks locks;
  PathLockHold hold = locks.TryAcquire({{"/", kTree}});
  EXPECT_TRUE(locks.Blocked("/", kRead));
  EXPECT_TRUE(locks.Blocked("/a/b", kRead));
  hold.Release();
  EXPECT_FALSE(locks.Blocked("/a/b", kTree));
  PathLockHold below = locks.TryAcquire({{"/q", kRead}});
  EXPECT_TRUE(locks.Blocked("/", kTree));
}

TEST(PathLocksTest, SetIsTakenWholeOrNotAtAll) {
  PathLocks locks;
  PathLockHold hold = locks.TryAcquire({{"/b", kTree}});
  EXPECT_FALSE(locks.TryAcquire({{"/a", kTree}, {"/b/c", kTree}}));
  EXPECT_FALSE(locks.Blocked("/a", kTree));
  hold.Release();
  PathLockHold both = locks.TryAcquire({{"/a", kTree}, {"/a/b", kTree}});
  EXPECT_TRUE(both) << "a set does not conflict with itself";
  EXPECT_EQ(locks.held_count(), 2u);
}

TEST(PathLocksTest, WaitingEndsWithTheDeadlineAndNamesThePath) {
  PathLocks locks;
  PathLockHold hold = locks.TryAcquire({{"/b", kTree}});
  Result<PathLockHold> late = locks.Acquire({{"/b/c", kWrite}}, 1ms);
  EXPECT_EQ(late.status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_NE(late.status().message().find("/b "), std::string::npos);
}

TEST(PathLocksTest, WaiterGoesOnWhenTheHoldIsGone) {
  PathLocks locks;
  PathLockHold hold = locks.TryAcquire({{"/b", kTree}});
  ExecutorOptions options;
  options.name = "releaser";
  options.threads = 1;
  std::unique_ptr<Executor> executor = Executor::Create(options);
  ASSERT_TRUE(executor->Submit([moved = std::move(hold)]() mutable { moved.Release(); }).ok());
  EXPECT_TRUE(locks.Acquire({{"/b", kWrite}}, 10s).ok());
  executor->Stop();
}

}  // namespace
}  // namespace alluxio::master
