#include "rpc/internal/http2/frame_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alluxio::rpc {
namespace {

std::string Frame(FrameType type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame(kFrameHeaderBytes, '\0');
  FrameHeader{static_cast<uint32_t>(payload.size()), type, flags, stream}.Write(frame.data());
  return frame + payload;
}

// Writes down what it is told; pieces of DATA are joined.
class Recorder : public FrameVisitor {
 public:
  Http2Error OnFrame(const FrameHeader& header, std::string_view payload) override {
    events.push_back("frame " + std::to_string(static_cast<int>(header.type)) + " " +
                     std::to_string(header.stream) + " " + std::string(payload));
    return verdict;
  }
  Http2Error OnDataBegin(const FrameHeader& header, uint32_t padding) override {
    events.push_back("data " + std::to_string(header.stream) + " length " +
                     std::to_string(header.length) + " padding " + std::to_string(padding) + " ");
    return verdict;
  }
  Http2Error OnDataBytes(std::string_view bytes) override {
    events.back().append(bytes);
    return verdict;
  }
  Http2Error OnDataEnd(const FrameHeader& header) override {
    events.back() += header.has(kFlagEndStream) ? " last" : " end";
    return verdict;
  }

  std::vector<std::string> events;
  Http2Error verdict = Http2Error::kNone;
};

TEST(FrameReaderTest, FramesAreTheSameHoweverTheBytesAreCut) {
  const std::string wire = std::string(kHttp2Preface) +
                           Frame(FrameType::kSettings, 0, 0, "abcdef") +
                           Frame(FrameType::kHeaders, kFlagEndHeaders, 1, std::string(300, 'h')) +
                           Frame(FrameType::kData, 0, 1, "hello") +
                           Frame(FrameType::kData, kFlagPadded, 1, std::string("\x03") + "padpad") +
                           Frame(FrameType::kData, kFlagEndStream, 1, "") +
                           Frame(FrameType::kPing, kFlagAck, 0, "12345678") +
                           Frame(static_cast<FrameType>(77), 0xff, 9, "");
  std::vector<std::string> whole;
  for (size_t step = wire.size(); step > 0; --step) {
    Recorder recorder;
    FrameReader reader(recorder, true, kDefaultMaxFrame);
    for (size_t at = 0; at < wire.size(); at += step) {
      ASSERT_EQ(reader.Read(std::string_view(wire).substr(at, step)), Http2Error::kNone);
    }
    EXPECT_TRUE(reader.AtBoundary());
    if (whole.empty()) whole = recorder.events;
    ASSERT_EQ(recorder.events, whole) << "step " << step;
  }
  ASSERT_EQ(whole.size(), 7u);
  EXPECT_EQ(whole[0], "frame 4 0 abcdef");
  EXPECT_EQ(whole[2], "data 1 length 5 padding 0 hello end");
  EXPECT_EQ(whole[3], "data 1 length 7 padding 4 pad end");
  EXPECT_EQ(whole[4], "data 1 length 0 padding 0  last");
}

TEST(FrameReaderTest, AStrangerIsRefusedAtItsFirstWrongByte) {
  for (const char* text : {"GET / HTTP/1.1\r\n", "\x16\x03\x01", "PRI * HTTP/2.0\r\n\r\nSX"}) {
    Recorder recorder;
    FrameReader reader(recorder, true, kDefaultMaxFrame);
    EXPECT_EQ(reader.Read(text), Http2Error::kProtocol) << text;
    EXPECT_FALSE(reader.AtBoundary());
  }
}

TEST(FrameReaderTest, FramesBeyondTheLimitAreErrorsBeforeTheirPayload) {
  Recorder recorder;
  FrameReader data(recorder, false, kDefaultMaxFrame);
  std::string header(kFrameHeaderBytes, '\0');
  FrameHeader{kDefaultMaxFrame + 1, FrameType::kData, 0, 1}.Write(header.data());
  EXPECT_EQ(data.Read(header), Http2Error::kFrameSize);
  FrameReader control(recorder, false, 1 << 20);
  FrameHeader{FrameReader::kMaxControlFrame + 1, FrameType::kHeaders, 0, 1}.Write(header.data());
  EXPECT_EQ(control.Read(header), Http2Error::kFrameSize);
  EXPECT_TRUE(recorder.events.empty());
}

TEST(FrameReaderTest, PaddingMustFitItsFrame) {
  Recorder recorder;
  FrameReader empty(recorder, false, kDefaultMaxFrame);
  EXPECT_EQ(empty.Read(Frame(FrameType::kData, kFlagPadded, 1, "")), Http2Error::kFrameSize);
  FrameReader longer(recorder, false, kDefaultMaxFrame);
  EXPECT_EQ(longer.Read(Frame(FrameType::kData, kFlagPadded, 1, std::string("\x02") + "x")),
            Http2Error::kProtocol);
  FrameReader only(recorder, false, kDefaultMaxFrame);
  EXPECT_EQ(only.Read(Frame(FrameType::kData, kFlagPadded, 1, std::string("\x02") + "xx")),
            Http2Error::kNone);
  EXPECT_EQ(recorder.events.back(), "data 1 length 3 padding 3  end");
}

TEST(FrameReaderTest, DataMayBePutWhereItBelongs) {
  Recorder recorder;
  FrameReader reader(recorder, false, kDefaultMaxFrame);
  const std::string wire = Frame(FrameType::kData, kFlagPadded | kFlagEndStream, 1,
                                 std::string("\x02") + "abcdef" + "..");
  ASSERT_EQ(reader.Read(std::string_view(wire).substr(0, kFrameHeaderBytes + 3)),
            Http2Error::kNone);
  EXPECT_EQ(reader.DirectBytes(), 4u);  // without the padding
  EXPECT_EQ(reader.TookDirectly(3), Http2Error::kNone);
  EXPECT_EQ(reader.DirectBytes(), 1u);
  EXPECT_EQ(reader.TookDirectly(1), Http2Error::kNone);
  EXPECT_EQ(reader.DirectBytes(), 0u);
  EXPECT_EQ(reader.Read(".."), Http2Error::kNone);
  EXPECT_EQ(recorder.events.back(), "data 1 length 9 padding 3 ab last");
}

TEST(FrameReaderTest, TheVisitorsErrorEndsReading) {
  Recorder recorder;
  recorder.verdict = Http2Error::kEnhanceYourCalm;
  FrameReader reader(recorder, false, kDefaultMaxFrame);
  const std::string ping = Frame(FrameType::kPing, 0, 0, "12345678");
  EXPECT_EQ(reader.Read(ping + ping), Http2Error::kEnhanceYourCalm);
  EXPECT_EQ(recorder.events.size(), 1u);
}

}  // namespace
}  // namespace alluxio::rpc
