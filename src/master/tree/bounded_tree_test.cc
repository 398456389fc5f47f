// What only a bounded tree has: a limit, and readers that bring inodes in side by side.
#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "env/executor.h"
#include "env/rng.h"
#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

class BoundedTreeTest : public ::testing::Test {
 protected:
  BoundedTreeTest() { KindOfTestTrees() = TreeKind::kBounded; }
  ~BoundedTreeTest() override { KindOfTestTrees() = TreeKind::kArena; }
};

std::string FileName(size_t n) { return "file" + std::to_string(n); }

TEST_F(BoundedTreeTest, OnlyAFewInodesStayInMemory) {
  TreeOnJournal on;
  on.Bootstrap();
  InodeId directory = on.AddDirectory(kRootId, "d");
  for (size_t n = 0; n < 500; ++n) on.AddFile(directory, FileName(n));
  EXPECT_EQ(on.tree.inode_count(), 502u);
  EXPECT_LE(on.tree.resident_count(), 6u);
  EXPECT_EQ(on.tree.Find(directory).child_count(), 500u);
  EXPECT_TRUE(on.tree.Walk("/d/file17").found());
  EXPECT_FALSE(on.tree.Walk("/d/file17x").found());
  on.tree.Trim();
  on.Record(DeleteEdit({on.tree.Walk("/d/file17").last().id(), 5, ""}));
  EXPECT_FALSE(on.tree.Walk("/d/file17").found());
  EXPECT_EQ(on.tree.Find(directory).child_count(), 499u);
}

TEST_F(BoundedTreeTest, AReplayedDeletionTakesWhatIsOnTheDiskAlong) {
  TreeOnJournal on;
  on.Bootstrap();
  InodeId top = on.AddDirectory(kRootId, "top");
  for (int d = 0; d < 20; ++d) {
    InodeId directory = on.AddDirectory(top, "d" + std::to_string(d));
    for (size_t n = 0; n < 30; ++n) on.AddFile(directory, FileName(n));
  }
  Edit edit = DeleteEdit({top, 5, ""});
  edit.entry().mutable_delete_file()->set_recursive(true);
  on.Record(std::move(edit));
  EXPECT_EQ(on.tree.inode_count(), 1u);
  EXPECT_EQ(on.tree.root().child_count(), 0u);
  // Nothing of it is left to be found under a directory of the same id.
  TreeOnJournal replayed;
  ASSERT_TRUE(on.journal.Recover({&replayed.machine}).ok());
  EXPECT_EQ(Dump(replayed.tree), Dump(on.tree));
}

TEST_F(BoundedTreeTest, ViewsStayGoodWhileReadersBringOthersIn) {
  TreeOnJournal on;
  on.Bootstrap();
  constexpr size_t kFiles = 400;
  std::vector<InodeId> ids;
  for (size_t n = 0; n < kFiles; ++n) {
    if (n % 100 == 0) on.AddDirectory(kRootId, "d" + std::to_string(n / 100));
    InodeId parent = on.tree.Walk("/d" + std::to_string(n / 100)).last().id();
    ids.push_back(on.AddFile(parent, FileName(n)));
    InodeUpdate update;
    update.id = ids.back();
    update.xattr = {{"n", std::to_string(n)}};
    update.ttl_ms = static_cast<int64_t>(n) + 1;
    on.Record(UpdateInodeEdit(update));
  }
  uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::atomic<int> wrong{0};
  std::atomic<int> at_work{3};
  auto threads = Executor::Create({.name = "readers", .threads = 4});
  for (uint64_t reader = 0; reader < 3; ++reader) {
    ASSERT_TRUE(threads->Submit([&, reader] {
      std::unique_ptr<Rng> rng = Rng::Seeded(seed + reader);
      for (int step = 0; step < 1500; ++step) {
        size_t n = rng->Below(kFiles);
        ReaderLock lock(on.tree.lock());
        InodeView by_id = on.tree.Find(ids[n]);
        std::string path = "/d" + std::to_string(n / 100);
        InodeView directory = on.tree.Walk(path).last();
        std::vector<InodeView> listed = on.tree.ChildrenAfter(directory, "", 1000);
        InodeView by_path = on.tree.Walk(path + "/" + FileName(n)).last();
        bool right = by_id == by_path && by_id.ttl_ms() == static_cast<int64_t>(n) + 1 &&
                     by_id.xattr().at("n") == std::to_string(n) && listed.size() == 100 &&
                     directory.child_count() == 100 && by_id.parent_id() == directory.id() &&
                     on.tree.MemoryBytes() > 0;  // as the gauges ask, beside all this
        if (!right) wrong.fetch_add(1);
      }
      at_work.fetch_sub(1);
    }).ok());
  }
  ASSERT_TRUE(threads->Submit([&] {
    while (at_work.load() > 0) on.tree.TrimInSlices();
  }).ok());
  threads->Stop();
  EXPECT_EQ(wrong.load(), 0);
  on.tree.TrimInSlices();
  EXPECT_LE(on.tree.resident_count(), 6u);
}

}  // namespace
}  // namespace alluxio::master
