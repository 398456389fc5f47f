// Values that the record of an inode has no room for, and those just beside them.
#include <gtest/gtest.h>

#include <limits>

#include "journal/string_checkpoint.h"
#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
// Around what 5 and 6 bytes hold.
constexpr int64_t kEdges[] = {0, -1, 1, (int64_t{1} << 39) - 1, int64_t{1} << 39,
                              -(int64_t{1} << 39) + 1, -(int64_t{1} << 39),
                              int64_t{1} << 40, (int64_t{1} << 47) - 1, int64_t{1} << 47,
                              -(int64_t{1} << 47), int64_t{1} << 55, kLeast, kMost};

class InodeLimitsTest : public TreeTest {
 protected:
  InodeLimitsTest() { on_.Bootstrap(); }
  // What a replay of the journal and a checkpoint make of the tree is the tree.
  void ExpectTheSameElsewhere() {
    const std::string expected = Dump(on_.tree);
    TreeOnJournal replayed;
    ASSERT_TRUE(on_.journal.Recover({&replayed.machine}).ok());
    EXPECT_EQ(Dump(replayed.tree), expected);
    journal::StringSink sink;
    ASSERT_TRUE(on_.machine.WriteCheckpoint(sink).ok());
    TreeOnJournal restored;
    journal::StringSource source(sink.bytes);
    Status read = restored.machine.ReadCheckpoint(source);
    ASSERT_TRUE(read.ok()) << read;
    EXPECT_EQ(Dump(restored.tree), expected);
  }
  TreeOnJournal on_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, InodeLimitsTest, BothKinds(), KindName);

TEST_P(InodeLimitsTest, Lengths) {
  InodeId file = on_.AddFile(kRootId, "f");
  FileUpdate update;
  update.id = file;
  for (int64_t length : kEdges) {
    update.length = length;
    on_.Record(UpdateFileEdit(update));
    EXPECT_EQ(on_.tree.Find(file).length(), length);
  }
  for (int64_t length : kEdges) {
    update.id = on_.AddFile(kRootId, "f" + std::to_string(length));
    update.length = length;
    on_.Record(UpdateFileEdit(update));
  }
  ExpectTheSameElsewhere();
}

// Creation, modification and access, each at every edge: they are kept as differences.
TEST_P(InodeLimitsTest, Times) {
  int64_t id = 1000;
  std::vector<NewFile> files;
  for (int64_t creation : kEdges) {
    for (int64_t modification : kEdges) {
      NewFile file;
      file.inode.id = FileIdOfContainer(++id);
      file.inode.parent_id = kRootId;
      file.inode.name = "f" + std::to_string(id);
      file.inode.creation_time_ms = creation;
      file.inode.modification_time_ms = modification;
      file.inode.access_time_ms = kEdges[static_cast<size_t>(id) % std::size(kEdges)];
      on_.Record(NewFileEdit(file));
      files.push_back(file);
    }
  }
  for (const NewFile& file : files) {
    InodeView view = on_.tree.Find(file.inode.id);
    EXPECT_EQ(view.creation_time_ms(), file.inode.creation_time_ms);
    EXPECT_EQ(view.modification_time_ms(), file.inode.modification_time_ms);
    EXPECT_EQ(view.access_time_ms(), file.inode.access_time_ms);
  }
  ExpectTheSameElsewhere();
}

TEST_P(InodeLimitsTest, TimesThatClientsSetOneByOne) {
  InodeId file = on_.AddFile(kRootId, "f");
  InodeId directory = on_.AddDirectory(kRootId, "d");
  int64_t others = 5;
  for (InodeId id : {file, directory}) {
    for (int64_t time : kEdges) {
      InodeUpdate update;
      update.id = id;
      update.modification_time_ms = time;
      update.overwrite_modification_time = true;
      update.access_time_ms = ++others;
      update.overwrite_access_time = true;
      on_.Record(UpdateInodeEdit(update));
      InodeView view = on_.tree.Find(id);
      EXPECT_EQ(view.modification_time_ms(), time);
      EXPECT_EQ(view.access_time_ms(), others);
      EXPECT_EQ(view.creation_time_ms(), 1000);
    }
  }
  ExpectTheSameElsewhere();
}

// The other times stay what they were when the one that they are kept against changes.
TEST_P(InodeLimitsTest, ACreationTimeThatMoves) {
  InodeId file = on_.AddFile(kRootId, "f", 7000);
  InodeView before = on_.tree.Find(file);
  const int64_t modification = before.modification_time_ms();
  const int64_t access = before.access_time_ms();
  for (int64_t time : kEdges) {
    journal::JournalEntry entry;
    entry.mutable_update_inode()->set_id(file);
    entry.mutable_update_inode()->set_creation_time_ms(time);
    ASSERT_TRUE(on_.tree.Apply(entry).ok());
    InodeView view = on_.tree.Find(file);
    EXPECT_EQ(view.creation_time_ms(), time);
    EXPECT_EQ(view.modification_time_ms(), modification);
    EXPECT_EQ(view.access_time_ms(), access);
  }
}

TEST_P(InodeLimitsTest, BlockCounts) {
  InodeId file = on_.AddFile(kRootId, "f");
  FileUpdate update;
  update.id = file;
  for (int64_t count : {1, 254, 255, 256, 70'000, 254, 300}) {
    update.block_count = count;
    on_.Record(UpdateFileEdit(update));
    EXPECT_EQ(on_.tree.Find(file).block_count(), static_cast<size_t>(count));
  }
  InodeId grown = on_.AddFile(kRootId, "g");
  for (size_t count = 1; count <= 300; ++count) {
    on_.Record(NewBlockEdit(grown));
    ASSERT_EQ(on_.tree.Find(grown).block_count(), count);
  }
  EXPECT_EQ(on_.tree.Find(grown).block_id(299), MakeId(ContainerOf(grown), 299));
  ExpectTheSameElsewhere();
}

TEST_P(InodeLimitsTest, Names) {
  InodeId directory = on_.AddDirectory(kRootId, "d");
  std::vector<std::pair<InodeId, std::string>> files;
  for (size_t size : {1, 253, 254, 255, 256, 257, 4096, 65533, 65534, 65535}) {
    std::string name = std::string(size - 1, 'n') + std::to_string(files.size());
    files.emplace_back(on_.AddFile(directory, name), name);
  }
  for (const auto& [id, name] : files) {
    EXPECT_EQ(on_.tree.Find(id).name(), name);
    EXPECT_EQ(on_.tree.Walk("/d/" + name).last().id(), id);
  }
  ExpectTheSameElsewhere();
  // A long name becomes a short one, and the other way round.
  for (size_t n = 0; n < files.size(); ++n) {
    auto& [id, name] = files[n];
    name = std::string(n % 2 == 0 ? 300 : 3, 'r') + std::to_string(n);
    on_.Record(RenameEdit({.id = id, .new_parent_id = kRootId, .new_name = name, .time_ms = 5}));
  }
  for (const auto& [id, name] : files) {
    EXPECT_EQ(on_.tree.Walk("/" + name).last().id(), id);
    on_.Record(DeleteEdit({.id = id, .time_ms = 6}));
  }
  ExpectTheSameElsewhere();
}

TEST_P(InodeLimitsTest, DirectoryIds) {
  const InodeId ids[] = {1, kMaxSequence - 1, MakeId(1, 0), MakeId(3, 0x010203),
                         MakeId(kMaxContainer, 0xFEDCBA)};
  for (InodeId id : ids) {
    NewDirectory directory;
    directory.inode.id = id;
    directory.inode.parent_id = kRootId;
    directory.inode.name = std::to_string(id);
    on_.Record(NewDirectoryEdit(directory));
    on_.AddFile(id, "child");
  }
  for (InodeId id : ids) {
    EXPECT_EQ(on_.tree.Find(id).id(), id);
    EXPECT_EQ(on_.tree.Walk("/" + std::to_string(id) + "/child").last().parent_id(), id);
  }
  EXPECT_EQ(on_.tree.Find(ids[0]).block_count(), 0u);
  EXPECT_EQ(on_.tree.Find(ids[0]).block_size(), 0);
  ExpectTheSameElsewhere();
}

// More owners than two bytes can tell apart.
TEST_P(InodeLimitsTest, Owners) {
  InodeId first = on_.AddFile(kRootId, "first");
  InodeId last = on_.AddFile(kRootId, "last");
  journal::JournalEntry entry;
  auto own = [&](InodeId id, const std::string& owner) {
    entry.mutable_update_inode()->set_id(id);
    entry.mutable_update_inode()->set_owner(owner);
    ASSERT_TRUE(on_.tree.Apply(entry).ok());
  };
  own(first, "user1");
  for (int n = 0; n < 66'000; ++n) own(last, "user" + std::to_string(n));
  for (int n = 0; n < 10; ++n) on_.AddFile(kRootId, "f" + std::to_string(n));  // moves them out
  EXPECT_EQ(on_.tree.Find(first).owner(), "user1");
  EXPECT_EQ(on_.tree.Find(last).owner(), "user65999");
  own(last, "user2");
  EXPECT_EQ(on_.tree.Find(last).owner(), "user2");
  own(first, "user65998");
  EXPECT_EQ(on_.tree.Find(first).owner(), "user65998");
}

}  // namespace
}  // namespace alluxio::master
