#include "master/tree/inode_apply.h"

#include <gtest/gtest.h>

#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

class InodeApplyTest : public TreeTest {
 protected:
  InodeApplyTest() { on_.Bootstrap(); }
  Status Refused(const journal::JournalEntry& entry) {
    std::string before = Dump(on_.tree);
    Status status = on_.tree.Apply(entry).status();
    EXPECT_EQ(Dump(on_.tree), before) << "a refused entry changed the tree";
    return status;
  }
  TreeOnJournal on_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, InodeApplyTest, BothKinds(), KindName);

TEST_P(InodeApplyTest, UnknownInodeIsNamed) {
  Status status = Refused(DeleteEdit({77, 1, ""}).entry());
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_NE(status.message().find("inode 77"), std::string::npos);
  InodeUpdate update;
  update.id = 78;
  update.modification_time_ms = 5;
  EXPECT_EQ(Refused(UpdateInodeEdit(update).entry()).code(), StatusCode::kNotFound);
}

TEST_P(InodeApplyTest, LateAccessTimeOfADeletedInodeIsIgnored) {
  InodeUpdate update;
  update.id = 78;
  update.access_time_ms = 5;
  EXPECT_TRUE(on_.tree.Apply(UpdateInodeEdit(update).entry()).ok());
}

TEST_P(InodeApplyTest, MissingParentFileParentAndTakenNameAreRefused) {
  InodeId file = on_.AddFile(kRootId, "f");
  NewFile bad;
  bad.inode.id = FileIdOfContainer(500);
  bad.inode.name = "x";
  bad.inode.parent_id = 4711;
  EXPECT_EQ(Refused(NewFileEdit(bad).entry()).code(), StatusCode::kNotFound);
  bad.inode.parent_id = file;
  EXPECT_EQ(Refused(NewFileEdit(bad).entry()).code(), StatusCode::kInvalidArgument);
  bad.inode.parent_id = kRootId;
  bad.inode.name = "f";
  EXPECT_EQ(Refused(NewFileEdit(bad).entry()).code(), StatusCode::kAlreadyExists);
  bad.inode.name = "a/b";
  EXPECT_EQ(Refused(NewFileEdit(bad).entry()).code(), StatusCode::kInvalidArgument);
}

TEST_P(InodeApplyTest, EmptyPersistenceStateAndForeignBlocksAreRefused) {
  NewFile file;
  file.inode.id = FileIdOfContainer(9);
  file.inode.parent_id = kRootId;
  file.inode.name = "x";
  Edit edit = NewFileEdit(file);
  edit.entry().mutable_inode_file()->clear_persistence_state();
  EXPECT_EQ(Refused(edit.entry()).code(), StatusCode::kDataLoss);
  edit = NewFileEdit(file);
  edit.entry().mutable_inode_file()->add_blocks(MakeId(8, 0));
  EXPECT_EQ(Refused(edit.entry()).code(), StatusCode::kUnimplemented);
}

TEST_P(InodeApplyTest, DirectoryWithChildrenIsNotDeletedUnlessRecursive) {
  InodeId directory = on_.AddDirectory(kRootId, "d");
  InodeId below = on_.AddDirectory(directory, "e");
  on_.AddFile(below, "f");
  Edit edit = DeleteEdit({directory, 9000, "/d"});
  EXPECT_EQ(Refused(edit.entry()).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(Refused(DeleteEdit({kRootId, 1, "/"}).entry()).code(),
            StatusCode::kInvalidArgument);
  edit.entry().mutable_delete_file()->set_recursive(true);  // as 1.x wrote it
  ASSERT_TRUE(on_.tree.Apply(edit.entry()).ok());
  EXPECT_EQ(on_.tree.inode_count(), 1u);
  EXPECT_EQ(on_.tree.root().child_count(), 0u);
  EXPECT_EQ(on_.tree.root().modification_time_ms(), 9000);
}

TEST_P(InodeApplyTest, RenameMovesTheSubtreeAndRaisesBothParents) {
  InodeId a = on_.AddDirectory(kRootId, "a");
  InodeId b = on_.AddDirectory(kRootId, "b");
  InodeId file = on_.AddFile(a, "f");
  on_.Record(RenameEdit({file, b, "g", 5000, "/a/f", "/b/g"}));
  EXPECT_EQ(on_.tree.PathOf(on_.tree.Find(file)), "/b/g");
  EXPECT_FALSE(on_.tree.Walk("/a/f").found());
  EXPECT_EQ(on_.tree.Find(a).modification_time_ms(), 5000);
  EXPECT_EQ(on_.tree.Find(b).access_time_ms(), 5000);
  EXPECT_EQ(on_.tree.Find(a).child_count(), 0u);
  EXPECT_EQ(Refused(RenameEdit({b, b, "x", 1, "", ""}).entry()).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Refused(RenameEdit({a, kRootId, "b", 1, "", ""}).entry()).code(),
            StatusCode::kAlreadyExists);
}

TEST_P(InodeApplyTest, RenameByDestinationPathOf1xIsUnderstood) {
  InodeId a = on_.AddDirectory(kRootId, "a");
  InodeId file = on_.AddFile(kRootId, "f");
  journal::JournalEntry entry;
  entry.mutable_rename()->set_id(file);
  entry.mutable_rename()->set_dst_path("/a/g");
  ASSERT_TRUE(on_.tree.Apply(entry).ok());
  EXPECT_EQ(on_.tree.Find(file).parent_id(), a);
  entry.mutable_rename()->set_new_parent_id(0);
  EXPECT_EQ(Refused(entry).code(), StatusCode::kDataLoss);
}

TEST_P(InodeApplyTest, TimesRiseUnlessOverwritten) {
  InodeId file = on_.AddFile(kRootId, "f");
  InodeUpdate update;
  update.id = file;
  update.modification_time_ms = 700;
  on_.Record(UpdateInodeEdit(update));
  update.modification_time_ms = 600;
  on_.Record(UpdateInodeEdit(update));
  EXPECT_EQ(on_.tree.Find(file).modification_time_ms(), 700);
  update.overwrite_modification_time = true;
  on_.Record(UpdateInodeEdit(update));
  EXPECT_EQ(on_.tree.Find(file).modification_time_ms(), 600);
}

TEST_P(InodeApplyTest, PinningSetsReplicationAndTheIndex) {
  InodeId file = on_.AddFile(kRootId, "f");
  InodeUpdate update;
  update.id = file;
  update.pinned = true;
  update.media = {"MEM", "TAPE"};
  on_.Record(UpdateInodeEdit(update));
  EXPECT_TRUE(on_.tree.Find(file).pinned());
  EXPECT_EQ(on_.tree.Find(file).replication_min(), 1);
  EXPECT_EQ(on_.tree.Find(file).media(), std::vector<std::string>{"MEM"});
  EXPECT_EQ(on_.tree.indexes().pinned_files().count(file), 1u);
  update.pinned = false;
  update.media.clear();
  on_.Record(UpdateInodeEdit(update));
  EXPECT_EQ(on_.tree.Find(file).replication_min(), 0);
  EXPECT_TRUE(on_.tree.Find(file).media().empty());
  EXPECT_TRUE(on_.tree.indexes().pinned_files().empty());
}

TEST_P(InodeApplyTest, XattrFollowsItsStrategy) {
  InodeId file = on_.AddFile(kRootId, "f");
  auto change = [&](std::map<std::string, std::string> xattr, XAttrUpdate how) {
    InodeUpdate update;
    update.id = file;
    update.xattr = std::move(xattr);
    update.xattr_update = how;
    on_.Record(UpdateInodeEdit(update));
    return on_.tree.Find(file).xattr();
  };
  using Map = std::map<std::string, std::string>;
  EXPECT_EQ(change({{"a", "1"}, {"b", "1"}}, XAttrUpdate::kTruncate),
            (Map{{"a", "1"}, {"b", "1"}}));
  EXPECT_EQ(change({{"b", "2"}, {"c", "2"}}, XAttrUpdate::kUnionPreserve),
            (Map{{"a", "1"}, {"b", "1"}, {"c", "2"}}));
  EXPECT_EQ(change({{"b", "3"}}, XAttrUpdate::kUnionReplace),
            (Map{{"a", "1"}, {"b", "3"}, {"c", "2"}}));
  EXPECT_EQ(change({{"a", ""}, {"zz", ""}}, XAttrUpdate::kDeleteKeys),
            (Map{{"b", "3"}, {"c", "2"}}));
  EXPECT_EQ(change({{"q", "1"}}, XAttrUpdate::kTruncate), (Map{{"q", "1"}}));
}

TEST_P(InodeApplyTest, TtlIndexFollowsChanges) {
  InodeId file = on_.AddFile(kRootId, "f", 1000);
  InodeUpdate update;
  update.id = file;
  update.ttl_ms = 500;
  on_.Record(UpdateInodeEdit(update));
  EXPECT_TRUE(on_.tree.indexes().Expired(1499, {}, 10).empty());
  ASSERT_EQ(on_.tree.indexes().Expired(1500, {}, 10).size(), 1u);
  EXPECT_EQ(on_.tree.indexes().Expired(1500, {}, 10)[0].id, file);
  update.ttl_ms = kNoTtl;
  on_.Record(UpdateInodeEdit(update));
  EXPECT_EQ(on_.tree.indexes().ttl_count(), 0u);
}

TEST_P(InodeApplyTest, AclEntriesKeepAMask) {
  InodeId directory = on_.AddDirectory(kRootId, "d");
  AclChange change;
  change.id = directory;
  change.action = SetAclAction::kModify;
  change.entries = {{AclEntryType::kNamedUser, "ann", Bits::kReadWrite, false},
                    {AclEntryType::kNamedUser, "bob", Bits::kRead, true}};
  on_.Record(SetAclEdit(change));
  InodeView inode = on_.tree.Find(directory);
  EXPECT_EQ(inode.extended_acl().mask, Bits::kAll);  // r-x of the group and rw- of ann
  ASSERT_TRUE(inode.default_acl());
  EXPECT_EQ(inode.default_acl()->mode.bits, 0755) << "starts from the access list";
  change.action = SetAclAction::kRemove;
  change.entries = {{AclEntryType::kNamedUser, "ann", Bits::kNone, false}};
  on_.Record(SetAclEdit(change));
  EXPECT_TRUE(inode.extended_acl().empty());
  change.action = SetAclAction::kRemoveDefault;
  change.entries.clear();
  on_.Record(SetAclEdit(change));
  EXPECT_FALSE(inode.default_acl());
}

TEST_P(InodeApplyTest, EntriesOf1xAreApplied) {
  InodeId file = on_.AddFile(kRootId, "f");
  journal::JournalEntry entry;
  entry.mutable_complete_file()->set_id(file);
  entry.mutable_complete_file()->set_length(7);
  entry.mutable_complete_file()->add_block_ids(MakeId(ContainerOf(file), 0));
  ASSERT_TRUE(on_.tree.Apply(entry).ok());
  EXPECT_EQ(on_.tree.Find(file).length(), 7);
  EXPECT_EQ(on_.tree.Find(file).block_count(), 1u);
  EXPECT_FALSE(on_.tree.Find(file).completed());
  entry.Clear();
  entry.mutable_async_persist_request()->set_file_id(file);
  ASSERT_TRUE(on_.tree.Apply(entry).ok());
  EXPECT_EQ(on_.tree.indexes().to_be_persisted().count(file), 1u);
  entry.Clear();
  entry.mutable_set_attribute()->set_id(file);
  entry.mutable_set_attribute()->set_persisted(true);
  entry.mutable_set_attribute()->set_owner("ann");
  entry.mutable_set_attribute()->set_permission(0600);
  ASSERT_TRUE(on_.tree.Apply(entry).ok());
  EXPECT_EQ(on_.tree.Find(file).persistence(), PersistenceState::kPersisted);
  EXPECT_EQ(on_.tree.Find(file).owner(), "ann");
  EXPECT_EQ(on_.tree.Find(file).mode().bits, 0600);
  EXPECT_TRUE(on_.tree.indexes().to_be_persisted().empty());
}

TEST_P(InodeApplyTest, RareValuesOfReplicationAndBlockSizeSurvive) {
  InodeId file = on_.AddFile(kRootId, "f");
  FileUpdate update;
  update.id = file;
  update.replication_min = 5;
  update.replication_max = 9;
  on_.Record(UpdateFileEdit(update));
  EXPECT_EQ(on_.tree.Find(file).replication_min(), 5);
  EXPECT_EQ(on_.tree.Find(file).replication_max(), 9);
  EXPECT_EQ(on_.tree.indexes().replication_limited().count(file), 1u);
  for (int64_t size = 1; size <= 300; ++size) {
    InodeId other = on_.AddFile(kRootId, "g" + std::to_string(size));
    update = {};
    update.id = other;
    update.block_size = size;
    on_.Record(UpdateFileEdit(update));
    EXPECT_EQ(on_.tree.Find(other).block_size(), size);
  }
}

}  // namespace
}  // namespace alluxio::master
