// Listings of an under store that are cut short, by a restart of the master or a failure, and go on
// where they were: nothing is listed twice, and the outcome is that of one whole listing.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/fixtures/flat_ufs.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

using Names = std::vector<std::string>;
constexpr int64_t kHourMs = 3'600'000;

class ResumedListingTest : public ::testing::Test {
 protected:
  ResumedListingTest() : local_(folder_.path() + "/ufs") {
    std::filesystem::create_directories(local_);
    settings_.list_page = 10;
    settings_.slice = 3;
    Restart();
    Status mounted = master_->ops.Mount(*Ctx(), "/o", "flat://store/x", {});
    CHECK(mounted.ok()) << mounted;
  }

  void Restart() {
    master_ = std::make_unique<MasterHarness>(journal_, local_, nullptr, settings_);
    master_->clock.Advance(Millis(elapsed_ms_));
    master_->factory.stores["flat://store/x"] = store_;
    store_->lists();
  }
  void Pass(int64_t ms) {
    elapsed_ms_ += ms;
    master_->clock.Advance(Millis(ms));
  }
  std::unique_ptr<OpContext> Ctx() { return master_->Context(); }
  Status List(int64_t interval, Names* names,
              LoadMetadataType load = LoadMetadataType::kOnce) {
    ListStatusOptions options;
    options.common.sync_interval_ms = interval;
    options.load_metadata = load;
    return master_->ops.ListStatus(*Ctx(), "/o/d", options, [&](std::vector<FileInfo> batch) {
      for (FileInfo& info : batch) {
        names->push_back(info.name + (info.folder ? "/" : "=" + std::to_string(info.length)));
      }
      return OkStatus();
    });
  }
  Names Listed(int64_t interval) {
    Names names;
    Status listed = List(interval, &names);
    EXPECT_TRUE(listed.ok()) << listed;
    return names;
  }
  // A listing that the store refuses to go on with after `pages` pages.
  void ListPart(int64_t interval, int pages) {
    store_->lists();
    store_->SetHook([pages, seen = 0](std::string_view request, const std::string&) mutable {
      if (request == "list" && seen++ >= pages) return Unavailable("cut short");
      return OkStatus();
    });
    Names names;
    EXPECT_FALSE(List(interval, &names).ok());
    store_->SetHook(nullptr);
    store_->lists();
  }
  void PutMany(int count) {
    for (int i = 0; i < count; ++i) store_->Put("d/" + NameOf(i), "v1", i + 1);
  }
  static std::string NameOf(int i) { return "f" + std::to_string(1000 + i); }
  Names Truth() {
    Names names;
    ufs::UfsListOptions options;
    options.limit = 100'000;
    auto all = store_->List("d", options);
    CHECK(all.ok()) << all.status();
    for (const ufs::UfsStatus& status : all->entries) {
      names.push_back(status.key.substr(2) +
                      (status.is_directory ? "/" : "=" + std::to_string(status.length)));
    }
    // The namespace has them in the order of names, which that of keys is not.
    std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
      return a.substr(0, a.find_first_of("/=")) < b.substr(0, b.find_first_of("/="));
    });
    return names;
  }
  void ExpectFromStart(int64_t interval, int pages) {
    store_->lists();
    Listed(interval);
    EXPECT_EQ(store_->lists(), pages);
    EXPECT_EQ(Listed(-1), Truth());
  }

  TempFolder folder_;
  const std::string local_;
  SyncSettings settings_;
  std::shared_ptr<FlatUfs> store_ = std::make_shared<FlatUfs>("flat://store/x");
  journal::MemoryJournal journal_;
  int64_t elapsed_ms_ = 0;
  std::unique_ptr<MasterHarness> master_;
};

TEST_F(ResumedListingTest, AfterARestartOnlyTheRestIsListed) {
  PutMany(95);
  ListPart(-1, 6);
  Restart();
  EXPECT_EQ(Listed(-1).size(), 95u);
  EXPECT_EQ(store_->lists(), 4);
  EXPECT_EQ(Listed(-1), Truth());
  EXPECT_EQ(store_->lists(), 1) << "the truth of this test";
  EXPECT_EQ(master_->listings.size(), 0u) << "the listing is over";
}

TEST_F(ResumedListingTest, AFailureInTheSameRunDoesNotStartOverEither) {
  PutMany(95);
  ListPart(-1, 9);
  EXPECT_EQ(Listed(-1).size(), 95u);
  EXPECT_EQ(store_->lists(), 1);
}

TEST_F(ResumedListingTest, RestartsAtAnyPointGiveWhatOneListingGives) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto rng = Rng::Seeded(seed);
    Status removed = master_->ops.Unmount(*Ctx(), "/o");
    store_ = std::make_shared<FlatUfs>("flat://store/x");
    master_->factory.stores["flat://store/x"] = store_;
    ASSERT_TRUE(master_->ops.Mount(*Ctx(), "/o", "flat://store/x", {}).ok()) << removed;
    // Names that are prefixes of each other, as files and as folders.
    Names pool;
    for (const char* stem : {"a", "b", "b!", "b0", "c"}) {
      for (const char* tail : {"", "!", ".", "0", "!x", ".x", "0x", "!!", "..", "00", "x", "xx"}) {
        pool.push_back(std::string(stem) + tail);
      }
    }
    auto change = [&](const std::string& name) {
      store_->Drop("d/" + name);
      store_->Drop("d/" + name + "/in");
      uint64_t dice = rng->Next() % 4;
      if (dice == 0) return;
      if (dice == 1) store_->Put("d/" + name + "/in", "v");
      else store_->Put("d/" + name, std::to_string(rng->Next()), 1 + int64_t(rng->Next() % 50));
    };
    for (const std::string& name : pool) change(name);
    store_->Put("d/z", "v");
    Listed(-1);
    Pass(2 * kHourMs);
    for (const std::string& name : pool) {
      if (rng->Next() % 2 == 0) change(name);
    }
    int whole = static_cast<int>(Truth().size() + 9) / 10;
    int listed = 0;
    for (int stops = 0; stops < 3 && listed + 1 < whole; ++stops) {
      int pages = static_cast<int>(rng->Next() % uint64_t(whole - listed));
      ListPart(kHourMs, pages);
      if (rng->Next() % 4 != 0) Restart();
      Pass(1000);
      listed += pages;
    }
    store_->lists();
    Listed(kHourMs);
    EXPECT_LE(store_->lists(), whole - listed + 3) << "a stop may cost a page, not all of them";
    ASSERT_EQ(Listed(-1), Truth());
    EXPECT_EQ(master_->listings.size(), 0u);
  }
}

TEST_F(ResumedListingTest, WhatVanishedBeforeThePointIsDroppedBeforeIt) {
  PutMany(95);
  Listed(-1);
  Pass(2 * kHourMs);
  store_->Drop("d/" + NameOf(3));
  store_->Drop("d/" + NameOf(90));
  ListPart(kHourMs, 6);
  Restart();
  EXPECT_EQ(Listed(kHourMs).size(), 93u);
  EXPECT_EQ(store_->lists(), 4);
  EXPECT_EQ(Listed(-1), Truth());
}

TEST_F(ResumedListingTest, WhatClientsDidMeanwhileStays) {
  PutMany(95);
  Listed(-1);
  Pass(2 * kHourMs);
  ListPart(kHourMs, 6);
  for (int i : {2, 70}) ASSERT_TRUE(master_->ops.Delete(*Ctx(), "/o/d/" + NameOf(i), {}).ok());
  ASSERT_TRUE(master_->ops.Rename(*Ctx(), "/o/d/" + NameOf(4), "/o/d/z", {}).ok());
  ASSERT_TRUE(master_->ops.Rename(*Ctx(), "/o/d/" + NameOf(80), "/o/d/a", {}).ok());
  Restart();
  EXPECT_EQ(Listed(kHourMs).size(), 93u);
  EXPECT_EQ(Listed(-1), Truth());
}

TEST_F(ResumedListingTest, ItStartsOverWhenTheIntervalIsOver) {
  PutMany(95);
  Listed(-1);
  Pass(2 * kHourMs);
  ListPart(kHourMs, 6);
  Restart();
  store_->Drop("d/" + NameOf(0));
  Pass(kHourMs);
  ExpectFromStart(kHourMs, 10);
}

TEST_F(ResumedListingTest, ItStartsOverForWhoeverWantsItAsItIsNow) {
  PutMany(95);
  Listed(-1);
  Pass(2 * kHourMs);
  ListPart(kHourMs, 6);
  Restart();
  store_->Drop("d/" + NameOf(0));
  ExpectFromStart(0, 10);
}

TEST_F(ResumedListingTest, ItStartsOverWhenAnythingIsLoadedAlways) {
  PutMany(95);
  ListPart(-1, 6);
  Restart();
  store_->Put("d/a", "new");
  Names names;
  ASSERT_TRUE(List(-1, &names, LoadMetadataType::kAlways).ok());
  EXPECT_EQ(store_->lists(), 10);
  EXPECT_EQ(names, Truth());
}

TEST_F(ResumedListingTest, ItStartsOverAfterALongOutage) {
  PutMany(95);
  ListPart(-1, 6);
  Restart();
  store_->Put("d/a", "new");
  Pass(kHourMs + 1);
  ExpectFromStart(-1, 10);
}

TEST_F(ResumedListingTest, ItStartsOverAfterNeedsSync) {
  PutMany(95);
  ListPart(-1, 6);
  ASSERT_TRUE(master_->ops.NeedsSync(*Ctx(), "/o").ok());
  store_->Put("d/a", "new");
  Restart();
  ExpectFromStart(-1, 10);
}

TEST_F(ResumedListingTest, ItStartsOverWithOtherOptionsOfTheMount) {
  PutMany(95);
  ListPart(-1, 6);
  MountOptions options;
  options.properties["alluxio.underfs.s3.endpoint"] = "elsewhere";
  ASSERT_TRUE(master_->ops.UpdateMount(*Ctx(), "/o", options).ok());
  store_->Put("d/a", "new");
  Restart();
  ExpectFromStart(-1, 10);
}

TEST_F(ResumedListingTest, ItStartsOverWithOtherProperties) {
  PutMany(95);
  ListPart(-1, 6);
  settings_.store_stamp = 1;
  store_->Put("d/a", "new");
  Restart();
  ExpectFromStart(-1, 10);
}

TEST_F(ResumedListingTest, ItStartsOverInAnotherFolderOfThatName) {
  PutMany(95);
  ListPart(-1, 6);
  DeleteOptions options;
  options.recursive = true;
  options.alluxio_only = true;
  ASSERT_TRUE(master_->ops.Delete(*Ctx(), "/o/d", options).ok());
  EXPECT_EQ(master_->listings.size(), 0u);
  Restart();
  ExpectFromStart(-1, 10);
}

TEST_F(ResumedListingTest, ACheckpointKeepsTheMarks) {
  PutMany(95);
  ListPart(-1, 6);
  ASSERT_EQ(master_->listings.size(), 1u);
  ListingMarks marks;
  StoreEdits edits;
  DirectoryIds ids;
  ids.Carry(&edits, &marks);
  ReaderLock lock(master_->tree.lock());
  ASSERT_TRUE(master_->directory_ids
                  .VisitEntries([&](const journal::JournalEntry& entry) {
                    return ids.Apply(entry).status();
                  })
                  .ok());
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks.All()[0].position, master_->listings.All()[0].position);
  EXPECT_EQ(ids.Next(), master_->directory_ids.Next());
}

// The comparison's own removals are not what others did meanwhile.
TEST_F(ResumedListingTest, AnyNumberOfChildrenMayVanishAtOnce) {
  settings_.list_page = 1000;
  settings_.slice = 500;
  Restart();
  int many = static_cast<int>(ChildWatch::kMost) + 500;
  for (int i = 0; i < many; ++i) store_->Put("d/" + std::to_string(100'000 + i), "v");
  store_->Put("d/z", "v");
  ASSERT_EQ(Listed(-1).size(), static_cast<size_t>(many) + 1);
  for (int i = 0; i < many; ++i) store_->Drop("d/" + std::to_string(100'000 + i));
  EXPECT_EQ(Listed(0), Names{"z=1"});
}

}  // namespace
}  // namespace alluxio::master
