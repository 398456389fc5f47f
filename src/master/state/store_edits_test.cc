#include "master/state/store_edits.h"

#include <gtest/gtest.h>

namespace alluxio::master {
namespace {

StoreEdit Rename(InodeId inode) {
  StoreEdit edit;
  edit.inode = inode;
  edit.path = "/a";
  edit.to = "/b";
  edit.user = "u";
  edit.operation = OperationId{1, -2};
  return edit;
}

TEST(StoreEditsTest, WhatHasBegunIsThereUntilItEnds) {
  StoreEdits edits;
  Edit plain(journal::Component::kFileSystem);
  edits.RememberEntry(plain.entry());
  EXPECT_EQ(edits.size(), 0u);
  Edit begin(journal::Component::kFileSystem);
  MarkBegin(Rename(7), &begin);
  edits.RememberEntry(begin.entry());
  edits.RememberEntry(begin.entry());
  StoreEdit deletion;
  deletion.inode = 3;
  deletion.kind = StoreEdit::Kind::kDelete;
  deletion.path = "/c";
  Edit second(journal::Component::kFileSystem);
  MarkBegin(deletion, &second);
  edits.RememberEntry(second.entry());
  ASSERT_EQ(edits.size(), 2u);
  EXPECT_EQ(edits.All()[0].kind, StoreEdit::Kind::kDelete);
  EXPECT_EQ(edits.All()[1].to, "/b");
  EXPECT_EQ(edits.All()[1].user, "u");
  EXPECT_EQ(edits.All()[1].operation->low, -2);
  Edit end(journal::Component::kFileSystem);
  MarkEnd(7, &end);
  edits.RememberEntry(end.entry());
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits.All()[0].path, "/c");
  EXPECT_FALSE(edits.All()[0].operation.has_value());
}

}  // namespace
}  // namespace alluxio::master
