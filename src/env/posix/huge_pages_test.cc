// Files that grow ahead of their appends, on a tmpfs with huge pages of its own.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "env/disk.h"
#include "env/map_ahead.h"
#include "env/rng.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio {
namespace {

constexpr int64_t kHugePage = 2 << 20;

class HugePagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=64m,huge=within_size") != 0) {
      GTEST_SKIP() << "no tmpfs with huge pages: " << std::strerror(errno);
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) {
      EXPECT_EQ(::umount2(folder_.path().c_str(), MNT_DETACH), 0);
    }
  }
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  int64_t Length(const std::string& name) { return disk_.Stat(Path(name)).value().length; }
  int64_t Allocated(const std::string& name) {
    struct stat info {};
    EXPECT_EQ(::stat(Path(name).c_str(), &info), 0);
    return info.st_blocks * 512;
  }
  std::unique_ptr<WritableFile> Open(const std::string& name,
                                     WriteMode mode = WriteMode::kAppend) {
    auto file = disk_.OpenForWrite(Path(name), mode);
    EXPECT_TRUE(file.ok()) << file.status();
    (*file)->PreferHugePages();
    return *std::move(file);
  }

  TempFolder folder_;
  Disk& disk_ = Disk::Real();
  bool mounted_ = false;
};

TEST_F(HugePagesTest, AFileIsWhatWasAppendedInMemoryOfItsLength) {
  const uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  for (int round = 0; round < 6; ++round) {
    auto file = Open("f");
    std::string expected;
    bool grew = false;
    while (static_cast<int64_t>(expected.size()) < round * 3 * kHugePage / 2 + 1000) {
      const std::string more(1 + rng->Below(700'000), static_cast<char>('a' + rng->Below(26)));
      ASSERT_TRUE(file->Append(more).ok());
      expected += more;
      const int64_t length = Length("f");
      ASSERT_GE(length, static_cast<int64_t>(expected.size()));
      ASSERT_LT(length, static_cast<int64_t>(expected.size()) + kHugePage);
      grew = grew || length % kHugePage == 0;
    }
    ASSERT_TRUE(file->Sync().ok());
    ASSERT_TRUE(file->Close().ok());
    EXPECT_EQ(grew, static_cast<int64_t>(expected.size()) > kHugePage);
    EXPECT_EQ(Length("f"), static_cast<int64_t>(expected.size()));
    Bytes found = disk_.OpenForRead(Path("f")).value()->Map().value();
    EXPECT_TRUE(found.view() == expected);
    // What it was made longer by is given back.
    EXPECT_LT(Allocated("f"), static_cast<int64_t>(expected.size()) + kHugePage / 4);
    found = Bytes();
    ASSERT_TRUE(disk_.DeleteFile(Path("f")).ok());
  }
}

TEST_F(HugePagesTest, AppendsGoOnWhereAnEarlierWriterEnded) {
  std::string expected;
  for (char c : {'a', 'b', 'c'}) {
    const std::string more(kHugePage + 12'345, c);
    auto file = Open("f");
    ASSERT_TRUE(file->Append(more).ok());
    ASSERT_TRUE(file->Close().ok());
    expected += more;
  }
  EXPECT_TRUE(disk_.OpenForRead(Path("f")).value()->Map().value().view() == expected);
}

TEST_F(HugePagesTest, AFullFileSystemIsSaidAndTakesAllThatFits) {
  auto file = Open("f");
  const std::string piece(1 << 20, 'x');
  Status written;
  int pieces = 0;
  while (written.ok() && pieces < 1000) {
    written = file->Append(piece);
    if (written.ok()) ++pieces;
  }
  EXPECT_EQ(written.code(), StatusCode::kResourceExhausted) << written;
  EXPECT_EQ(pieces, 64);
}

TEST_F(HugePagesTest, AWriterThatWasEndedLeavesZerosBehindWhatItWrote) {
  const std::string text(kHugePage + 5, 'x');
  auto file = Open("f");
  ASSERT_TRUE(file->Append(text).ok());
  Bytes found = disk_.OpenForRead(Path("f")).value()->Map().value();  // as it would be left
  EXPECT_TRUE(found.view().starts_with(text));
  EXPECT_EQ(found.view().find_first_not_of('\0', text.size()), std::string_view::npos);
  ASSERT_TRUE(file->Close().ok());
}

TEST_F(HugePagesTest, AnotherFileSystemIsWrittenAsBefore) {
  TempFolder plain("/dev/shm");
  const std::string path = plain.path() + "/f";
  auto file = disk_.OpenForWrite(path, WriteMode::kAppend).value();
  file->PreferHugePages();
  const std::string text(3 * kHugePage / 2, 'x');
  ASSERT_TRUE(file->Append(text).ok());
  EXPECT_EQ(disk_.Stat(path).value().length, 3 * kHugePage / 2);
  ASSERT_TRUE(file->Append("end").ok());
  ASSERT_TRUE(file->Close().ok());
  EXPECT_TRUE(disk_.OpenForRead(path).value()->Map().value().view() == text + "end");
}

TEST_F(HugePagesTest, WhereTheyAreCanBeAskedFor) {
  auto file = Open("f");
  const std::string text(4 << 20, 'x');
  ASSERT_TRUE(file->Append(text).ok() && file->Close().ok());
  EXPECT_TRUE(InHugePages(Path("f")));
  TempFolder other;
  auto plain = disk_.OpenForWrite(other.path() + "/f", WriteMode::kCreateNew);
  ASSERT_TRUE(plain.ok() && (*plain)->Append(text).ok() && (*plain)->Close().ok());
  EXPECT_FALSE(InHugePages(other.path() + "/f"));
}

}  // namespace
}  // namespace alluxio
