#include "master/mount/mount_table.h"

#include <gtest/gtest.h>

#include "master/mount/mount_parts.h"
#include "master/mount/ufs_uri.h"
#include "proto/journal/journal.pb.h"
#include "tests/fixtures/memory_ufs.h"

namespace alluxio::master {
namespace {

MountPoint Point(const std::string& path, const std::string& uri, MountId id) {
  MountPoint mount;
  mount.path = path;
  mount.ufs_uri = uri;
  mount.id = id;
  return mount;
}

class MountTableTest : public ::testing::Test {
 protected:
  void Apply(const Edit& edit) {
    for (JournaledPart* part : parts_.parts()) {
      auto handled = part->Apply(edit.entry());
      ASSERT_TRUE(handled.ok()) << handled.status();
      if (*handled == Handling::kHandled) return;
    }
    FAIL() << "nobody took the entry";
  }
  MountTable table_{Point("/", "/ufs", 7), nullptr};
  MountParts parts_{&table_};
};

TEST(UfsUri, RejectsWhatIsNoPlace) {
  EXPECT_FALSE(UfsUri::Parse("").ok());
  EXPECT_FALSE(UfsUri::Parse("relative").ok());
  EXPECT_FALSE(UfsUri::Parse("/a/../b").ok());
}

TEST(UfsUri, SpellingsOfOnePlaceAreEqual) {
  for (const char* text : {"/a/b", "file:///a/b", "file:/a/b/", "/a//b"}) {
    auto uri = UfsUri::Parse(text);
    ASSERT_TRUE(uri.ok()) << text;
    EXPECT_EQ(uri->Text(), "/a/b") << text;
  }
  EXPECT_EQ(UfsUri::Parse("s3://bucket")->Text(), "s3://bucket/");
}

TEST_F(MountTableTest, CollisionsCarryAlluxiosText) {
  Apply(MountTable::AddEdit(Point("/m", "s3://b/data", 5)));
  EXPECT_EQ(table_.CheckNew("/m", "s3://c").message(), "Mount point /m already exists");
  EXPECT_EQ(table_.CheckNew("/n", "s3://b/data/x").message(),
            "Mount point s3://b/data is a prefix of s3://b/data/x");
  EXPECT_EQ(table_.CheckNew("/n", "s3://b").message(),
            "Mount point s3://b is a prefix of s3://b/data");
  EXPECT_TRUE(table_.CheckNew("/n", "s3://b/database").ok());
}

TEST_F(MountTableTest, UnknownMountCannotBeDeleted) {
  Edit edit = MountTable::DeleteEdit("/none");
  EXPECT_FALSE(parts_.parts()[0]->Apply(edit.entry()).ok());
  Edit root = MountTable::DeleteEdit("/");
  EXPECT_FALSE(parts_.parts()[0]->Apply(root.entry()).ok());
}

TEST_F(MountTableTest, LongestPrefixWins) {
  Apply(MountTable::AddEdit(Point("/m", "s3://b", 5)));
  Apply(MountTable::AddEdit(Point("/m/n", "s3://c/d", 6)));
  EXPECT_EQ(table_.Resolve("/m/n/x").ufs_uri, "s3://c/d/x");
  EXPECT_EQ(table_.Resolve("/m/nn").ufs_uri, "s3://b/nn");
  EXPECT_EQ(table_.Resolve("/other").ufs_uri, "/ufs/other");
  EXPECT_EQ(table_.Resolve("/other").mount->id, kRootMountId);
  EXPECT_EQ(*table_.ReverseResolve("s3://c/d/x/y"), "/m/n/x/y");
  EXPECT_TRUE(table_.ReverseResolve("gs://z").status().Is(StatusCode::kNotFound));
}

TEST_F(MountTableTest, SyncPointsOfAnOldJournalCanBeTakenOut) {
  Edit add(journal::Component::kFileSystem);
  add.entry().mutable_add_sync_point()->set_syncpoint_path("/m/s");
  add.entry().mutable_add_sync_point()->set_mount_id(5);
  Apply(add);
  EXPECT_EQ(table_.SyncPoints(), std::vector<std::string>{"/m/s"});
  EXPECT_FALSE(table_.RemoveSyncPointEdit("/m").has_value());
  Apply(*table_.RemoveSyncPointEdit("/m/s"));
  EXPECT_TRUE(table_.SyncPoints().empty());
}

TEST_F(MountTableTest, NewOptionsReplaceTheOld) {
  MountPoint mount = Point("/m", "s3://b", 5);
  mount.properties["alluxio.user.file.metadata.sync.interval"] = "2s";
  Apply(MountTable::AddEdit(mount));
  EXPECT_EQ(table_.SyncIntervalOf("/m/x"), 2000);
  EXPECT_EQ(table_.SyncIntervalOf("/x"), std::nullopt);
  mount.id = 6;
  mount.properties.clear();
  Apply(MountTable::AddEdit(mount));
  EXPECT_EQ(table_.List().size(), 2u);
  EXPECT_EQ(table_.FindById(5), nullptr);
  EXPECT_EQ(table_.SyncIntervalOf("/m/x"), std::nullopt);
}

// Counts the stores that are open.
class CountingFactory final : public ufs::UfsFactory {
 public:
  Result<std::shared_ptr<ufs::Ufs>> Open(const std::string& uri,
                                         const ufs::UfsOpenOptions&) override {
    ++open;
    auto inner = std::make_shared<MemoryUfs>(uri);
    return std::shared_ptr<ufs::Ufs>(inner.get(), [this, inner](ufs::Ufs*) { --open; });
  }
  int open = 0;
};

// To close a store may take long, and edits are applied under the lock of the tree.
TEST(MountTableStores, AnEditClosesNone) {
  CountingFactory factory;
  MountTable table(Point("/", "/ufs", 7), &factory);
  MountParts parts(&table);
  auto apply = [&](const Edit& edit) {
    ASSERT_TRUE(parts.parts()[0]->Apply(edit.entry()).ok());
  };
  apply(MountTable::AddEdit(Point("/m", "s3://b", 5)));
  ASSERT_TRUE(table.OpenUfs(*table.Resolve("/m/x").mount).ok());
  EXPECT_EQ(factory.open, 1);
  apply(MountTable::AddEdit(Point("/m", "s3://b", 6)));
  apply(MountTable::DeleteEdit("/m"));
  EXPECT_EQ(factory.open, 1);
  MountPointPtr root = table.Resolve("/x").mount;
  ASSERT_TRUE(table.OpenUfs(*root).ok());
  EXPECT_EQ(factory.open, 1);  // the root's; that of "/m" is closed
  parts.parts()[0]->Reset();
  EXPECT_EQ(factory.open, 1);
  ASSERT_TRUE(table.OpenUfs(*root).ok());
  EXPECT_EQ(factory.open, 1);
}

TEST_F(MountTableTest, CheckpointEntriesRebuildTheTable) {
  MountPoint mount = Point("/m", "s3://b", 5);
  mount.properties["secret"] = "x";
  Apply(MountTable::AddEdit(mount));
  Apply(*MountTable::ModeEdit("s3://b/q", UfsMode::kReadOnly));
  MountTable other(Point("/", "/ufs", 1), nullptr);
  MountParts other_parts(&other);
  for (size_t i = 0; i < parts_.parts().size(); ++i) {
    auto* from = static_cast<EntryListPart*>(parts_.parts()[i]);
    ASSERT_TRUE(from->VisitEntries([&](const journal::JournalEntry& entry) {
                      auto handled = other_parts.parts()[i]->Apply(entry);
                      return handled.ok() ? OkStatus() : handled.status();
                    }).ok());
  }
  ASSERT_NE(other.Find("/m"), nullptr);
  EXPECT_EQ(other.Find("/m")->properties.at("secret"), "x");
  EXPECT_EQ(RedactedProperties(*other.Find("/m")).at("secret"), "******");
  EXPECT_EQ(other.ModeOf("s3://b/anything"), UfsMode::kReadOnly);
  Status write = other.CheckUfsAllowed(*other.Find("/m"), true);
  EXPECT_TRUE(write.Is(StatusCode::kPermissionDenied));
  EXPECT_TRUE(other.CheckUfsAllowed(*other.Find("/m"), false).ok());
}

}  // namespace
}  // namespace alluxio::master
