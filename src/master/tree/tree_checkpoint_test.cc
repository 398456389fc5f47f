#include "master/tree/tree_checkpoint.h"

#include <gtest/gtest.h>

#include "journal/checkpoint_format.h"
#include "journal/string_checkpoint.h"
#include "master/tree/tree_fixture.h"
#include "proto/meta/inode_meta.pb.h"

namespace alluxio::master {
namespace {

using journal::CheckpointType;
using ProtoInode = ::alluxio::proto::meta::Inode;

ProtoInode Directory(InodeId id, InodeId parent, const std::string& name) {
  ProtoInode inode;
  inode.set_id(id);
  inode.set_parent_id(parent);
  inode.set_name(name);
  inode.set_is_directory(true);
  inode.set_ttl(-1);
  inode.set_persistence_state("PERSISTED");
  return inode;
}

std::string Checkpoint(const std::vector<ProtoInode>& inodes,
                       CheckpointType type = CheckpointType::kInodeProtos,
                       const std::string& name = "HEAP_INODE_STORE") {
  journal::StringSink sink;
  journal::CompoundWriter compound(sink);
  EXPECT_TRUE(compound.Begin().ok());
  EXPECT_TRUE(compound.BeginPart(name).ok());
  EXPECT_TRUE(journal::WriteCheckpointType(compound.part(), type).ok());
  journal::MessageWriter writer(compound.part());
  for (const ProtoInode& inode : inodes) EXPECT_TRUE(writer.Write(inode).ok());
  EXPECT_TRUE(writer.Finish().ok());
  EXPECT_TRUE(compound.EndPart().ok());
  return sink.bytes;
}

Status Read(InodeTree& tree, const std::string& bytes) {
  journal::StringSource source(bytes);
  return tree.ReadCheckpoint(source);
}

class TreeCheckpointTest : public TreeTest {};

INSTANTIATE_TEST_SUITE_P(Kinds, TreeCheckpointTest, BothKinds(), KindName);

TEST_P(TreeCheckpointTest, RocksArchiveIsRefusedWithAReason) {
  InodeTree tree(nullptr, TestCache());
  Status status = Read(tree, Checkpoint({}, CheckpointType::kRocksSingle, "CACHING_INODE_STORE"));
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << status;
}

TEST_P(TreeCheckpointTest, InodesWithoutARootAreRefused) {
  InodeTree tree(nullptr, TestCache());
  EXPECT_EQ(Read(tree, Checkpoint({Directory(5, 0, "a")})).code(), StatusCode::kDataLoss);
}

TEST_P(TreeCheckpointTest, TwiceTheSameIdOrNameIsRefused) {
  InodeTree tree(nullptr, TestCache());
  ProtoInode root = Directory(0, -1, "");
  EXPECT_EQ(Read(tree, Checkpoint({root, Directory(5, 0, "a"), Directory(5, 0, "b")})).code(),
            StatusCode::kDataLoss);
  EXPECT_EQ(Read(tree, Checkpoint({root, Directory(5, 0, "a"), Directory(6, 0, "a")})).code(),
            StatusCode::kDataLoss);
}

TEST_P(TreeCheckpointTest, TwiceTheSameIdOrNameIsRefusedLongAfterTheFirst) {
  std::vector<ProtoInode> inodes{Directory(0, -1, "")};
  for (int n = 0; n < 100; ++n) inodes.push_back(Directory(100 + n, 0, "d" + std::to_string(n)));
  InodeTree tree(nullptr, TestCache());
  ASSERT_TRUE(Read(tree, Checkpoint(inodes)).ok());
  EXPECT_EQ(tree.inode_count(), 101u);
  for (const ProtoInode& twice : {Directory(105, 0, "other"), Directory(105, 150, "other"),
                                  Directory(1000, 0, "d5")}) {
    std::vector<ProtoInode> damaged = inodes;
    damaged.push_back(twice);
    EXPECT_EQ(Read(tree, Checkpoint(damaged)).code(), StatusCode::kDataLoss);
  }
}

TEST_P(TreeCheckpointTest, AFileWithAnIdOfAnotherKindIsRefused) {
  ProtoInode file = Directory(MakeId(7, 5), kRootId, "f");
  file.set_is_directory(false);
  InodeTree tree(nullptr, TestCache());
  Status status = Read(tree, Checkpoint({Directory(kRootId, kNoInode, ""), file}));
  EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status;
  file.set_id(FileIdOfContainer(7));
  status = Read(tree, Checkpoint({Directory(kRootId, kNoInode, ""), file}));
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(TreeCheckpointTest, CircleOfParentsIsRefused) {
  InodeTree tree(nullptr, TestCache());
  EXPECT_EQ(Read(tree, Checkpoint({Directory(0, -1, ""), Directory(5, 6, "a"),
                                   Directory(6, 5, "b")})).code(),
            StatusCode::kDataLoss);
}

TEST_P(TreeCheckpointTest, ChildrenMayComeBeforeTheirParents) {
  InodeTree tree(nullptr, TestCache());
  Status status = Read(tree, Checkpoint({Directory(7, 6, "c"), Directory(6, 5, "b"),
                                         Directory(5, 0, "a"), Directory(0, -1, "")}));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(tree.PathOf(tree.Find(7)), "/a/b/c");
  EXPECT_EQ(tree.Find(5).child_count(), 1u);
}

TEST_P(TreeCheckpointTest, UnreachableInodesAreLeftOut) {
  InodeTree tree(nullptr, TestCache());
  Status status = Read(tree, Checkpoint({Directory(0, -1, ""), Directory(6, 99, "lost"),
                                         Directory(7, 6, "below"), Directory(5, 0, "kept")}));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(tree.inode_count(), 2u);
  EXPECT_FALSE(tree.Find(6));
  EXPECT_FALSE(tree.Find(7));
}

TEST_P(TreeCheckpointTest, EmptyTreeHasACheckpointToo) {
  InodeTree tree(nullptr, TestCache());
  journal::StringSink sink;
  ASSERT_TRUE(tree.WriteCheckpoint(sink).ok());
  InodeTree other(nullptr, TestCache());
  EXPECT_TRUE(Read(other, sink.bytes).ok());
  EXPECT_FALSE(other.root());
}

}  // namespace
}  // namespace alluxio::master
