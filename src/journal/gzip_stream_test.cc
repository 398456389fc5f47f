#include "journal/gzip_stream.h"

#include <gtest/gtest.h>

#include "env/rng.h"
#include "journal/string_checkpoint.h"

namespace alluxio::journal {
namespace {

std::string Packed(const std::string& text) {
  StringSink out;
  GzipSink sink(out);
  for (size_t at = 0; at < text.size(); at += 777) {
    EXPECT_TRUE(sink.Write(text.substr(at, 777)).ok());
  }
  EXPECT_TRUE(sink.Finish().ok());
  return out.bytes;
}

Result<std::string> Unpacked(const std::string& bytes) {
  StringSource in(bytes);
  GunzipSource source(in);
  std::string text, piece(1000, '\0');
  for (;;) {
    ASSIGN_OR_RETURN(size_t got, source.Read(piece.data(), piece.size()));
    text += piece.substr(0, got);
    if (got < piece.size()) return text;
  }
}

std::string SomeText() {
  std::unique_ptr<Rng> rng = Rng::Seeded(5);
  std::string text;
  for (int i = 0; i < 300'000; ++i) text.push_back(static_cast<char>('a' + rng->Below(20)));
  return text;
}

TEST(GzipStreamTest, WhatGoesInComesOut) {
  for (const std::string& text : {std::string(), std::string("x"), SomeText()}) {
    std::string packed = Packed(text);
    EXPECT_EQ(packed.substr(0, 2), "\x1F\x8B");
    Result<std::string> back = Unpacked(packed);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, text);
  }
}

TEST(GzipStreamTest, DamageIsSeen) {
  std::string packed = Packed(SomeText());
  for (size_t cut : {size_t{0}, size_t{5}, packed.size() / 2, packed.size() - 1}) {
    EXPECT_TRUE(Unpacked(packed.substr(0, cut)).status().Is(StatusCode::kDataLoss)) << cut;
  }
  for (size_t at : {size_t{0}, packed.size() / 2, packed.size() - 6}) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    EXPECT_TRUE(Unpacked(damaged).status().Is(StatusCode::kDataLoss)) << at;
  }
}

}  // namespace
}  // namespace alluxio::journal
