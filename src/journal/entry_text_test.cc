#include "journal/entry_text.h"

#include <gtest/gtest.h>

#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

TEST(EntryText, ShowsNoCredentialOfAMount) {
  JournalEntry entry;
  auto* mount = entry.mutable_add_mount_point();
  mount->set_alluxio_path("/m");
  mount->set_ufs_path("swift://me:geheim@host/a");
  auto* pair = mount->add_properties();
  pair->set_key("aws.secretKey");
  pair->set_value("geheim");
  for (EntryLayout layout : {EntryLayout::kLines, EntryLayout::kOneLine}) {
    std::string text = EntryText(entry, layout);
    EXPECT_EQ(text.find("geheim"), std::string::npos) << text;
    EXPECT_NE(text.find("aws.secretKey"), std::string::npos) << text;
  }
  EXPECT_EQ(entry.add_mount_point().properties(0).value(), "geheim") << "the entry itself stays";
}

TEST(EntryText, OtherEntriesAreShownWhole) {
  JournalEntry entry;
  entry.mutable_delete_mount_point()->set_alluxio_path("/m");
  EXPECT_EQ(EntryText(entry, EntryLayout::kOneLine), entry.ShortDebugString());
}

}  // namespace
}  // namespace alluxio::journal
