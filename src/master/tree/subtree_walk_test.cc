#include "master/tree/subtree_walk.h"

#include <gtest/gtest.h>

#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

class SubtreeWalkTest : public TreeTest {};

INSTANTIATE_TEST_SUITE_P(Kinds, SubtreeWalkTest, BothKinds(), KindName);

TEST_P(SubtreeWalkTest, ChildrenFirstCanDeleteAsItGoes) {
  TreeOnJournal on;
  on.Bootstrap();
  InodeId top = on.AddDirectory(kRootId, "top");
  for (int d = 0; d < 10; ++d) {
    InodeId directory = on.AddDirectory(top, "d" + std::to_string(d));
    for (int f = 0; f < 10; ++f) on.AddFile(directory, "f" + std::to_string(f));
  }
  SubtreeWalk walk(top, "/top", SubtreeWalk::Order::kChildrenFirst);
  std::string last;
  int visited = 0;
  while (!walk.done()) {
    walk.Next(on.tree, 7, [&](InodeView inode, std::string_view path) {
      EXPECT_EQ(on.tree.PathOf(inode), path);
      last = std::string(path);
      ++visited;
      on.Record(DeleteEdit({inode.id(), 5, std::string(path)}));
      return true;
    });
  }
  EXPECT_EQ(last, "/top");
  EXPECT_EQ(visited, 111);
  EXPECT_EQ(on.tree.inode_count(), 1u);
}

TEST_P(SubtreeWalkTest, SkippedDirectoryIsNotEntered) {
  TreeOnJournal on;
  on.Bootstrap();
  InodeId a = on.AddDirectory(kRootId, "a");
  on.AddFile(a, "inside");
  on.AddFile(kRootId, "b");
  SubtreeWalk walk(kRootId, "/", SubtreeWalk::Order::kParentsFirst);
  std::vector<std::string> paths;
  while (!walk.done()) {
    size_t before = paths.size();
    walk.Next(on.tree, 1, [&](InodeView, std::string_view path) {
      paths.emplace_back(path);
      return true;
    });
    if (paths.size() > before && paths.back() == "/a") walk.SkipChildren();
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"/", "/a", "/b"}));
}

}  // namespace
}  // namespace alluxio::master
