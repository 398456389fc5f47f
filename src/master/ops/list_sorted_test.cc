// Pages in an order of their own agree with the whole listing, sorted by the test.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "env/rng.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

using Names = std::vector<std::string>;
constexpr int kFiles = 2500;  // more than one slice of a walk

class ListSortedTest : public ::testing::Test {
 protected:
  ListSortedTest() : ufs_(folder_.path() + "/ufs") {
    std::filesystem::create_directories(ufs_ + "/d/sub");
    rng_ = Rng::Seeded(seed_);
    for (int i = 0; i < kFiles; ++i) {
      std::string path = ufs_ + "/d/" + std::to_string(rng_->Next());
      std::ofstream(path) << std::string(rng_->Below(9), 'x');
      std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() -
                                                 std::chrono::hours(rng_->Below(50)));
    }
    master_ = std::make_unique<MasterHarness>(journal_, ufs_);
  }

  std::unique_ptr<OpContext> Ctx() { return master_->Context(); }
  std::vector<FileInfo> All() {
    std::vector<FileInfo> all;
    Status listed = master_->ops.ListStatus(*Ctx(), "/d", {}, [&](std::vector<FileInfo> batch) {
      std::move(batch.begin(), batch.end(), std::back_inserter(all));
      return OkStatus();
    });
    EXPECT_TRUE(listed.ok()) << listed;
    return all;
  }
  static Names NamesOf(const std::vector<FileInfo>& files) {
    Names names;
    for (const FileInfo& file : files) names.push_back(file.name);
    return names;
  }
  static int64_t KeyOf(const FileInfo& file, SortBy by) {
    if (by == SortBy::kSize) return file.length;
    if (by == SortBy::kModified) return file.modification_time_ms;
    return by == SortBy::kCached ? file.in_alluxio_percentage : 0;
  }
  Names Expected(std::vector<FileInfo> all, const SortedPageOptions& options) {
    std::sort(all.begin(), all.end(), [&](const FileInfo& a, const FileInfo& b) {
      int64_t x = KeyOf(a, options.by), y = KeyOf(b, options.by);
      bool less = x != y ? x < y : a.name < b.name;
      return options.descending ? a.name != b.name && !less : less;
    });
    size_t begin = std::min(all.size(), static_cast<size_t>(options.offset));
    size_t end = std::min(all.size(), begin + static_cast<size_t>(options.limit));
    return NamesOf({all.begin() + static_cast<std::ptrdiff_t>(begin),
                    all.begin() + static_cast<std::ptrdiff_t>(end)});
  }

  const uint64_t seed_ = Rng::Real().Next();
  TempFolder folder_;
  const std::string ufs_;
  std::unique_ptr<Rng> rng_;
  journal::MemoryJournal journal_;
  std::unique_ptr<MasterHarness> master_;
};

TEST_F(ListSortedTest, PagesAreThoseOfTheWholeListing) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  // The first page loads what only the store has.
  Result<ListPage> first = master_->ops.ListSorted(*Ctx(), "/d", {.limit = 3});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->file_count, kFiles + 1);
  std::vector<FileInfo> all = All();
  for (SortBy by : {SortBy::kName, SortBy::kSize, SortBy::kModified, SortBy::kCached}) {
    for (bool descending : {false, true}) {
      for (int i = 0; i < 12; ++i) {
        SortedPageOptions options{.by = by, .descending = descending};
        options.offset = static_cast<int64_t>(rng_->Below(kFiles + 100));
        options.limit = static_cast<int64_t>(rng_->Below(kFiles + 100));
        Result<ListPage> page = master_->ops.ListSorted(*Ctx(), "/d", options);
        ASSERT_TRUE(page.ok()) << page.status();
        ASSERT_EQ(NamesOf(page->entries), Expected(all, options))
            << "by " << static_cast<int>(by) << " descending " << descending << " offset "
            << options.offset << " limit " << options.limit;
        EXPECT_EQ(page->file_count, kFiles + 1);
      }
    }
  }
}

TEST_F(ListSortedTest, APartialListingFindsItsOffset) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  Names names = NamesOf(All());
  for (int32_t offset : {0, 1, 7, 50, 1000, 2500, 2501, 5000}) {
    ListPageOptions options;
    options.offset_count = offset;
    options.batch_size = 10;
    Result<ListPage> page = master_->ops.ListStatusPartial(*Ctx(), "/d", options);
    ASSERT_TRUE(page.ok()) << page.status();
    size_t begin = std::min(names.size(), static_cast<size_t>(offset));
    size_t end = std::min(names.size(), begin + 10);
    EXPECT_EQ(NamesOf(page->entries), Names(names.begin() + static_cast<std::ptrdiff_t>(begin),
                                            names.begin() + static_cast<std::ptrdiff_t>(end)))
        << offset;
    EXPECT_EQ(page->truncated, end < names.size()) << offset;
  }
}

TEST_F(ListSortedTest, WhatIsNoReadableFolderIsRefused) {
  EXPECT_EQ(master_->ops.ListSorted(*Ctx(), "/nowhere", {.limit = 1}).status().code(),
            StatusCode::kNotFound);
  std::string file = "/d/" + NamesOf(All()).front();
  EXPECT_EQ(master_->ops.ListSorted(*Ctx(), file, {.limit = 1}).status().code(),
            StatusCode::kInvalidArgument);
  SetAttributeOptions mode;
  mode.mode = Mode(0700);
  ASSERT_TRUE(master_->ops.SetAttribute(*Ctx(), "/d", mode).ok());
  auto stranger = master_->Context(true, "stranger");
  EXPECT_EQ(master_->ops.ListSorted(*stranger, "/d", {.limit = 1}).status().code(),
            StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace alluxio::master
