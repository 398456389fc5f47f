#include "rpc/internal/http2/header_coder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
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

// A block that only names entries is kept; what moves the entries must make it forgotten.
TEST(HeaderCoderTest, KnownBlocksAreWhatTheyWereWhileTheTableMoves) {
  HeaderEncoder encoder;
  HeaderDecoder decoder({});
  uint64_t last = 0;
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE(round);
    // Every fifth block brings a field of its own, which moves all others, and in the end out.
    const std::string value = std::to_string(round % 5 == 4 ? round : round % 2);
    const std::vector<HeaderField> fields{{":path", "/a.B/C"}, {"channel-id", value}};
    HeaderBlock out;
    ASSERT_EQ(decoder.Decode(encoder.Encode(fields), &out), Http2Error::kNone);
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out.Find(":path"), "/a.B/C");
    EXPECT_EQ(out.Find("channel-id"), value);
    last = std::max(last, out.identity());
  }
  EXPECT_GT(last, 0u);
}

TEST(HeaderCoderTest, TheSameIdentityMeansTheSameFields) {
  HeaderEncoder encoder;
  HeaderDecoder decoder({});
  std::map<uint64_t, std::string> seen;
  for (int round = 0; round < 1000; ++round) {
    const std::string value = std::to_string(round * round % 23);
    const std::vector<HeaderField> fields{{"channel-id", value}};
    HeaderBlock out;
    ASSERT_EQ(decoder.Decode(encoder.Encode(fields), &out), Http2Error::kNone);
    ASSERT_EQ(out.Find("channel-id"), value) << round;
    if (out.identity() == 0) continue;
    auto [at, added] = seen.emplace(out.identity(), value);
    EXPECT_EQ(at->second, value) << round;
  }
  EXPECT_FALSE(seen.empty());
}

TEST(HeaderCoderTest, OnlyBlocksThatLeaveTheTableAloneHaveAnIdentity) {
  HeaderDecoder decoder({});
  auto identity = [&](const std::string& block) {
    HeaderBlock out;
    EXPECT_EQ(decoder.Decode(block, &out), Http2Error::kNone);
    return out.identity();
  };
  EXPECT_NE(identity("\x82\x87"), 0u);                          // two indexed fields
  EXPECT_NE(identity(std::string("\x00\x01" "a\x01" "b", 5)), 0u);  // not indexed
  EXPECT_NE(identity("\x10\x01" "a\x01" "b"), 0u);                // never indexed
  EXPECT_EQ(identity("\x82\x40\x01" "a\x01" "b"), 0u);            // inserts
  EXPECT_EQ(identity("\x3f\xe1\x1f\x82"), 0u);                   // another size of the table
  EXPECT_EQ(identity(std::string("\x00\x01" "a\x7f\xc9\x01", 6) + std::string(328, 'x')), 0u);
  const uint64_t first = identity("\x82");
  EXPECT_EQ(identity("\x82"), first);
  identity("\x40\x01" "a\x01" "b");
  EXPECT_NE(identity("\x82"), first);  // forgotten: it might have named what has moved
}

}  // namespace
}  // namespace alluxio::rpc
