#include "ufs/object/object_listing.h"

#include <gtest/gtest.h>

#include "tests/fixtures/memory_flat_store.h"

namespace alluxio::ufs {
namespace {

std::vector<std::string> Listed(MemoryFlatStore& store, const std::string& after) {
  auto objects = store.List({.recursive = true, .start_after = after}).value();
  ObjectListing listing(std::move(objects), {.recursive = true, .after = after});
  std::vector<UfsStatus> entries;
  EXPECT_TRUE(listing.Next(1000, &entries).ok());
  EXPECT_TRUE(listing.done());
  std::vector<std::string> keys;
  for (const UfsStatus& status : entries) {
    keys.push_back(status.key + (status.is_directory ? "/" : ""));
  }
  return keys;
}

TEST(ObjectListingTest, AnyEntryIsAPlaceToContinueFrom) {
  MemoryFlatStore store;
  for (const char* path : {"a-b", "a/", "a/b/c/d", "a/b/c/e", "a/b0", "b", "c/d/e"}) {
    store.state()->Put(path, "");
  }
  std::vector<std::string> whole = Listed(store, "");
  EXPECT_EQ(whole, (std::vector<std::string>{"a-b", "a/", "a/b/", "a/b/c/", "a/b/c/d", "a/b/c/e",
                                             "a/b0", "b", "c/", "c/d/", "c/d/e"}));
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(Listed(store, whole[i]),
              std::vector<std::string>(whole.begin() + static_cast<long>(i) + 1, whole.end()))
        << whole[i];
  }
}

TEST(ObjectListingTest, AStoreThatListsInNoOrderIsFoundOut) {
  class Disorder final : public FlatListing {
    Result<FlatPage> Next(size_t) override {
      return FlatPage{.objects = {{.path = "a"}, {.path = "z/"}, {.path = "b"}}, .done = true};
    }
  };
  ObjectListing listing(std::make_unique<Disorder>(), {});
  std::vector<UfsStatus> entries;
  Status listed = listing.Next(1000, &entries);
  EXPECT_EQ(listed.ToString(), "UNKNOWN: z/: the store lists b after it");
}

TEST(ObjectListingTest, HashesAreEtagsWithoutQuotes) {
  EXPECT_EQ(HashOf({.etag = "\"abc-2\""}), "abc-2");
  EXPECT_EQ(HashOf({.etag = "W/\"abc\""}), "abc");
  EXPECT_EQ(HashOf({.etag = "0x8D"}), "0x8D");
  EXPECT_EQ(HashOf({.etag = "\""}), "\"");
  EXPECT_EQ(HashOf({.length = 4, .modified_ms = 17}), "(len:4, modtime:17)");
  EXPECT_EQ(EtagOfHash("abc-2"), "\"abc-2\"");
  EXPECT_EQ(EtagOfHash("(len:4, modtime:17)"), "");
  EXPECT_EQ(EtagOfHash(""), "");
}

}  // namespace
}  // namespace alluxio::ufs
