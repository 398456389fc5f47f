#include "client/fs/file_system.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_file_system.h"

namespace alluxio::client {
namespace {

// A master that goes away after the first part of a listing, some times.
class Interrupted final : public FakeFileSystem {
 public:
  Status IterateStatus(const std::string& path, const ListStatusOptions&,
                       const std::function<void(const FileInfo&)>& each) override {
    ++listings;
    FileInfo entry;
    if (parts) {
      entry.path = path + "/a";
      each(entry);
    }
    if (interruptions-- > 0) return failure;
    entry.path = path + "/b";
    each(entry);
    return OkStatus();
  }
  bool parts = true;
  int interruptions = 0;
  Status failure = Unavailable("killed");
  int listings = 0;
};

TEST(FileSystemTest, AListingThatWasCutShortBeginsAgain) {
  Interrupted fs;
  fs.interruptions = 2;
  Result<std::vector<FileInfo>> entries = fs.ListStatus("/d");
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[1].path, "/d/b");
  EXPECT_EQ(fs.listings, 3);
}

TEST(FileSystemTest, AListingIsNotBegunForEver) {
  Interrupted fs;
  fs.interruptions = 1000;
  EXPECT_EQ(fs.ListStatus("/d").status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(fs.listings, 5);
}

TEST(FileSystemTest, AnErrorThatIsAnAnswerEndsAListing) {
  Interrupted fs;
  fs.interruptions = 1;
  fs.failure = PermissionDenied("not below this");
  EXPECT_EQ(fs.ListStatus("/d").status().code(), StatusCode::kPermissionDenied);
  fs.interruptions = 1;
  fs.failure = Unavailable("after all attempts");
  fs.parts = false;
  EXPECT_EQ(fs.ListStatus("/d").status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(fs.listings, 2);
}

}  // namespace
}  // namespace alluxio::client
