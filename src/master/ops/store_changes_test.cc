// What the namespace shows of an under store that others change: metadata sync, seen through the
// operations, on a local folder and on a flat object store.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "tests/fixtures/flat_ufs.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

using Names = std::vector<std::string>;

std::string NameOf(int i) {
  std::string digits = std::to_string(i);
  return "f" + std::string(6 - digits.size(), '0') + digits;
}

class StoreChangesTest : public ::testing::Test {
 protected:
  StoreChangesTest() : local_(folder_.path() + "/ufs") {
    std::filesystem::create_directories(local_);
    Restart();
    MountOptions options;
    Status mounted = master_->ops.Mount(*Ctx(), "/o", "flat://store/x", options);
    CHECK(mounted.ok()) << mounted;
    store_->stats();
    store_->lists();
  }

  void Restart() {
    master_ = std::make_unique<MasterHarness>(journal_, local_);
    master_->factory.stores["flat://store/x"] = store_;
  }
  std::unique_ptr<OpContext> Ctx(bool may_block = true) { return master_->Context(may_block); }
  Result<FileInfo> Info(const std::string& path, std::optional<int64_t> interval = std::nullopt) {
    GetStatusOptions options;
    options.common.sync_interval_ms = interval;
    return master_->ops.GetStatus(*Ctx(), path, options);
  }
  Status List(const std::string& path, Names* names, std::optional<int64_t> interval,
              bool recursive = false) {
    ListStatusOptions options;
    options.recursive = recursive;
    options.common.sync_interval_ms = interval;
    return master_->ops.ListStatus(*Ctx(), path, options, [&](std::vector<FileInfo> batch) {
      for (FileInfo& info : batch) names->push_back(info.path);
      return OkStatus();
    });
  }
  Names Listed(const std::string& path, std::optional<int64_t> interval = std::nullopt,
               bool recursive = false) {
    Names names;
    Status listed = List(path, &names, interval, recursive);
    EXPECT_TRUE(listed.ok()) << listed;
    return names;
  }
  Status Remove(const std::string& path) { return master_->ops.Delete(*Ctx(), path, {}); }
  void PutMany(int from, int to) {
    for (int i = from; i < to; ++i) store_->Put("d/" + NameOf(i), "v1");
  }
  // Runs `once` between the `n`th page of a listing and its return.
  void AfterPage(int n, std::function<void()> once) {
    store_->SetHook([n, once = std::move(once), seen = 0](std::string_view request,
                                                          const std::string&) mutable {
      if (request == "listed" && ++seen == n) once();
      return OkStatus();
    });
  }
  void Write(const std::string& key, const std::string& text) {
    std::filesystem::path path(local_ + "/" + key);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  TempFolder folder_;
  const std::string local_;
  std::shared_ptr<FlatUfs> store_ = std::make_shared<FlatUfs>("flat://store/x");
  journal::MemoryJournal journal_;
  std::unique_ptr<MasterHarness> master_;
};

TEST_F(StoreChangesTest, AListingAsksForPagesAndForNoSingleObject) {
  PutMany(0, 2500);
  EXPECT_EQ(Listed("/o/d").size(), 2500u);
  EXPECT_EQ(store_->lists(), 3);
  EXPECT_EQ(store_->stats(), 1) << "the directory itself";
  EXPECT_EQ(Listed("/o/d").size(), 2500u);
  EXPECT_EQ(store_->lists(), 0) << "loaded once";
  EXPECT_EQ(Listed("/o/d", 0).size(), 2500u);
  EXPECT_EQ(store_->lists(), 3);
  EXPECT_EQ(store_->stats(), 1);
  // What the listing told of each child holds for the interval.
  EXPECT_TRUE(Info("/o/d/" + NameOf(7), 1000).ok());
  EXPECT_EQ(store_->stats(), 0);
  master_->clock.Advance(Millis(1001));
  EXPECT_TRUE(Info("/o/d/" + NameOf(7), 1000).ok());
  EXPECT_EQ(store_->stats(), 1);
}

TEST_F(StoreChangesTest, ARecursiveListingAsksOncePerFolder) {
  for (const char* key : {"d/a/1", "d/a/2", "d/b/c/3", "d/4"}) store_->Put(key, "v1");
  Names all = {"/o/d/4", "/o/d/a", "/o/d/a/1", "/o/d/a/2", "/o/d/b", "/o/d/b/c", "/o/d/b/c/3"};
  EXPECT_EQ(Listed("/o/d", std::nullopt, true), all);
  EXPECT_EQ(store_->lists(), 4);
  store_->stats();
  EXPECT_EQ(Listed("/o/d", 60'000, true), all);
  EXPECT_EQ(store_->lists(), 4);
  EXPECT_EQ(store_->stats(), 1) << "folders below are known from their parents' pages";
}

TEST_F(StoreChangesTest, ObjectsThatOthersChangeAreSeen) {
  for (const char* key : {"d/same", "d/changed", "d/gone", "d/old", "d/file", "d/dir/x"}) {
    store_->Put(key, "v1", 10);
  }
  EXPECT_EQ(Listed("/o/d", std::nullopt, true).size(), 7u);
  FileInfo same = *Info("/o/d/same");
  FileInfo changed = *Info("/o/d/changed");
  EXPECT_GT(Info("/o/d/dir")->modification_time_ms, 1'600'000'000'000) << "no time: found now";
  store_->Put("d/changed", "v2", 10);  // of the same length
  store_->Drop("d/gone");
  store_->Drop("d/old");
  store_->Put("d/new", "v1", 10);  // renamed
  store_->Drop("d/file");
  store_->Put("d/file/inside", "v1");  // a folder now
  store_->Drop("d/dir/x");
  store_->Put("d/dir", "v1", 5);  // a file now
  Names now = {"/o/d/changed", "/o/d/dir", "/o/d/file", "/o/d/file/inside", "/o/d/new",
               "/o/d/same"};
  EXPECT_EQ(Listed("/o/d", 0, true), now);
  EXPECT_EQ(Info("/o/d/same")->id, same.id) << "what did not change keeps its cached blocks";
  FileInfo replaced = *Info("/o/d/changed");
  EXPECT_NE(replaced.id, changed.id);
  ASSERT_EQ(replaced.blocks.size(), 1u);
  EXPECT_NE(replaced.blocks[0].block.id, changed.blocks[0].block.id)
      << "no block of the old content can be read through the file any more";
  EXPECT_FALSE(Info("/o/d/dir")->folder);
  EXPECT_TRUE(Info("/o/d/file")->folder);
  std::string before = master_->Dump();
  Restart();
  EXPECT_EQ(master_->Dump(), before);
}

TEST_F(StoreChangesTest, LocalFilesThatOthersChangeAreSeen) {
  for (const char* key : {"d/same", "d/changed", "d/gone", "d/file", "d/dir/x"}) Write(key, "1");
  EXPECT_EQ(Listed("/d", std::nullopt, true).size(), 6u);
  InodeId same = Info("/d/same")->id;
  Write("d/changed", "longer");
  std::filesystem::remove(local_ + "/d/gone");
  std::filesystem::remove(local_ + "/d/file");
  Write("d/file/inside", "1");
  std::filesystem::remove_all(local_ + "/d/dir");
  Write("d/dir", "1");
  Names now = {"/d/changed", "/d/dir", "/d/file", "/d/file/inside", "/d/same"};
  EXPECT_EQ(Listed("/d", 0, true), now);
  EXPECT_EQ(Info("/d/changed")->length, 6);
  EXPECT_EQ(Info("/d/same")->id, same);
  std::filesystem::remove_all(local_ + "/d");
  EXPECT_TRUE(Info("/d/same", 0).status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(Info("/d", 0).status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(Listed("/").size() == 1) << "only the mount is left";
}

TEST_F(StoreChangesTest, AFileOrFolderThatTurnedIntoTheOtherIsSeenByItsOwnPath) {
  store_->Put("x", "v1");
  store_->Put("y/in", "v1");
  EXPECT_FALSE(Info("/o/x")->folder);
  EXPECT_EQ(Listed("/o/y").size(), 1u);
  store_->Drop("x");
  store_->Put("x/in", "v1");
  store_->Drop("y/in");
  store_->Put("y", "v1");
  EXPECT_TRUE(Info("/o/x", 0)->folder);
  EXPECT_EQ(Listed("/o/x", 0), Names{"/o/x/in"});
  EXPECT_EQ(Listed("/o/y", 0), Names{"/o/y"});
}

TEST_F(StoreChangesTest, WhatWasDeletedHereDuringAListingDoesNotComeBack) {
  PutMany(0, 2500);
  Listed("/o/d");
  AfterPage(2, [&] {
    EXPECT_TRUE(Remove("/o/d/" + NameOf(1500)).ok());
    EXPECT_TRUE(Remove("/o/d/" + NameOf(2400)).ok());
  });
  EXPECT_EQ(Listed("/o/d", 0).size(), 2498u);
  EXPECT_FALSE(Info("/o/d/" + NameOf(1500), -1).ok());
}

TEST_F(StoreChangesTest, WhatWasMadeHereDuringAListingStays) {
  PutMany(0, 10);
  Listed("/o/d");
  CreateDirectoryOptions through;
  through.write_type = WriteType::kCacheThrough;
  AfterPage(1, [&] {
    EXPECT_TRUE(master_->ops.CreateDirectory(*Ctx(), "/o/d/made", through).ok());
  });
  EXPECT_EQ(Listed("/o/d", 0).size(), 11u);
}

TEST_F(StoreChangesTest, WhatWasRenamedHereDuringAListingStays) {
  PutMany(0, 2500);
  Listed("/o/d");
  InodeId id = Info("/o/d/" + NameOf(2400))->id;
  AfterPage(1, [&] {
    // From a page to come into one that is past.
    Status renamed = master_->ops.Rename(*Ctx(), "/o/d/" + NameOf(2400), "/o/d/early", {});
    EXPECT_TRUE(renamed.ok()) << renamed;
  });
  EXPECT_EQ(Listed("/o/d", 0).size(), 2500u);
  EXPECT_EQ(Info("/o/d/early", -1)->id, id);
}

TEST_F(StoreChangesTest, ConcurrentRequestsForAFolderShareOneListing) {
  PutMany(0, 10);
  std::promise<void> first_there;
  std::promise<void> opener;
  std::shared_future<void> open = opener.get_future().share();
  store_->SetHook([&, open, first = true](std::string_view request, const std::string&) mutable {
    if (request == "list" && std::exchange(first, false)) {
      first_there.set_value();
      open.wait();
    }
    return OkStatus();
  });
  std::vector<std::thread> callers;
  callers.emplace_back([&] { EXPECT_EQ(Listed("/o/d", 0).size(), 10u); });
  first_there.get_future().wait();
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] { EXPECT_EQ(Listed("/o/d", 0).size(), 10u); });
  }
  opener.set_value();
  for (std::thread& caller : callers) caller.join();
  int lists = store_->lists();
  EXPECT_GE(lists, 2) << "who comes while one is under way needs a newer one";
  EXPECT_LE(lists, 9);
}

TEST_F(StoreChangesTest, AListingThatFailsHalfWayKeepsWhatItFound) {
  PutMany(0, 2500);
  auto fail_second = [seen = 0](std::string_view request, const std::string&) mutable {
    if (request == "list" && ++seen == 2) return Unavailable("503 slow down");
    return OkStatus();
  };
  store_->SetHook(fail_second);
  Names names;
  Status failed = List("/o/d", &names, std::nullopt);
  EXPECT_EQ(failed.message(), "503 slow down");
  store_->SetHook({});
  Restart();
  Names kept;
  ListStatusOptions options;
  options.load_metadata = LoadMetadataType::kNever;
  ASSERT_TRUE(master_->ops.ListStatus(*Ctx(), "/o/d", options, [&](std::vector<FileInfo> batch) {
                       for (FileInfo& info : batch) kept.push_back(info.path);
                       return OkStatus();
                     }).ok());
  EXPECT_EQ(kept.size(), 1000u);
  InodeId first = Info("/o/d/" + NameOf(0))->id;
  EXPECT_EQ(Listed("/o/d").size(), 2500u);
  EXPECT_EQ(Info("/o/d/" + NameOf(0))->id, first);
}

TEST_F(StoreChangesTest, TheIntervalOfTheMountIsUsedWhenTheCallHasNone) {
  MountOptions options;
  options.properties["alluxio.user.file.metadata.sync.interval"] = "soon";
  Status wrong = master_->ops.UpdateMount(*Ctx(), "/o", options);
  EXPECT_TRUE(wrong.Is(StatusCode::kInvalidArgument)) << wrong;
  store_->Put("f", "v1", 1);
  EXPECT_EQ(Info("/o/f")->length, 1);
  options.properties["alluxio.user.file.metadata.sync.interval"] = "1s";
  ASSERT_TRUE(master_->ops.UpdateMount(*Ctx(), "/o", options).ok());
  EXPECT_EQ(Info("/o/f")->length, 1);
  store_->Put("f", "v2", 2);
  EXPECT_EQ(Info("/o/f")->length, 1);
  master_->clock.Advance(Millis(1000));
  EXPECT_EQ(Info("/o/f", -1)->length, 1) << "the call's own interval comes first";
  EXPECT_EQ(Info("/o/f")->length, 2);
  EXPECT_EQ(Info("/", std::nullopt)->path, "/") << "other mounts have the server's";
}

TEST_F(StoreChangesTest, AMountWhoseStoreIsDownFailsThatPathOnly) {
  store_->Put("f", "v1");
  EXPECT_TRUE(Info("/o/f").ok());
  store_->SetHook([](std::string_view, const std::string&) {
    return Unavailable("connection refused");
  });
  EXPECT_EQ(Listed("/"), Names{"/o"});
  EXPECT_TRUE(Info("/o/f").ok()) << "what is known stays known";
  EXPECT_EQ(Info("/o/g").status().message(), "connection refused");
  Names names;
  EXPECT_EQ(List("/o", &names, std::nullopt).message(), "connection refused");
  EXPECT_TRUE(master_->ops.GetMountTable(*Ctx(), true).ok());
  Restart();
  EXPECT_TRUE(Info("/o/f").ok()) << "a master starts without asking its stores";
}

}  // namespace
}  // namespace alluxio::master
