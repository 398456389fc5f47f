#include "env/posix/take_over.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

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

// ---- Once more, mapped as it is ----

TEST_F(TakeOverTest, TheNextWriterGetsTheSameMemory) {
  Result<Overwrite> taken = disk_.TakeOver(path_, kLength);
  ASSERT_TRUE(taken.ok()) << taken.status();
  ASSERT_NE(taken->file, nullptr);
  std::fill(taken->bytes.begin(), taken->bytes.end(), 'b');
  EXPECT_TRUE(taken->file->Intact(kLength));
  Result<std::span<char>> again = taken->file->TakeAgain(path_, kLength - 1);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->data(), taken->bytes.data());
  EXPECT_EQ(again->size(), size_t{kLength - 1});
  again->back() = 'c';
  EXPECT_EQ(Content(), std::string(kLength - 2, 'b') + "c");
  EXPECT_FALSE(taken->file->Intact(kLength));
}

TEST_F(TakeOverTest, WhoeverHasTheFileOpenOrMappedKeepsItsBytes) {
  Result<Overwrite> taken = disk_.TakeOver(path_, kLength);
  ASSERT_TRUE(taken.ok()) << taken.status();
  auto reader = disk_.OpenForRead(path_);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(taken->file->TakeAgain(path_, kLength).status().code(),
            StatusCode::kFailedPrecondition);
  Bytes mapped = (*reader)->Map().value();
  reader->reset();
  EXPECT_EQ(taken->file->TakeAgain(path_, kLength).status().code(),
            StatusCode::kFailedPrecondition);
  mapped = Bytes();
  EXPECT_TRUE(taken->file->TakeAgain(path_, kLength).ok());
}

TEST_F(TakeOverTest, OnlyTheFileThatIsMappedIsTakenAgain) {
  Result<Overwrite> taken = disk_.TakeOver(path_, kLength);
  ASSERT_TRUE(taken.ok()) << taken.status();
  const std::string moved = path_ + ".moved";
  ASSERT_TRUE(disk_.Rename(path_, moved).ok());
  EXPECT_EQ(taken->file->TakeAgain(path_, kLength).status().code(), StatusCode::kNotFound);
  auto other = disk_.OpenForWrite(path_, WriteMode::kCreateNew, 0644);
  ASSERT_TRUE(other.ok() && (*other)->Append(std::string(kLength, 'o')).ok());
  EXPECT_EQ(taken->file->TakeAgain(path_, kLength).status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(Content(), std::string(kLength, 'o'));
  EXPECT_EQ(taken->file->TakeAgain(moved, kLength + 1).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_TRUE(taken->file->TakeAgain(moved, kLength).ok());
  ASSERT_TRUE(disk_.DeleteFile(moved).ok());
  EXPECT_FALSE(taken->file->Intact(kLength));
}

TEST_F(TakeOverTest, ManyMappedFilesTakeFewDescriptors) {
  std::vector<Overwrite> all;
  size_t again = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string path = folder_.path() + "/" + std::to_string(i);
    auto file = disk_.OpenForWrite(path, WriteMode::kCreateNew, 0644);
    ASSERT_TRUE(file.ok() && (*file)->Append("x").ok() && (*file)->Close().ok());
    Result<Overwrite> taken = disk_.TakeOver(path, 1);
    ASSERT_TRUE(taken.ok()) << taken.status();
    again += taken->file != nullptr ? 1 : 0;
    all.push_back(*std::move(taken));
  }
  EXPECT_EQ(again, 128U);
  all.erase(all.begin());
  EXPECT_NE(disk_.TakeOver(path_, kLength)->file, nullptr);
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
