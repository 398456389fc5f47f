#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "env/disk.h"
#include "env/rng.h"
#include "env/unread_log.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class RealDiskTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  void Write(const std::string& name, std::string_view text, WriteMode mode) {
    auto file = disk_.OpenForWrite(Path(name), mode);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(text).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Close().ok());
  }
  std::string Read(const std::string& name) {
    auto file = disk_.OpenForRead(Path(name));
    if (!file.ok()) return file.status().ToString();
    std::string text(1000, '\0');
    text.resize((*file)->ReadAt(0, text).value());
    return text;
  }

  std::string Whole(const std::string& name) {
    auto file = disk_.OpenForRead(Path(name)).value();
    std::string text(static_cast<size_t>(file->Length().value()), '\0');
    EXPECT_EQ(file->ReadAt(0, text).value(), text.size());
    return text;
  }

  TempFolder folder_;
  Disk& disk_ = Disk::Real();
};

TEST_F(RealDiskTest, ErrorsNameThePathAndCarryTheCode) {
  auto missing = disk_.OpenForRead(Path("none"));
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.status().message(), HasSubstr(Path("none")));
  EXPECT_EQ(disk_.OpenForRead(folder_.path()).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(disk_.Stat(Path("none")).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(disk_.DeleteFile(Path("none")).code(), StatusCode::kNotFound);
  EXPECT_EQ(disk_.List(Path("none")).status().code(), StatusCode::kNotFound);
}

TEST_F(RealDiskTest, CreateNewRefusesAnExistingFile) {
  Write("a", "one", WriteMode::kCreateNew);
  EXPECT_EQ(disk_.OpenForWrite(Path("a"), WriteMode::kCreateNew).status().code(),
            StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("a"), "one");
}

TEST_F(RealDiskTest, WriteModesTruncateAndAppend) {
  Write("a", "one", WriteMode::kTruncate);
  Write("a", "two", WriteMode::kAppend);
  EXPECT_EQ(Read("a"), "onetwo");
  Write("a", "x", WriteMode::kTruncate);
  EXPECT_EQ(Read("a"), "x");
}

TEST_F(RealDiskTest, OverwritingBeginsAtTheStartAndMakesNoFile) {
  Write("a", "0123456789", WriteMode::kTruncate);
  Write("a", "abc", WriteMode::kOverwrite);
  EXPECT_EQ(Read("a"), "abc3456789");
  EXPECT_EQ(disk_.OpenForWrite(Path("none"), WriteMode::kOverwrite).status().code(),
            StatusCode::kNotFound);
}

// A log: appends, syncs, room ahead of them that runs out and is made again. SEED=n repeats one.
TEST_F(RealDiskTest, ALogIsWhatWasAppendedWhateverRoomItHad) {
  const char* given = std::getenv("SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : Rng::Real().Next();
  SCOPED_TRACE("SEED=" + std::to_string(seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  for (int round = 0; round < 8; ++round) {
    const std::string name = "log" + std::to_string(round);
    auto file = disk_.OpenForWrite(Path(name), WriteMode::kAppend).value();
    if (round % 2 == 0) file = OpenUnreadLog(Path(name)).value();
    std::string expected;
    for (int step = 0; step < 60; ++step) {
      const std::string more(rng->Below(20'000), static_cast<char>('a' + step % 26));
      ASSERT_TRUE(file->Append(more).ok());
      expected += more;
      const uint64_t choice = rng->Below(12);
      // Where little of the disk is free there is no room, which changes nothing else.
      if (choice < 2) (void)file->MakeRoom(static_cast<int64_t>(1 + rng->Below(200'000))).ok();
      if (choice == 3) {
        ASSERT_TRUE(file->MakeRoom(0).ok());
      }
      if (choice >= 9) continue;
      ASSERT_TRUE(file->Sync().ok());
      // Behind it are zeros at most.
      std::string found = Whole(name);
      ASSERT_GE(found.size(), expected.size()) << round << "/" << step;
      ASSERT_TRUE(found.starts_with(expected)) << round << "/" << step;
      ASSERT_EQ(found.find_first_not_of('\0', expected.size()), std::string::npos);
    }
    ASSERT_TRUE(file->Close().ok());
    EXPECT_TRUE(Whole(name) == expected) << round;
  }
}

TEST_F(RealDiskTest, AnUnreadLogGoesOnWhereTheFileEnds) {
  EXPECT_TRUE(OpenUnreadLog(Path("log")).status().Is(StatusCode::kNotFound));
  Write("log", "one", WriteMode::kAppend);
  auto log = OpenUnreadLog(Path("log")).value();
  ASSERT_TRUE(log->Append("two").ok());
  ASSERT_TRUE(log->Sync().ok());
  ASSERT_TRUE(log->MakeRoom(10'000).ok());
  ASSERT_TRUE(log->Append("three").ok());
  ASSERT_TRUE(log->Sync().ok());
  ASSERT_TRUE(log->Append("four").ok());  // not synced
  ASSERT_TRUE(log->Close().ok());
  EXPECT_EQ(Read("log"), "onetwothreefour");
}

TEST_F(RealDiskTest, ReadAtIsShortOnlyAtTheEnd) {
  Write("a", "0123456789", WriteMode::kTruncate);
  auto file = disk_.OpenForRead(Path("a"));
  ASSERT_TRUE(file.ok());
  std::string text(6, '\0');
  EXPECT_EQ((*file)->ReadAt(2, text).value(), 6u);
  EXPECT_EQ(text, "234567");
  EXPECT_EQ((*file)->ReadAt(7, text).value(), 3u);
  EXPECT_EQ((*file)->ReadAt(100, text).value(), 0u);
  EXPECT_EQ((*file)->ReadAt(-1, text).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*file)->Length().value(), 10);
}

TEST_F(RealDiskTest, AFileIsIntactWhileItHasItsLengthAndAName) {
  Write("a", "0123456789", WriteMode::kTruncate);
  auto file = disk_.OpenForRead(Path("a"));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE((*file)->Intact(10));
  ASSERT_TRUE(disk_.Truncate(Path("a"), 9).ok());
  EXPECT_FALSE((*file)->Intact(10));
  EXPECT_TRUE((*file)->Intact(9));
  ASSERT_TRUE(disk_.Rename(Path("a"), Path("b")).ok());
  EXPECT_TRUE((*file)->Intact(9));
  ASSERT_TRUE(disk_.DeleteFile(Path("b")).ok());
  EXPECT_FALSE((*file)->Intact(9));
}

TEST_F(RealDiskTest, MappingOutlivesTheFileAndItsName) {
  Write("a", "mapped", WriteMode::kTruncate);
  Bytes bytes;
  {
    auto file = disk_.OpenForRead(Path("a"));
    bytes = (*file)->Map().value();
  }
  ASSERT_TRUE(disk_.DeleteFile(Path("a")).ok());
  EXPECT_EQ(bytes.view(), "mapped");
  Write("empty", "", WriteMode::kTruncate);
  EXPECT_TRUE((*disk_.OpenForRead(Path("empty")))->Map().value().empty());
}

TEST_F(RealDiskTest, FoldersAreMadeListedAndDeletedAsTrees) {
  ASSERT_TRUE(disk_.MakeDirectories(Path("x/y/z")).ok());
  ASSERT_TRUE(disk_.MakeDirectories(Path("x/y/z")).ok());
  EXPECT_EQ(disk_.MakeDirectory(Path("x")).code(), StatusCode::kAlreadyExists);
  Write("x/f", "1", WriteMode::kTruncate);
  EXPECT_EQ(disk_.MakeDirectories(Path("x/f/g")).code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(disk_.List(Path("x")).value(), UnorderedElementsAre("y", "f"));
  EXPECT_EQ(disk_.DeleteDirectory(Path("x")).code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(disk_.SyncDirectory(Path("x")).ok());
  ASSERT_TRUE(disk_.DeleteTree(Path("x")).ok());
  ASSERT_TRUE(disk_.DeleteTree(Path("x")).ok());
  EXPECT_EQ(disk_.Stat(Path("x")).status().code(), StatusCode::kNotFound);
}

TEST_F(RealDiskTest, DeleteTreeRemovesLinksButNotTheirTargets) {
  ASSERT_TRUE(disk_.MakeDirectories(Path("kept")).ok());
  Write("kept/f", "1", WriteMode::kTruncate);
  ASSERT_TRUE(disk_.MakeDirectories(Path("gone")).ok());
  ASSERT_EQ(::symlink(Path("kept").c_str(), Path("gone/link").c_str()), 0);
  ASSERT_TRUE(disk_.DeleteTree(Path("gone")).ok());
  EXPECT_EQ(Read("kept/f"), "1");
}

TEST_F(RealDiskTest, StatTellsModeOwnerAndTimes) {
  Write("a", "abc", WriteMode::kTruncate);
  ASSERT_TRUE(disk_.SetMode(Path("a"), 0640).ok());
  FileStat stat = disk_.Stat(Path("a")).value();
  EXPECT_EQ(stat.length, 3);
  EXPECT_EQ(stat.mode, 0640u);
  EXPECT_FALSE(stat.owner.empty());
  EXPECT_GT(stat.modified_ms, 1'000'000'000'000);
  EXPECT_TRUE(disk_.SetOwner(Path("a"), stat.owner, stat.group).ok());
  EXPECT_TRUE(disk_.SetOwner(Path("a"), "", "").ok());
  EXPECT_EQ(disk_.SetOwner(Path("a"), "no such user", "").code(), StatusCode::kInvalidArgument);
}

TEST_F(RealDiskTest, ALockIsHeldOnce) {
  auto first = disk_.LockFile(Path("lock"));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(disk_.LockFile(Path("lock")).status().code(), StatusCode::kFailedPrecondition);
  first.value().reset();
  EXPECT_TRUE(disk_.LockFile(Path("lock")).ok());
}

TEST_F(RealDiskTest, RenameReplacesAndTruncateCuts) {
  Write("a", "abcdef", WriteMode::kTruncate);
  Write("b", "old", WriteMode::kTruncate);
  ASSERT_TRUE(disk_.Rename(Path("a"), Path("b")).ok());
  EXPECT_EQ(Read("b"), "abcdef");
  ASSERT_TRUE(disk_.Truncate(Path("b"), 2).ok());
  EXPECT_EQ(Read("b"), "ab");
  EXPECT_GT(disk_.Space(folder_.path()).value().capacity_bytes, 0);
}

TEST_F(RealDiskTest, RenameNewReplacesNothing) {
  Write("a", "new", WriteMode::kTruncate);
  Write("b", "old", WriteMode::kTruncate);
  EXPECT_EQ(disk_.RenameNew(Path("a"), Path("b")).code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("a"), "new");
  EXPECT_EQ(Read("b"), "old");
  ASSERT_TRUE(disk_.RenameNew(Path("a"), Path("c")).ok());
  EXPECT_EQ(Read("c"), "new");
  EXPECT_EQ(disk_.Stat(Path("a")).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(disk_.RenameNew(Path("a"), Path("d")).code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace alluxio
