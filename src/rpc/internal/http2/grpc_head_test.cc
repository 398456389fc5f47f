#include "rpc/internal/http2/grpc_head.h"

#include <gtest/gtest.h>

#include <vector>

namespace alluxio::rpc {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

using Fields = std::vector<std::pair<std::string, std::string>>;

RequestHead HeadOf(const Fields& fields, HeaderBlock* block) {
  block->Clear();
  for (const auto& [name, value] : fields) block->Add(name, value);
  return RequestHead::Of(*block);
}

Fields Good() {
  return {{":method", "POST"},          {":scheme", "http"},
          {":path", "/a.B/C"},          {":authority", "host"},
          {"content-type", "application/grpc+proto"},
          {"te", "trailers"},           {"channel-id", "id"},
          {"grpc-timeout", "100m"},     {"x-bin", "AAEC"}};
}

TEST(GrpcHeadTest, RequestsAreUnderstood) {
  HeaderBlock block;
  RequestHead head = HeadOf(Good(), &block);
  EXPECT_TRUE(head.valid && head.is_post && head.is_grpc && head.has_channel_id);
  EXPECT_EQ(head.path, "/a.B/C");
  EXPECT_EQ(head.channel_id, "id");
  EXPECT_EQ(head.timeout, Duration(100ms));
  EXPECT_EQ(head.coding, MessageCoding::kIdentity);
}

TEST(GrpcHeadTest, WhatHttp2ForbidsIsInvalid) {
  HeaderBlock block;
  for (const std::pair<std::string, std::string>& bad :
       {std::pair<std::string, std::string>{"Upper", "x"}, {"connection", "close"},
        {"te", "gzip"}, {":path", "/again"}, {":late", "x"}, {"", "x"},
        {"transfer-encoding", "chunked"}}) {
    Fields fields = Good();
    fields.push_back(bad);
    EXPECT_FALSE(HeadOf(fields, &block).valid) << bad.first;
  }
  for (const char* missing : {":method", ":scheme", ":path"}) {
    Fields fields = Good();
    std::erase_if(fields, [&](const auto& field) { return field.first == missing; });
    EXPECT_FALSE(HeadOf(fields, &block).valid) << missing;
  }
}

TEST(GrpcHeadTest, ContentTypeAndMethodTellGrpcFromOthers) {
  HeaderBlock block;
  for (auto [type, good] : {std::pair{"application/grpc", true}, {"application/grpc;x=y", true},
                            {"application/grpcx", false}, {"text/html", false}}) {
    Fields fields = Good();
    for (auto& [name, value] : fields) {
      if (name == "content-type") value = type;
    }
    EXPECT_EQ(HeadOf(fields, &block).is_grpc, good) << type;
  }
  Fields fields = Good();
  fields[0].second = "GET";
  EXPECT_FALSE(HeadOf(fields, &block).is_post);
}

TEST(GrpcHeadTest, TimeoutsRoundTrip) {
  EXPECT_EQ(ParseTimeout("1S"), Duration(1s));
  EXPECT_EQ(ParseTimeout("99999999H").value() > std::chrono::hours(24 * 365), true);
  for (const char* bad : {"", "1", "S", "-1S", "1x", "123456789S", "1.5S", "+1S", " 1S"}) {
    EXPECT_FALSE(ParseTimeout(bad)) << bad;
  }
  for (Duration timeout : {Duration(1), Duration(1ms), Duration(30s), Duration(99999999),
                           Duration(100000001), Duration(std::chrono::hours(24 * 365))}) {
    std::optional<Duration> parsed = ParseTimeout(FormatTimeout(timeout));
    ASSERT_TRUE(parsed) << FormatTimeout(timeout);
    EXPECT_GE(*parsed, timeout);
    EXPECT_LE(*parsed, timeout + timeout / 1000);
  }
  EXPECT_EQ(FormatTimeout(Duration(-5)), "0n");
}

TEST(GrpcHeadTest, MessagesSurviveTheirEncoding) {
  for (const std::string& text :
       {std::string("plain"), std::string("Path \"/\xc3\xa4 b\" does not exist.\n100%"),
        std::string("\x01\x7f\xff", 3), std::string()}) {
    std::string encoded = EncodeMessage(text);
    for (char c : encoded) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
    EXPECT_EQ(DecodeMessage(encoded), text);
  }
  EXPECT_EQ(DecodeMessage("%4"), "%4");
  EXPECT_EQ(DecodeMessage("%zz%41"), "%zzA");
}

TEST(GrpcHeadTest, LongMessagesAreCutBetweenCharacters) {
  std::string text;
  while (text.size() < 20000) text += "\xc3\xa4";
  std::string decoded = DecodeMessage(EncodeMessage(text));
  EXPECT_LT(EncodeMessage(text).size(), 7000u);
  ASSERT_TRUE(decoded.ends_with("..."));
  decoded.resize(decoded.size() - 3);
  EXPECT_EQ(decoded.size() % 2, 0u);
  EXPECT_EQ(text.substr(0, decoded.size()), decoded);
}

TEST(GrpcHeadTest, AnswersAreUnderstood) {
  HeaderBlock block;
  block.Add(":status", "200");
  block.Add("content-type", "application/grpc");
  block.Add("grpc-status", "5");
  block.Add("grpc-message", "no%20such");
  ResponseHead head = ResponseHead::Of(block);
  EXPECT_TRUE(head.is_grpc);
  EXPECT_EQ(head.ToStatus().ToString(), "NOT_FOUND: no such");
  block.Clear();
  block.Add("grpc-status", "99");
  EXPECT_TRUE(ResponseHead::Of(block).ToStatus().Is(StatusCode::kUnknown));
  block.Clear();
  EXPECT_TRUE(ResponseHead::Of(block).ToStatus().Is(StatusCode::kUnknown));
  EXPECT_EQ(CodeOfHttpStatus("503"), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace alluxio::rpc
