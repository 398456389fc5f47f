#include "master/tree/inode_entries.h"

#include <gtest/gtest.h>

#include "master/tree/directory_ids.h"
#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

std::string Hex(const std::string& bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (unsigned char byte : bytes) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

std::string Bytes(const Edit& edit, int64_t sequence) {
  journal::JournalEntry entry = edit.entry();
  entry.set_sequence_number(sequence);
  return Hex(entry.SerializeAsString());
}

constexpr const char* kRootBytes =
    "08024aa201080010ffffffffffffffffff011a00220950455253495354454428003080d095ffbc31"
    "3880d095ffbc315800600068ffffffffffffffffff0170017a320a07616c6c7578696f1207616c6c7578696f"
    "1a0a0a00120608000801080222080a00120408000802320408000802380040008201240a07616c6c7578696f"
    "1207616c6c7578696f1a040a00120022040a0012003200380140018a01012fa00180d095ffbc31";

std::vector<Edit> GoldenBoot() {
  FirstBoot boot;
  boot.owner = "alluxio";
  boot.group = "alluxio";
  boot.mode = Mode{0755};
  boot.now_ms = 1700000000000;
  return BootstrapEdits(boot);
}

TEST(InodeEntriesTest, FirstBootWritesTheBytesOf29) {
  std::vector<Edit> edits = GoldenBoot();
  ASSERT_EQ(edits.size(), 3u);
  EXPECT_EQ(Bytes(edits[0], 0), "0800520408001000");
  EXPECT_EQ(Bytes(edits[1], 1), "0801520408001001");
  EXPECT_EQ(Bytes(edits[2], 2), kRootBytes);
}

TEST(InodeEntriesTest, BytesOf29BecomeTheRoot) {
  std::string bytes;
  for (const char* at = kRootBytes; *at != 0; at += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(at, 2), nullptr, 16)));
  }
  journal::JournalEntry entry;
  ASSERT_TRUE(entry.ParseFromString(bytes));
  InodeTree tree;
  Result<Handling> handled = tree.Apply(entry);
  ASSERT_TRUE(handled.ok()) << handled.status();
  InodeView root = tree.root();
  ASSERT_TRUE(root);
  EXPECT_EQ(root.id(), 0);
  EXPECT_EQ(root.parent_id(), kNoInode);
  EXPECT_EQ(root.owner(), "alluxio");
  EXPECT_EQ(root.group(), "alluxio");
  EXPECT_EQ(root.mode().bits, 0755);
  EXPECT_EQ(root.persistence(), PersistenceState::kPersisted);
  EXPECT_EQ(root.creation_time_ms(), 1700000000000);
  EXPECT_EQ(root.access_time_ms(), 1700000000000);
  EXPECT_EQ(root.ttl_ms(), kNoTtl);
  EXPECT_FALSE(root.default_acl());
  EXPECT_FALSE(root.mount_point());
}

TEST(InodeEntriesTest, NewFileSetsWhatWouldBeHarmfulWhenMissing) {
  NewFile file;
  file.inode.id = FileIdOfContainer(1);
  file.inode.name = "f";
  Edit edit = NewFileEdit(file);
  const auto& entry = edit.entry().inode_file();
  EXPECT_EQ(entry.persistence_state(), "NOT_PERSISTED");
  EXPECT_EQ(entry.ttl(), -1);
  EXPECT_EQ(entry.replication_max(), -1);
  EXPECT_EQ(entry.persist_job_id(), -1);
  EXPECT_TRUE(entry.has_temp_ufs_path());
  EXPECT_EQ(entry.acl().useractions_size(), 1);
  EXPECT_EQ(entry.acl().groupactions_size(), 1);
  EXPECT_TRUE(entry.acl().has_otheractions());
  EXPECT_FALSE(entry.has_should_persist_time());
  EXPECT_FALSE(entry.has_owner());
}

TEST(InodeEntriesTest, UpdateCarriesOnlyWhatIsSet) {
  InodeUpdate update;
  update.id = 5;
  EXPECT_EQ(UpdateInodeEdit(update).entry().update_inode().ByteSizeLong(), 2u);
  FileUpdate file;
  file.id = 5;
  EXPECT_EQ(UpdateFileEdit(file).entry().update_inode_file().ByteSizeLong(), 2u);
  DirectoryUpdate directory;
  directory.id = 5;
  EXPECT_EQ(UpdateDirectoryEdit(directory).entry().update_inode_directory().ByteSizeLong(), 2u);
}

TEST(DirectoryIdsTest, ContainerIsUsedUpBeforeItsLastNumber) {
  DirectoryIds ids;
  journal::JournalEntry entry;
  entry.mutable_inode_directory_id_generator()->set_container_id(3);
  entry.mutable_inode_directory_id_generator()->set_sequence_number(kMaxSequence - 1);
  ASSERT_TRUE(ids.Apply(entry).ok());
  EXPECT_EQ(ids.Next(), MakeId(3, kMaxSequence - 1));
  ASSERT_TRUE(ids.Apply(ids.TakeEdit().entry()).ok());
  EXPECT_EQ(ids.left(), 0);
  ASSERT_TRUE(ids.Apply(DirectoryIds::StartContainerEdit(9).entry()).ok());
  EXPECT_EQ(ids.Next(), MakeId(9, 0));
}

TEST(DirectoryIdsTest, ImpossibleIdIsRefused) {
  DirectoryIds ids;
  journal::JournalEntry entry;
  entry.mutable_inode_directory_id_generator()->set_container_id(-3);
  EXPECT_EQ(ids.Apply(entry).status().code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace alluxio::master
