#include "env/posix/take_over.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/fixtures/temp_folder.h"

namespace alluxio {
namespace {

constexpr int64_t kLength = 1 << 16;

class TakeOverTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.path() + "/file";
    auto file = disk_.OpenForWrite(path_, WriteMode::kCreateNew, 0644);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(std::string(kLength, 'a')).ok());
    ASSERT_TRUE((*file)->Close().ok());
  }
  std::string Content() {
    std::string text(2 * kLength, '\0');
    auto file = disk_.OpenForRead(path_);
    EXPECT_TRUE(file.ok()) << file.status();
    text.resize((*file)->ReadAt(0, text).value());
    return text;
  }
  void ExpectTaken(StatusCode code) {
    Status taken = disk_.TakeOver(path_, kLength).status();
    EXPECT_EQ(taken.code(), code) << taken;
    EXPECT_EQ(Content(), std::string(kLength, 'a'));
  }

  TempFolder folder_;
  Disk& disk_ = Disk::Real();
  std::string path_;
};

TEST_F(TakeOverTest, WhatIsWrittenIsInTheFile) {
  Result<Overwrite> taken = disk_.TakeOver(path_, kLength - 1);
  ASSERT_TRUE(taken.ok()) << taken.status();
  ASSERT_EQ(taken->bytes.size(), size_t{kLength - 1});
  std::fill(taken->bytes.begin(), taken->bytes.end(), 'b');
  EXPECT_EQ(Content(), std::string(kLength - 1, 'b'));
}

TEST_F(TakeOverTest, AFileThatSomebodyReadsIsLeftAlone) {
  auto reader = disk_.OpenForRead(path_);
  ASSERT_TRUE(reader.ok());
  ExpectTaken(StatusCode::kFailedPrecondition);
}

TEST_F(TakeOverTest, AMappingCountsAsLongAsAnyByteIsHeld) {
  Bytes slice;
  {
    auto reader = disk_.OpenForRead(path_);
    ASSERT_TRUE(reader.ok());
    Result<Bytes> mapped = (*reader)->Map();
    ASSERT_TRUE(mapped.ok());
    slice = mapped->Slice(100, 1);
  }
  ExpectTaken(StatusCode::kFailedPrecondition);
  slice = Bytes();
  EXPECT_TRUE(disk_.TakeOver(path_, kLength).ok());
}

TEST_F(TakeOverTest, AFileThatSomebodyWritesIsLeftAlone) {
  auto writer = disk_.OpenForWrite(path_, WriteMode::kAppend, 0644);
  ASSERT_TRUE(writer.ok());
  ExpectTaken(StatusCode::kFailedPrecondition);
}

TEST_F(TakeOverTest, OneThatIsTakenIsNotTakenAgain) {
  Result<Overwrite> taken = disk_.TakeOver(path_, kLength);
  ASSERT_TRUE(taken.ok()) << taken.status();
  std::shared_ptr<const void> owner = taken->owner;
  ExpectTaken(StatusCode::kFailedPrecondition);
  *taken = Overwrite();
  owner.reset();
  EXPECT_TRUE(disk_.TakeOver(path_, kLength).ok());
}

TEST_F(TakeOverTest, WithoutAMappingTheFileIsOpenToItsNextWriter) {
  ASSERT_TRUE(disk_.TakeOverUnmapped(path_, kLength - 1).ok());
  EXPECT_EQ(disk_.Stat(path_)->length, kLength - 1);
  auto writer = disk_.OpenForWrite(path_, WriteMode::kOverwrite, 0644);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_EQ(disk_.TakeOverUnmapped(path_, kLength - 1).code(), StatusCode::kFailedPrecondition);
}

TEST_F(TakeOverTest, ShortFilesAndFilesWithHolesAreRefused) {
  EXPECT_EQ(disk_.TakeOver(path_, kLength + 1).status().code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(disk_.Truncate(path_, 4 * kLength).ok());
  EXPECT_EQ(disk_.TakeOver(path_, kLength).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(disk_.TakeOver(path_, 0).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(disk_.TakeOver(folder_.path() + "/none", 1).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace alluxio
