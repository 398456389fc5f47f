#include "journal/checkpoint_format.h"

#include <gmock/gmock.h>
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "journal/string_checkpoint.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

using ::testing::HasSubstr;

std::string Hex(std::string_view bytes) {
  std::string text;
  for (unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

TEST(CheckpointFormatTest, RocksTypesTellTheOperatorWhatToDo) {
  for (CheckpointType type : {CheckpointType::kRocksSingle, CheckpointType::kRocksParallel}) {
    StringSink sink;
    ASSERT_TRUE(WriteCheckpointType(sink, type).ok());
    StringSource source(sink.bytes);
    Status status = ReadCheckpointType(source).status();
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(status.message(), HasSubstr("alluxio.master.journal.init.from.backup"));
    EXPECT_THAT(status.message(), HasSubstr("alluxio.master.metastore=HEAP"));
  }
}

TEST(CheckpointFormatTest, DamagedTypesAreRefused) {
  StringSource empty("");
  EXPECT_EQ(ReadCheckpointType(empty).status().code(), StatusCode::kDataLoss);
  StringSource cut(std::string_view("\0\0\0", 3));
  EXPECT_EQ(ReadCheckpointType(cut).status().code(), StatusCode::kDataLoss);
  StringSource unknown(std::string_view("\0\0\0\0\0\0\0\x09", 8));
  EXPECT_EQ(ReadCheckpointType(unknown).status().code(), StatusCode::kDataLoss);
}

TEST(CheckpointFormatTest, MessagesSurviveAndCutOnesAreRefused) {
  StringSink sink;
  MessageWriter writer(sink);
  constexpr int kCount = 20'000;
  for (int i = 0; i < kCount; ++i) {
    JournalEntry entry;
    entry.mutable_block_info()->set_block_id(i);
    ASSERT_TRUE(writer.Write(entry).ok());
  }
  ASSERT_TRUE(writer.Finish().ok());
  StringSource source(sink.bytes);
  MessageReader reader(source);
  JournalEntry entry;
  for (int i = 0; i < kCount; ++i) {
    ASSERT_TRUE(reader.Read(&entry).value());
    ASSERT_EQ(entry.block_info().block_id(), i);
  }
  EXPECT_FALSE(reader.Read(&entry).value());

  StringSource cut(std::string_view(sink.bytes).substr(0, sink.bytes.size() - 1));
  MessageReader cut_reader(cut);
  Result<bool> last = true;
  while (last.ok() && *last) last = cut_reader.Read(&entry);
  EXPECT_EQ(last.status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(last.status().message(), HasSubstr("offset"));
}

TEST(CheckpointFormatTest, ADamagedLengthDoesNotAllocateIt) {
  StringSource source("\xff\xff\xff\xff\x03xyz");
  MessageReader reader(source);
  JournalEntry entry;
  EXPECT_EQ(reader.Read(&entry).status().code(), StatusCode::kDataLoss);
}

TEST(CheckpointFormatTest, CompoundHasTheBytesJavaWrites) {
  StringSink sink;
  CompoundWriter compound(sink);
  ASSERT_TRUE(compound.Begin().ok());
  ASSERT_TRUE(compound.BeginPart("INODE_COUNTER").ok());
  ASSERT_TRUE(WriteCheckpointType(compound.part(), CheckpointType::kLong).ok());
  ASSERT_TRUE(WriteLong(compound.part(), 3).ok());
  ASSERT_TRUE(compound.EndPart().ok());
  EXPECT_EQ(Hex(sink.bytes),
            "0000000000000001"
            "1d" "494e4f44455f434f554e5445d2" "0000000000000005" "0000000000000003" "00");
}

TEST(CheckpointFormatTest, NestedCompoundsAreReadAndPartsSkipped) {
  StringSink sink;
  CompoundWriter outer(sink);
  ASSERT_TRUE(outer.Begin().ok());
  ASSERT_TRUE(outer.BeginPart("INODE_TREE").ok());
  {
    CompoundWriter inner(outer.part());
    ASSERT_TRUE(inner.Begin().ok());
    for (const char* name : {"PINNED", "LIMITED"}) {
      ASSERT_TRUE(inner.BeginPart(name).ok());
      ASSERT_TRUE(WriteCheckpointType(inner.part(), CheckpointType::kLongs).ok());
      for (int64_t i = 0; i < 30'000; ++i) ASSERT_TRUE(WriteLong(inner.part(), -i).ok());
      ASSERT_TRUE(inner.EndPart().ok());
    }
  }
  ASSERT_TRUE(outer.EndPart().ok());
  ASSERT_TRUE(outer.BeginPart("MOUNT_TABLE").ok());
  ASSERT_TRUE(WriteCheckpointType(outer.part(), CheckpointType::kJournalEntry).ok());
  ASSERT_TRUE(outer.EndPart().ok());

  for (bool skip : {false, true}) {
    StringSource source(sink.bytes);
    ASSERT_EQ(ReadCheckpointType(source).value(), CheckpointType::kCompound);
    CompoundReader reader(source);
    std::string name;
    ASSERT_TRUE(reader.NextPart(&name).value());
    EXPECT_EQ(name, "INODE_TREE");
    if (!skip) {
      ASSERT_EQ(ReadCheckpointType(reader.part()).value(), CheckpointType::kCompound);
      CompoundReader inner(reader.part());
      int parts = 0;
      while (inner.NextPart(&name).value()) {
        ++parts;
        ASSERT_TRUE(ExpectCheckpointType(inner.part(), CheckpointType::kLongs, name).ok());
        int64_t value = 0;
        int64_t count = 0;
        while (ReadLong(inner.part(), &value).value()) EXPECT_EQ(value, -count++);
        EXPECT_EQ(count, 30'000);
      }
      EXPECT_EQ(parts, 2);
    }
    ASSERT_TRUE(reader.NextPart(&name).value());
    EXPECT_EQ(name, "MOUNT_TABLE");
    EXPECT_FALSE(reader.NextPart(&name).value());
  }
}

TEST(CheckpointFormatTest, ACutCompoundIsDataLossAtEveryByte) {
  StringSink sink;
  CompoundWriter compound(sink);
  ASSERT_TRUE(compound.BeginPart("AB").ok());
  ASSERT_TRUE(WriteLong(compound.part(), 7).ok());
  ASSERT_TRUE(compound.EndPart().ok());
  for (size_t size = 1; size < sink.bytes.size(); ++size) {
    StringSource source(std::string_view(sink.bytes).substr(0, size));
    CompoundReader reader(source);
    std::string name;
    Result<bool> next = reader.NextPart(&name);
    if (next.ok()) next = reader.NextPart(&name);
    EXPECT_EQ(next.status().code(), StatusCode::kDataLoss) << size;
  }
}

}  // namespace
}  // namespace alluxio::journal
