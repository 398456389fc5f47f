#include "master/tree/inode_tree.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "env/rng.h"
#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

std::vector<std::string> Names(const std::vector<InodeView>& inodes) {
  std::vector<std::string> names;
  for (InodeView inode : inodes) names.emplace_back(inode.name());
  return names;
}

class InodeTreeTest : public TreeTest {};

INSTANTIATE_TEST_SUITE_P(Kinds, InodeTreeTest, BothKinds(), KindName);

TEST_P(InodeTreeTest, WalkTellsWhatExists) {
  TreeOnJournal on;
  on.Bootstrap();
  InodeId directory = on.AddDirectory(kRootId, "d");
  on.AddFile(directory, "f");
  WalkResult walk = on.tree.Walk("/");
  EXPECT_TRUE(walk.found());
  EXPECT_FALSE(walk.parent());
  EXPECT_EQ(walk.base_name(), "");
  walk = on.tree.Walk("/d/f");
  EXPECT_TRUE(walk.found());
  EXPECT_EQ(walk.parent().id(), directory);
  EXPECT_EQ(walk.prefix(1), "/d");
  EXPECT_EQ(walk.prefix(2), "/d/f");
  walk = on.tree.Walk("/d/x");
  EXPECT_FALSE(walk.found());
  EXPECT_TRUE(walk.parent_found());
  EXPECT_EQ(walk.parent().id(), directory);
  EXPECT_EQ(walk.base_name(), "x");
  walk = on.tree.Walk("/d/f/g/h");
  EXPECT_TRUE(walk.file_in_the_way());
  EXPECT_FALSE(walk.parent_found());
  EXPECT_EQ(walk.missing_count(), 2u);
  EXPECT_EQ(walk.component(2), "g");
}

TEST_P(InodeTreeTest, ListingContinuesAfterAName) {
  TreeOnJournal on;
  on.Bootstrap();
  for (const char* name : {"b", "a", "ab", "aa", "c"}) on.AddFile(kRootId, name);
  using Strings = std::vector<std::string>;
  InodeView root = on.tree.root();
  EXPECT_EQ(Names(on.tree.ChildrenAfter(root, "", 10)), (Strings{"a", "aa", "ab", "b", "c"}));
  EXPECT_EQ(Names(on.tree.ChildrenAfter(root, "aa", 2)), (Strings{"ab", "b"}));
  EXPECT_EQ(Names(on.tree.ChildrenAfter(root, "", 10, "a")), (Strings{"a", "aa", "ab"}));
  EXPECT_EQ(Names(on.tree.ChildrenAfter(root, "a", 10, "a")), (Strings{"aa", "ab"}));
  EXPECT_EQ(Names(on.tree.ChildrenAfter(root, "c", 10)), Strings{});
  EXPECT_EQ(Names(on.tree.ChildrenAt(root, 0, 2)), (Strings{"a", "aa"}));
  EXPECT_EQ(Names(on.tree.ChildrenAt(root, 3, 10)), (Strings{"b", "c"}));
  EXPECT_EQ(Names(on.tree.ChildrenAt(root, 5, 10)), Strings{});
  EXPECT_EQ(Names(on.tree.ChildrenFrom(root, "ab", 10)), (Strings{"ab", "b", "c"}));
}

TEST_P(InodeTreeTest, BigDirectoryStaysInOrder) {
  TreeOnJournal on;
  on.Bootstrap();
  InodeId directory = on.AddDirectory(kRootId, "d");
  uint64_t seed = Rng::Real().Next();
  RecordProperty("seed", std::to_string(seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  std::vector<std::string> names;
  std::vector<InodeId> ids;
  for (int n = 0; n < 20000; ++n) {
    names.push_back(std::to_string(rng->Next()));
    ids.push_back(on.AddFile(directory, names.back()));
  }
  for (int n = 0; n < 9000; ++n) on.Record(DeleteEdit({ids[n], 1, ""}));
  names.erase(names.begin(), names.begin() + 9000);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(Names(on.tree.ChildrenAfter(on.tree.Find(directory), "", 100000)), names)
      << "seed " << seed;
  std::vector<std::string> paged;
  std::string after;
  for (;;) {
    std::vector<std::string> page =
        Names(on.tree.ChildrenAfter(on.tree.Find(directory), after, 777));
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
    after = page.back();
  }
  EXPECT_EQ(paged, names) << "seed " << seed;
  for (size_t index : {size_t{0}, size_t{1}, size_t{511}, size_t{5000}, names.size() - 1}) {
    EXPECT_EQ(Names(on.tree.ChildrenAt(on.tree.Find(directory), index, 1)).at(0), names[index]);
  }
}

TEST_P(InodeTreeTest, ReaderWaitsForEditsOfAncestors) {
  journal::MemoryJournal journal(journal::MemoryJournal::Durability::kManual);
  TreeOnJournal on;
  on.ledger.journal = &journal;
  on.undurable.SetJournal(&journal);
  on.Bootstrap();
  InodeId a = on.AddDirectory(kRootId, "a");
  on.AddDirectory(a, "b");
  journal.MakeAllDurable();
  on.Record(RenameEdit({a, kRootId, "z", 5, "", ""}));
  OpContext op(OpContextOptions{});
  on.tree.NoteRead(on.tree.Walk("/z/b"), op);
  EXPECT_EQ(op.position(), journal.appended());
  journal.MakeAllDurable();
  OpContext later(OpContextOptions{});
  on.tree.NoteRead(on.tree.Walk("/z/b"), later);
  EXPECT_EQ(later.position(), 0u);
}

// Otherwise calls about the files of a folder would wait for every file created beside them.
TEST_P(InodeTreeTest, ReaderDoesNotWaitForSiblings) {
  journal::MemoryJournal journal(journal::MemoryJournal::Durability::kManual);
  TreeOnJournal on;
  on.ledger.journal = &journal;
  on.undurable.SetJournal(&journal);
  on.Bootstrap();
  const InodeId a = on.AddDirectory(kRootId, "a");
  on.AddDirectory(a, "b");
  const InodeId gone = on.AddDirectory(a, "gone");
  journal.MakeAllDurable();
  auto waits = [&](std::string_view path) {
    OpContext op(OpContextOptions{});
    on.tree.NoteRead(on.tree.Walk(path), op);
    return op.position();
  };
  on.AddDirectory(a, "c");
  on.Record(DeleteEdit({gone, 7, ""}));
  InodeUpdate times;
  times.id = a;
  times.modification_time_ms = 8;
  times.access_time_ms = 8;
  on.Record(UpdateInodeEdit(times));
  EXPECT_LE(waits("/a/b"), journal.durable());
  EXPECT_EQ(waits("/a"), journal.appended());
  EXPECT_EQ(waits("/a/gone"), journal.appended());
  EXPECT_GT(waits("/a/c"), journal.durable());
  // Whether it may come through at all is another matter.
  InodeUpdate mode;
  mode.id = a;
  mode.mode = Mode{0700};
  on.Record(UpdateInodeEdit(mode));
  EXPECT_EQ(waits("/a/b"), journal.appended());
}

}  // namespace
}  // namespace alluxio::master
