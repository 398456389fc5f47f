#include "ufs/object/object_ufs.h"

#include "tests/contract/ufs_contract.h"
#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/memory_flat_store.h"

namespace alluxio::ufs {
namespace {

UfsUnderTest OverMemory(size_t page_limit, bool make_parents) {
  auto store = std::make_unique<MemoryFlatStore>();
  store->state()->page_limit = page_limit;
  ObjectUfsOptions options{.type = "s3", .root = "s3://bucket", .make_parents = make_parents};
  return {ObjectUfs::Open(std::move(store), options), nullptr, {.type = "s3"}};
}
UfsUnderTest FullPages() { return OverMemory(1000, false); }
UfsUnderTest ShortPages() { return OverMemory(3, false); }
UfsUnderTest WithParents() { return OverMemory(1000, true); }

INSTANTIATE_TEST_SUITE_P(FullPages, UfsContract, ::testing::Values(&FullPages));
INSTANTIATE_TEST_SUITE_P(ShortPages, UfsContract, ::testing::Values(&ShortPages));
INSTANTIATE_TEST_SUITE_P(WithParents, UfsContract, ::testing::Values(&WithParents));

class ObjectUfsTest : public ::testing::Test {
 protected:
  std::shared_ptr<Ufs> Make(ObjectUfsOptions options) {
    auto store = std::make_unique<MemoryFlatStore>();
    state_ = store->state();
    options.type = "s3";
    options.root = "s3://bucket";
    options.clock = &clock_;
    return ObjectUfs::Open(std::move(store), std::move(options));
  }
  static Status Put(Ufs& ufs, const std::string& key) {
    ASSIGN_OR_RETURN(std::unique_ptr<UfsWriter> writer, ufs.Create(key, {}));
    return writer->Commit().status();
  }
  int Requests() {
    MutexLock lock(state_->mutex);
    return state_->requests;
  }
  void FailAfter(int requests) {
    MutexLock lock(state_->mutex);
    state_->fail_after = requests;
  }
  std::vector<std::string> Keys(const UfsListOptions& options) {
    std::vector<std::string> keys;
    UfsListing listing = ufs_->List("", options).value();
    for (const UfsStatus& status : listing.entries) {
      keys.push_back(status.key + (status.is_directory ? "/" : ""));
    }
    return keys;
  }

  FakeClock clock_;
  std::shared_ptr<MemoryFlatStore::State> state_;
  std::shared_ptr<Ufs> ufs_ = Make({});
};

TEST_F(ObjectUfsTest, FoldersAreMarkersAsAlluxioWritesThem) {
  ASSERT_TRUE(ufs_->MakeDirectory("a/b", {.mode = Mode{0755}}).ok());
  EXPECT_EQ(state_->Paths(), (std::vector<std::string>{"a/", "a/b/"}));
  ASSERT_TRUE(Put(*ufs_, "x/y").ok());
  EXPECT_EQ(state_->Paths(), (std::vector<std::string>{"a/", "a/b/", "x/y"}))
      << "a new file is one request";
}

TEST_F(ObjectUfsTest, ANewFileMakesItsParentsWhenToldTo) {
  auto ufs = Make({.make_parents = true});
  ASSERT_TRUE(Put(*ufs, "x/y/z").ok());
  EXPECT_EQ(state_->Paths(), (std::vector<std::string>{"x/", "x/y/", "x/y/z"}));
  EXPECT_EQ(Put(*ufs, "x/y/z/below").code(), StatusCode::kFailedPrecondition);
}

TEST_F(ObjectUfsTest, ImpliedFoldersAreFolders) {
  state_->Put("a/b/c", "1");
  EXPECT_TRUE(ufs_->Stat("a")->is_directory);
  EXPECT_TRUE(ufs_->Stat("a/b")->is_directory);
  EXPECT_EQ(ufs_->Stat("a/b/c")->content_hash, "v1");
  EXPECT_EQ(Keys({.recursive = true}), (std::vector<std::string>{"a/", "a/b/", "a/b/c"}));
}

TEST_F(ObjectUfsTest, OfAFileAndAFolderOfOneNameTheFileIsListed) {
  for (const char* path : {"a", "a-b", "a-b/x", "a/c", "b"}) state_->Put(path, "");
  EXPECT_EQ(Keys({}), (std::vector<std::string>{"a", "a-b", "b"}));
  EXPECT_EQ(Keys({.recursive = true}),
            (std::vector<std::string>{"a", "a-b", "a-b/x", "a/c", "b"}));
  EXPECT_FALSE(ufs_->Stat("a")->is_directory);
}

TEST_F(ObjectUfsTest, ObjectsThatAreNoKeysAreLeftOut) {
  for (const char* path : {"/", "//x", "a//b", "../up", "./here", "ok"}) state_->Put(path, "");
  EXPECT_EQ(Keys({.recursive = true}), (std::vector<std::string>{"a/", "ok"}));
  EXPECT_EQ(Keys({}), (std::vector<std::string>{"a/", "ok"}));
}

TEST_F(ObjectUfsTest, ALargeListingTakesOneRequestAPage) {
  for (int i = 0; i < 5000; ++i) state_->Put("f" + std::to_string(10'000 + i), "");
  int before = Requests();
  UfsListOptions options;
  size_t seen = 0;
  do {
    UfsListing page = ufs_->List("", options).value();
    seen += page.entries.size();
    options.page = page.next_page;
  } while (!options.page.empty());
  EXPECT_EQ(seen, 5000u);
  EXPECT_LE(Requests() - before, 6);
}

TEST_F(ObjectUfsTest, AKnownFileIsReadInOneRequest) {
  state_->Put("f", "bytes");
  int before = Requests();
  auto reader = ufs_->OpenKnown("f", {.length = 5});
  std::string text(5, '\0');
  ASSERT_EQ((*reader)->ReadAt(0, text).value(), 5u);
  EXPECT_EQ(Requests() - before, 1);
}

TEST_F(ObjectUfsTest, ANewFileIsMovedInOneRequestAndManyAreDeletedInOne) {
  state_->Put("t/1", "bytes");
  state_->Put("t/2", "bytes");
  int before = Requests();
  auto moved = ufs_->MoveNew("t/1", 5, "d/1");
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(Requests() - before, 1);
  EXPECT_EQ(moved->status.content_hash, ufs_->Stat("d/1")->content_hash);
  EXPECT_TRUE(moved->leaves_copy);
  before = Requests();
  EXPECT_TRUE(ufs_->DeleteFiles({"t/1", "t/2", "t/3"}).ok());
  EXPECT_EQ(Requests() - before, 1);
  EXPECT_EQ(state_->Paths(), std::vector<std::string>{"d/1"});
}

TEST_F(ObjectUfsTest, ACopyThatIsNotWholeIsFoundAndTheSourceStays) {
  const std::string big(6 << 20, 'x');
  state_->Put("t/1", big);
  state_->Put("d/e/1", big);
  state_->copied_bytes = 598;
  auto moved = ufs_->MoveNew("t/1", static_cast<int64_t>(big.size()), "m");
  EXPECT_EQ(moved.status().code(), StatusCode::kDataLoss) << moved.status();
  EXPECT_EQ(ufs_->Rename("t/1", "m").code(), StatusCode::kDataLoss);
  EXPECT_EQ(ufs_->Stat("m").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs_->Stat("t/1")->length, static_cast<int64_t>(big.size()));
  EXPECT_EQ(ufs_->Rename("d", "n").code(), StatusCode::kDataLoss);
  EXPECT_EQ(ufs_->Stat("d/e/1")->length, static_cast<int64_t>(big.size()));
  state_->copied_bytes = std::string::npos;
  EXPECT_TRUE(ufs_->MoveNew("t/1", static_cast<int64_t>(big.size()), "m").ok());
}

TEST_F(ObjectUfsTest, ARenameThatFailsAnywhereLosesNothing) {
  for (int fail_after = 0; fail_after < 30; ++fail_after) {
    ufs_ = Make({});
    for (const char* path : {"d/", "d/1", "d/2", "d/e/", "d/e/3"}) state_->Put(path, path);
    FailAfter(fail_after);
    Status renamed = ufs_->Rename("d", "t");
    FailAfter(-1);
    for (const char* name : {"1", "2", "e/3"}) {
      bool kept = ufs_->Stat(std::string("d/") + name).ok();
      bool moved = ufs_->Stat(std::string("t/") + name).ok();
      EXPECT_TRUE(kept || moved) << name << " after " << fail_after;
      EXPECT_TRUE(!renamed.ok() || (moved && !kept)) << name;
    }
    if (renamed.ok()) return;
    EXPECT_EQ(renamed.code(), StatusCode::kUnavailable);
  }
  FAIL() << "never succeeded";
}

TEST_F(ObjectUfsTest, MarkersGoAfterWhatIsInTheirFolders) {
  for (size_t page : {1, 2, 3, 1000}) {
    ufs_ = Make({});
    state_->page_limit = page;
    state_->strict_folders = true;
    for (const char* path : {"d/", "d/1", "d/e/", "d/e/2", "d/e/f/", "d/e/f/3", "d/e/g/", "d/e-/",
                             "d/z", "other/"}) {
      state_->Put(path, "");
    }
    ASSERT_TRUE(ufs_->Rename("d", "t").ok()) << page;
    EXPECT_EQ(state_->Paths(),
              (std::vector<std::string>{"other/", "t/", "t/1", "t/e-/", "t/e/", "t/e/2", "t/e/f/",
                                        "t/e/f/3", "t/e/g/", "t/z"}));
    ASSERT_TRUE(ufs_->DeleteDirectory("t", true).ok()) << page;
    EXPECT_EQ(state_->Paths(), std::vector<std::string>{"other/"});
  }
}

TEST_F(ObjectUfsTest, AStoreThatFailsIsNotAStoreWithoutTheFile) {
  state_->Put("f", "");
  FailAfter(0);
  EXPECT_EQ(ufs_->Stat("f").status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(ufs_->Open("f").status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(ufs_->List("", {}).status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(ufs_->DeleteFile("f").code(), StatusCode::kUnavailable);
}

TEST_F(ObjectUfsTest, ReadOnlyRefusesEveryChange) {
  auto ufs = Make({.read_only = true});
  state_->Put("a", "");
  EXPECT_EQ(ufs->Create("b", {}).status().code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->MakeDirectory("b", {}).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->MakeDirectory("", {}).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->DeleteFile("a").code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->DeleteDirectory("a", true).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->Rename("a", "b").code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->MoveNew("a", 0, "b").status().code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->DeleteFiles({"a"}).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->SetMode("a", Mode{0}).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ufs->SetOwner("a", "x", "").code(), StatusCode::kPermissionDenied);
  EXPECT_TRUE(ufs->Stat("a").ok());
}

TEST_F(ObjectUfsTest, UploadsThatNobodyEndedAreGivenUpWhenTheyAreOld) {
  state_->BeginUpload("d/old", 1000);
  state_->BeginUpload("d/old", 2000);
  state_->BeginUpload("d/stuck", 1000);
  state_->BeginUpload("d/below/old", 1000);
  state_->BeginUpload("d/new", 5000);
  state_->BeginUpload("d/timeless", 0);
  state_->BeginUpload("else/old", 1000);
  {
    MutexLock lock(state_->mutex);
    state_->stuck_upload = "d/stuck";
  }
  EXPECT_EQ(ufs_->DropLeftovers("d", 5000).code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(state_->Uploads(),
            (std::vector<std::string>{"d/stuck", "d/new", "d/timeless", "else/old"}))
      << "one that cannot be given up keeps nothing else";
  EXPECT_EQ(ufs_->DropLeftovers("../d", 5000).code(), StatusCode::kInvalidArgument);
  {
    MutexLock lock(state_->mutex);
    state_->stuck_upload = "";
  }
  EXPECT_TRUE(ufs_->DropLeftovers("", 5000).ok());
  EXPECT_EQ(state_->Uploads(), (std::vector<std::string>{"d/new", "d/timeless"}));
  FailAfter(1);
  EXPECT_EQ(ufs_->DropLeftovers("", 6000).code(), StatusCode::kUnavailable);
  FailAfter(-1);
  auto read_only = Make({.read_only = true});
  state_->BeginUpload("old", 1000);
  EXPECT_TRUE(read_only->DropLeftovers("", 5000).ok());
  EXPECT_EQ(state_->Uploads(), (std::vector<std::string>{"old"}));
}

}  // namespace
}  // namespace alluxio::ufs
