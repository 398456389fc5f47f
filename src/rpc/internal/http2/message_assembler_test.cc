#include "rpc/internal/http2/message_assembler.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <string>
#include <vector>

namespace alluxio::rpc {
namespace {

std::string Message(const std::string& text) { return FramedPrefix("", text.size()) + text; }

std::string Gzip(const std::string& text, int window = 15 + 16) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  std::string message = Message(out);
  message[0] = 1;
  return message;
}

TEST(MessageAssemblerTest, MessagesAreTheSameHoweverTheBytesAreCut) {
  const std::string wire = Message("one") + Message("") + Message(std::string(1000, 'x')) +
                           Message("last");
  for (size_t step = wire.size(); step > 0; --step) {
    MessageAssembler assembler(1000);
    std::vector<Bytes> out;
    for (size_t at = 0; at < wire.size(); at += step) {
      ASSERT_TRUE(assembler.Add(std::string_view(wire).substr(at, step), &out).ok());
    }
    ASSERT_EQ(out.size(), 4u) << "step " << step;
    EXPECT_EQ(out[0].view(), "one");
    EXPECT_EQ(out[1].view(), "");
    EXPECT_EQ(out[2].view(), std::string(1000, 'x'));
    EXPECT_EQ(out[3].view(), "last");
    EXPECT_FALSE(assembler.midway());
    EXPECT_EQ(assembler.held(), 0u);
  }
}

TEST(MessageAssemblerTest, LengthsBeyondTheLimitAreRefusedAtOnce) {
  MessageAssembler assembler(10);
  std::vector<Bytes> out;
  Status status = assembler.Add(Message(std::string(11, 'x')).substr(0, 5), &out);
  EXPECT_TRUE(status.Is(StatusCode::kResourceExhausted)) << status;
}

TEST(MessageAssemblerTest, AnAnnouncedLengthTakesNoMemoryByItself) {
  MessageAssembler assembler(size_t{4} << 30);
  std::vector<Bytes> out;
  ASSERT_TRUE(assembler.Add(std::string_view("\0\xff\xff\xff\xff", 5), &out).ok());
  EXPECT_EQ(assembler.announced(), 0xffffffffu);
  EXPECT_LE(assembler.Room().size(), size_t{4} << 20);
  EXPECT_EQ(assembler.held(), 0u);
}

TEST(MessageAssemblerTest, LargeMessagesGrowAndMayBePlacedDirectly) {
  const size_t size = 20 << 20;
  MessageAssembler assembler(size);
  std::vector<Bytes> out;
  ASSERT_TRUE(assembler.Add(FramedPrefix("", size), &out).ok());
  size_t filled = 0;
  int rooms = 0;
  while (out.empty()) {
    std::span<char> room = assembler.Room();
    ASSERT_FALSE(room.empty());
    for (char& c : room) c = static_cast<char>(filled++ % 251);
    ASSERT_TRUE(assembler.Placed(room.size(), &out).ok());
    ++rooms;
  }
  EXPECT_EQ(filled, size);
  EXPECT_LE(rooms, 6);  // the memory doubles
  for (size_t i = 0; i < size; ++i) ASSERT_EQ(out[0].data()[i], static_cast<char>(i % 251));
}

TEST(MessageAssemblerTest, WholeMessagesNeedNoCopy) {
  MessageAssembler assembler(100);
  EXPECT_EQ(assembler.WholeMessage(Message("abc")), "abc");
  EXPECT_FALSE(assembler.WholeMessage(Message("abc") + "x"));
  EXPECT_FALSE(assembler.WholeMessage(Message("abc").substr(0, 7)));
  EXPECT_FALSE(assembler.WholeMessage(Message(std::string(101, 'x'))));
  EXPECT_FALSE(assembler.WholeMessage("\x01\0\0\0"));
  std::vector<Bytes> out;
  ASSERT_TRUE(assembler.Add(std::string_view("\0", 1), &out).ok());
  EXPECT_FALSE(assembler.WholeMessage(Message("abc")));
}

TEST(MessageAssemblerTest, CompressedMessagesAreExpandedWithinTheLimit) {
  const std::string text(5000, 'z');
  for (auto [coding, window] : {std::pair{MessageCoding::kGzip, 15 + 16},
                                std::pair{MessageCoding::kDeflate, 15}}) {
    MessageAssembler assembler(5000);
    assembler.SetCoding(coding);
    std::vector<Bytes> out;
    ASSERT_TRUE(assembler.Add(Gzip(text, window) + Message("plain"), &out).ok());
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0].view(), text);
    EXPECT_EQ(out[1].view(), "plain");
  }
  MessageAssembler bomb(100000);
  bomb.SetCoding(MessageCoding::kGzip);
  std::vector<Bytes> out;
  Status status = bomb.Add(Gzip(std::string(100001, 0)), &out);
  EXPECT_TRUE(status.Is(StatusCode::kResourceExhausted)) << status;
}

TEST(MessageAssemblerTest, WhatCannotBeExpandedIsInternal) {
  std::vector<Bytes> out;
  MessageAssembler identity(100);
  EXPECT_TRUE(identity.Add(Gzip("x"), &out).Is(StatusCode::kInternal));
  MessageAssembler torn(100);
  torn.SetCoding(MessageCoding::kGzip);
  std::string cut = Gzip("hello");
  cut = FramedPrefix("", cut.size() - 8) + cut.substr(5, cut.size() - 8);
  cut[0] = 1;
  EXPECT_TRUE(torn.Add(cut, &out).Is(StatusCode::kInternal));
  MessageAssembler flag(100);
  EXPECT_TRUE(flag.Add(std::string_view("\x02\0\0\0\x01x", 6), &out).Is(StatusCode::kInternal));
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace alluxio::rpc
