#include "journal/frame.h"

#include <gtest/gtest.h>

#include "journal/varint.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

std::string Frame(int64_t number, bool starts_flush = false) {
  JournalEntry entry;
  entry.mutable_block_info()->set_block_id(16777216);
  entry.mutable_block_info()->set_length(4);
  std::string out;
  AppendFrame({number, starts_flush}, entry.SerializeAsString(), &out);
  return out;
}

std::string_view Body(std::string_view frame) {
  uint64_t length = 0;
  return frame.substr(ParseVarint(frame, &length));
}

TEST(FrameTest, EveryFlippedBitOfAnEntryIsNoticed) {
  std::string frame = Frame(7, true);
  std::string body(Body(frame));
  for (size_t i = 0; i < body.size() * 8; ++i) {
    std::string damaged = body;
    damaged[i / 8] = static_cast<char>(damaged[i / 8] ^ (1 << (i % 8)));
    JournalEntry entry;
    // A bit of the checksum's own tag makes it a field nobody knows; LogReader notices that, by
    // the entries around it.
    bool noticed = !ParseEntry(damaged, &entry).empty() || !entry.has_entry_crc32c();
    EXPECT_TRUE(noticed) << "bit " << i;
  }
}

TEST(FrameTest, EntriesWithoutChecksumAreAcceptedAsJavaWritesThem) {
  JournalEntry entry;
  std::string_view java("\x08\x01\x22\x07\x08\x80\x80\x80\x08\x10\x04", 11);
  EXPECT_EQ(ParseEntry(java, &entry), "");
  EXPECT_EQ(entry.sequence_number(), 1);
  EXPECT_EQ(entry.block_info().block_id(), 16777216);
  EXPECT_FALSE(ParseEntry(java.substr(2), &entry).empty()) << "no sequence number";
  EXPECT_FALSE(ParseEntry("", &entry).empty()) << "a run of zeros";
}

TEST(FrameTest, FramesAreReadBack) {
  std::string frame = Frame(300, true);
  JournalEntry entry;
  EXPECT_EQ(ParseEntry(Body(frame), &entry), "");
  EXPECT_EQ(entry.sequence_number(), 300);
  EXPECT_TRUE(entry.starts_flush());
  EXPECT_TRUE(entry.has_entry_crc32c());
  EXPECT_EQ(entry.block_info().length(), 4);
  EXPECT_EQ(ParseEntry(Body(Frame(1)), &entry), "");
  EXPECT_FALSE(entry.starts_flush());
}

TEST(FrameTest, ALaterFlushIsFoundBehindDamage) {
  std::string bytes = "\xff\xff damage " + Frame(8) + Frame(9);
  EXPECT_FALSE(HasLaterFlush(bytes, 7)) << "one flush may be torn anywhere";
  bytes += Frame(10, true);
  EXPECT_TRUE(HasLaterFlush(bytes, 7));
  EXPECT_FALSE(HasLaterFlush(bytes, 10));
  EXPECT_FALSE(HasLaterFlush(bytes.substr(0, bytes.size() - 1), 7));
}

// A frame whose length takes one byte more afterwards, too.
TEST(FrameTest, AFrameCanBeMarkedAsTheStartOfAFlushLater) {
  for (size_t size : {0, 100, 103, 104, 105, 106, 107, 110, 200}) {
    JournalEntry entry;
    entry.mutable_rename()->set_path(std::string(size, 'x'));
    std::string expected, frames, rest;
    std::string payload = entry.SerializeAsString();
    AppendFrame({5, true}, payload, &expected);
    AppendFrame({5, false}, payload, &frames);
    AppendFrame({6, false}, payload, &rest);
    size_t grown = expected.size() - frames.size();
    frames += rest;
    EXPECT_EQ(MarkStartsFlush(&frames), grown);
    EXPECT_EQ(frames, expected + rest) << size;
    EXPECT_EQ(MarkStartsFlush(&frames), 0u);
    EXPECT_EQ(frames, expected + rest) << size;
  }
}

}  // namespace
}  // namespace alluxio::journal
