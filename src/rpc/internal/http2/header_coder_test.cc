#include "rpc/internal/http2/header_coder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alluxio::rpc {
namespace {

TEST(HeaderCoderTest, BlocksComeBackAndGetShorter) {
  HeaderEncoder encoder;
  HeaderDecoder decoder({});
  const std::vector<HeaderField> fields{{":path", "/a.B/C"}, {"channel-id", "0123456789"},
                                        {"grpc-message", ""}};
  size_t first = 0;
  for (int round = 0; round < 3; ++round) {
    std::string block(encoder.Encode(fields));
    if (round == 0) first = block.size();
    HeaderBlock out;
    ASSERT_EQ(decoder.Decode(block, &out), Http2Error::kNone);
    ASSERT_EQ(out.size(), 3u);
    EXPECT_EQ(out.Find(":path"), "/a.B/C");
    EXPECT_EQ(out.Find("channel-id"), "0123456789");
    EXPECT_EQ(out[2].name, "grpc-message");
    EXPECT_EQ(out.Find("nothing"), "");
    if (round > 0) {
      EXPECT_LT(block.size(), first);
    }
  }
}

TEST(HeaderCoderTest, APeerWithoutATableGetsLiterals) {
  HeaderEncoder encoder;
  encoder.SetTableSize(0);
  HeaderDecoder decoder({});
  const std::vector<HeaderField> fields{{"channel-id", "0123456789"}};
  for (int round = 0; round < 3; ++round) {
    HeaderBlock out;
    ASSERT_EQ(decoder.Decode(encoder.Encode(fields), &out), Http2Error::kNone);
    EXPECT_EQ(out.Find("channel-id"), "0123456789");
  }
}

TEST(HeaderCoderTest, BlocksBeyondTheLimitsKeepTheTableRight) {
  HeaderEncoder encoder;
  HeaderDecoder decoder({200, 3});
  const std::string large(150, 'x');
  const std::vector<HeaderField> too_large{{"a", large}, {"b", large}, {"c", "3"}};
  const std::vector<HeaderField> too_many{{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}};
  for (const auto& fields : {too_large, too_many}) {
    HeaderBlock out;
    ASSERT_EQ(decoder.Decode(encoder.Encode(fields), &out), Http2Error::kNone);
    EXPECT_TRUE(out.too_large());
  }
  // Everything was decoded, so references into the table still mean what they meant.
  const std::vector<HeaderField> small{{"d", "4"}, {"c", "3"}};
  HeaderBlock out;
  ASSERT_EQ(decoder.Decode(encoder.Encode(small), &out), Http2Error::kNone);
  EXPECT_FALSE(out.too_large());
  EXPECT_EQ(out.Find("d"), "4");
  EXPECT_EQ(out.Find("c"), "3");
}

TEST(HeaderCoderTest, WhatIsNotHpackIsACompressionError) {
  HeaderBlock out;
  for (const std::string& block :
       {std::string("\xff\xff\xff\xff\xff\xff"), std::string("\x80"), std::string("\xbf"),
        std::string("\x40\x7f"), std::string("\x00\x05" "ab", 4)}) {
    HeaderDecoder decoder({});
    EXPECT_EQ(decoder.Decode(block, &out), Http2Error::kCompression) << block.size();
  }
}

}  // namespace
}  // namespace alluxio::rpc
