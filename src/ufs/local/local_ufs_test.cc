#include "ufs/local/local_ufs.h"

#include <unistd.h>

#include "tests/contract/ufs_contract.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::ufs {
namespace {

UfsUnderTest MakeLocal() {
  auto folder = std::make_shared<TempFolder>();
  return {LocalUfs::Open(folder->path(), {}), folder};
}

INSTANTIATE_TEST_SUITE_P(Local, UfsContract, ::testing::Values(&MakeLocal));

class LocalUfsTest : public ::testing::Test {
 protected:
  TempFolder folder_;
  std::shared_ptr<Ufs> ufs_ = LocalUfs::Open(folder_.path(), {});
};

TEST_F(LocalUfsTest, ReadOnlyRefusesEveryChange) {
  auto ufs = LocalUfs::Open(folder_.path(), {.read_only = true});
  EXPECT_EQ(ufs->Create("a", {}).status().code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->OpenLog("a").status().code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->MakeDirectory("a", {}).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->DeleteFile("a").code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->Rename("a", "b").code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->SetMode("a", Mode{0}).code(), StatusCode::kPermissionDenied);
  EXPECT_TRUE(ufs->Stat("").ok());
}

TEST_F(LocalUfsTest, AMissingRootIsNotMadeBehindTheOperatorsBack) {
  auto ufs = LocalUfs::Open(folder_.path() + "/not/mounted", {});
  EXPECT_EQ(ufs->Stat("").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs->Create("a", {}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs->MakeDirectory("a", {.mode = Mode{0755}}).code(), StatusCode::kNotFound);
  EXPECT_TRUE(ufs->MakeDirectory("", {.mode = Mode{0755}}).ok()) << "unless asked for";
  EXPECT_TRUE(ufs->Stat("").ok());
}

TEST_F(LocalUfsTest, LeftoversOfACrashAreHiddenAndOutOfReach) {
  std::string name = std::string(LocalUfs::kHiddenPrefix) + "x";
  auto file = Disk::Real().OpenForWrite(folder_.path() + "/" + name, WriteMode::kCreateNew);
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(ufs_->List("", {})->entries.empty());
  EXPECT_EQ(ufs_->Stat(name).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(LocalUfsTest, LeftoversOfACrashAreDroppedWhenTheyAreOld) {
  ASSERT_TRUE(ufs_->MakeDirectory("d", {.mode = Mode{0755}}).ok());
  auto left = [&](const std::string& name) { return folder_.path() + "/d/" + name; };
  std::string hidden(LocalUfs::kHiddenPrefix);
  for (const std::string& name : {hidden + "x", std::string("seen")}) {
    ASSERT_TRUE(Disk::Real().OpenForWrite(left(name), WriteMode::kCreateNew).ok());
  }
  int64_t written_ms = Disk::Real().Stat(left("seen"))->modified_ms;
  ASSERT_TRUE(ufs_->DropLeftovers("d", written_ms - 10'000).ok());
  EXPECT_TRUE(Disk::Real().Stat(left(hidden + "x")).ok()) << "somebody may be writing it";
  ASSERT_TRUE(ufs_->DropLeftovers("d", written_ms + 10'000).ok());
  EXPECT_FALSE(Disk::Real().Stat(left(hidden + "x")).ok());
  EXPECT_TRUE(Disk::Real().Stat(left("seen")).ok());
  EXPECT_EQ(ufs_->DropLeftovers("none", 0).code(), StatusCode::kNotFound);
}

TEST_F(LocalUfsTest, LeftoversOfACrashDoNotKeepAFolderFromBeingDeleted) {
  ASSERT_TRUE(ufs_->MakeDirectory("d", {.mode = Mode{0755}}).ok());
  std::string name = "d/" + std::string(LocalUfs::kHiddenPrefix) + "x";
  auto disk_file = [&](const std::string& key) {
    return Disk::Real().OpenForWrite(folder_.path() + "/" + key, WriteMode::kCreateNew).status();
  };
  ASSERT_TRUE(disk_file(name).ok());
  ASSERT_TRUE(disk_file("d/seen").ok());
  EXPECT_EQ(ufs_->DeleteDirectory("d", false).code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Disk::Real().Stat(folder_.path() + "/" + name).ok());
  ASSERT_TRUE(ufs_->DeleteFile("d/seen").ok());
  EXPECT_TRUE(ufs_->DeleteDirectory("d", false).ok());
}

TEST_F(LocalUfsTest, BrokenLinksAreSkippedAndGoodOnesFollowed) {
  ASSERT_EQ(::symlink("/no/such/thing", (folder_.path() + "/broken").c_str()), 0);
  ASSERT_EQ(::symlink(folder_.path().c_str(), (folder_.path() + "/good").c_str()), 0);
  UfsListing listing = ufs_->List("", {}).value();
  ASSERT_EQ(listing.entries.size(), 1u);
  EXPECT_EQ(listing.entries[0].key, "good");
  EXPECT_TRUE(listing.entries[0].is_directory);
}

TEST_F(LocalUfsTest, ContentHashIsAlluxios) {
  auto writer = ufs_->Create("f", {});
  ASSERT_TRUE((*writer)->Write("abcd").ok());
  UfsStatus status = (*writer)->Commit().value();
  EXPECT_EQ(status.content_hash,
            "(len:4, modtime:" + std::to_string(status.modified_ms) + ")");
}

}  // namespace
}  // namespace alluxio::ufs
