// Where a peer breaks what it has said before: after its end, by its numbers, by its lengths.
#include "rpc/internal/http2/closed_streams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fixtures/session_test_bed.h"

namespace alluxio::rpc {
namespace {

TEST(ClosedStreamsTest, RemembersTheLastOnes) {
  ClosedStreams closed;
  closed.Opened(1, 0);
  closed.Opened(3, 1);
  EXPECT_FALSE(closed.WasSkipped(1));
  closed.Opened(9, 3);
  EXPECT_TRUE(closed.WasSkipped(5) && closed.WasSkipped(7));
  EXPECT_FALSE(closed.WasSkipped(3) || closed.WasSkipped(9));
  closed.Ended(1);
  EXPECT_TRUE(closed.EndedByPeer(1));
  for (uint32_t id = 11; id < 100; id += 2) closed.Ended(id);
  EXPECT_FALSE(closed.EndedByPeer(1));
  EXPECT_TRUE(closed.EndedByPeer(97) && closed.EndedByPeer(99));
}

TEST_F(SessionTest, WhoGoesOnAfterItsOwnEndIsTold) {
  const std::string whole = HeadersFrame(1, kFlagEndHeaders | kFlagEndStream);
  const std::string begun = HeadersFrame(1, kFlagEndHeaders);
  const std::string reset = Frame(FrameType::kRstStream, 0, 1, U32(8));
  const std::string data = Frame(FrameType::kData, 0, 1, "x");
  ExpectConnectionError(begun + reset + begun, Http2Error::kStreamClosed);
  for (const std::string& before : {whole, begun + reset}) {
    log.clear();
    Make();
    ASSERT_TRUE(Feed(kHello + before));
    Output();  // the answer is sent, and the stream forgotten
    ASSERT_TRUE(Feed(data));
    EXPECT_EQ(Frames(Output()), std::vector<std::string>{"3/0/1/4"});
    EXPECT_FALSE(Feed(whole));
    EXPECT_EQ(GoawayError(Output()), Http2Error::kStreamClosed);
  }
  // Often it is a flood.
  Make();
  ASSERT_TRUE(Feed(kHello + whole));
  Output();
  int frames = 0;
  while (frames < 100000 && Feed(data)) ++frames;
  EXPECT_LT(frames, 10000);
}

TEST_F(SessionTest, NumbersThatWerePassedOverStayClosed) {
  ExpectConnectionError(HeadersFrame(7, kFlagEndHeaders) + HeadersFrame(3, kFlagEndHeaders),
                        Http2Error::kProtocol);
}

TEST_F(SessionTest, NothingDependsOnItself) {
  const std::string itself = U32(3) + std::string("\x10");
  ExpectConnectionError(Frame(FrameType::kPriority, 0, 3, itself), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kHeaders, kFlagEndHeaders | kFlagPriority, 3, itself),
                        Http2Error::kProtocol);
}

TEST_F(SessionTest, AContentLengthIsKept) {
  struct Case {
    const char* length;
    std::vector<std::string> data;
    bool good;
  };
  const Case cases[] = {{"4", {"ab", "cd"}, true}, {"0", {""}, true},     {"4", {"abc"}, false},
                        {"4", {"ab", "cde"}, false}, {"x", {""}, false},   {"-1", {""}, false},
                        {"4 4", {"abcd"}, false}};
  for (const Case& each : cases) {
    log.clear();
    streams.clear();
    Make();
    const HeaderField fields[] = {{":path", "/x"}, {"content-length", each.length}};
    HeaderEncoder fresh;
    std::string wire = Frame(FrameType::kHeaders, kFlagEndHeaders, 1,
                             std::string(fresh.Encode(fields)));
    for (size_t i = 0; i < each.data.size(); ++i) {
      const uint8_t flags = i + 1 == each.data.size() ? kFlagEndStream : 0;
      wire += Frame(FrameType::kData, flags, 1, each.data[i]);
    }
    ASSERT_TRUE(Feed(kHello + wire));
    const std::vector<std::string> frames = Frames(Output());
    const bool reset = std::count(frames.begin(), frames.end(), "3/0/1/4") > 0;
    EXPECT_EQ(reset, !each.good) << each.length;
  }
}

TEST_F(SessionTest, TrailersHaveNoPseudoHeaders) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders) +
                   HeadersFrame(1, kFlagEndHeaders | kFlagEndStream)));
  EXPECT_EQ(Frames(Output()).back(), "3/0/1/4");
  EXPECT_EQ(log.back(), "closed 1");
}

}  // namespace
}  // namespace alluxio::rpc
