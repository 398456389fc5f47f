// A session against scripted peers, and against nghttp2 as a second opinion of the protocol.
#include "rpc/internal/http2/http2_session.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "rpc/internal/http2/message_assembler.h"
#include "tests/fixtures/session_test_bed.h"

namespace alluxio::rpc {
namespace {

using std::chrono_literals::operator""s;

TEST_F(SessionTest, ARequestIsAnswered) {
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders) +
                   Frame(FrameType::kData, kFlagEndStream, 1, "hello")));
  std::vector<std::string> frames = Frames(Output());
  // SETTINGS, WINDOW_UPDATE, ack, then the answer.
  ASSERT_EQ(frames.size(), 6u);
  EXPECT_EQ(frames[2], "4/1/0/0");
  EXPECT_EQ(frames[3].substr(0, 6), "1/4/1/");
  EXPECT_EQ(frames[4], "0/0/1/5");
  EXPECT_EQ(frames[5].substr(0, 6), "1/5/1/");
  EXPECT_EQ(log, (std::vector<std::string>{"headers /x", "end hello", "written", "closed 0"}));
  EXPECT_EQ(session->stream_count(), 0u);
  EXPECT_GT(work, 0);
}

// As gRPC C++ resets a call that was cancelled before its headers left, beside others.
TEST_F(SessionTest, AResetOfAStreamThatWasNeverOpenedHarmsNoOther) {
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders) +
                   Frame(FrameType::kRstStream, 0, 3, U32(8)) +
                   HeadersFrame(5, kFlagEndHeaders) +
                   Frame(FrameType::kRstStream, 0, 3, U32(8)) +
                   Frame(FrameType::kData, kFlagEndStream, 1, "hello")));
  EXPECT_NE(std::find(log.begin(), log.end(), "end hello"), log.end());
  EXPECT_EQ(session->stream_count(), 1u);  // 5 is open
  // But not without end.
  bool good = true;
  for (uint32_t id = 7; good && id < 20007; id += 2) {
    good = Feed(Frame(FrameType::kRstStream, 0, id, U32(8)));
  }
  EXPECT_FALSE(good);
}

TEST_F(SessionTest, ProtocolErrorsEndTheConnection) {
  const std::string open = HeadersFrame(1, kFlagEndHeaders);
  ExpectConnectionError(Frame(FrameType::kData, 0, 0, "x"), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kData, 0, 1, "x"), Http2Error::kProtocol);  // idle
  ExpectConnectionError(HeadersFrame(0, kFlagEndHeaders), Http2Error::kProtocol);
  ExpectConnectionError(HeadersFrame(2, kFlagEndHeaders), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kHeaders, kFlagEndHeaders, 1, "\xff\xff\xff\xff\xff\xff"),
                        Http2Error::kCompression);
  ExpectConnectionError(Frame(FrameType::kHeaders, kFlagEndHeaders | kFlagPadded, 1, "\x05x"),
                        Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kHeaders, kFlagEndHeaders | kFlagPriority, 1, "abc"),
                        Http2Error::kFrameSize);
  ExpectConnectionError(Frame(FrameType::kContinuation, kFlagEndHeaders, 1, ""),
                        Http2Error::kProtocol);
  ExpectConnectionError(HeadersFrame(1, 0) + Frame(FrameType::kPing, 0, 0, "12345678"),
                        Http2Error::kProtocol);
  ExpectConnectionError(HeadersFrame(1, 0) + Frame(FrameType::kContinuation, 0, 3, ""),
                        Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kSettings, 0, 1, ""), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kSettings, 0, 0, "12345"), Http2Error::kFrameSize);
  ExpectConnectionError(Frame(FrameType::kSettings, kFlagAck, 0, "123456"),
                        Http2Error::kFrameSize);
  ExpectConnectionError(
      Frame(FrameType::kSettings, 0, 0, Setting(SettingId::kInitialWindowSize, 0x80000000)),
      Http2Error::kFlowControl);
  ExpectConnectionError(
      Frame(FrameType::kSettings, 0, 0, Setting(SettingId::kMaxFrameSize, 100)),
      Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kSettings, 0, 0, Setting(SettingId::kEnablePush, 2)),
                        Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kPing, 0, 1, "12345678"), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kPing, 0, 0, "1234567"), Http2Error::kFrameSize);
  ExpectConnectionError(Frame(FrameType::kPushPromise, 0, 1, "1234"), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kGoaway, 0, 0, "1234"), Http2Error::kFrameSize);
  ExpectConnectionError(Frame(FrameType::kWindowUpdate, 0, 0, "123"), Http2Error::kFrameSize);
  ExpectConnectionError(Frame(FrameType::kWindowUpdate, 0, 0, U32(0)), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kWindowUpdate, 0, 0, U32(0x7fffffff)),
                        Http2Error::kFlowControl);
  ExpectConnectionError(Frame(FrameType::kWindowUpdate, 0, 5, U32(1)), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kRstStream, 0, 0, U32(8)), Http2Error::kProtocol);
  ExpectConnectionError(open + Frame(FrameType::kRstStream, 0, 1, "12345"),
                        Http2Error::kFrameSize);
  ExpectConnectionError(Frame(FrameType::kPriority, 0, 0, "12345"), Http2Error::kProtocol);
  ExpectConnectionError(Frame(FrameType::kPriority, 0, 3, "1234"), Http2Error::kFrameSize);
}

TEST_F(SessionTest, TheFirstFrameIsSettings) {
  Make();
  EXPECT_FALSE(Feed(std::string(kHttp2Preface) + Frame(FrameType::kPing, 0, 0, "12345678")));
  EXPECT_EQ(GoawayError(Output()), Http2Error::kProtocol);
}

TEST_F(SessionTest, ErrorsOfAStreamLeaveTheOthersAlone) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders) + HeadersFrame(3, kFlagEndHeaders) +
                   HeadersFrame(5, kFlagEndHeaders | kFlagEndStream)));
  ASSERT_TRUE(Feed(Frame(FrameType::kWindowUpdate, 0, 1, U32(0)) +
                   Frame(FrameType::kData, 0, 5, "after the end")));
  std::vector<std::string> frames = Frames(Output());
  EXPECT_EQ(std::count(frames.begin(), frames.end(), "3/0/1/4"), 1);
  EXPECT_EQ(std::count(frames.begin(), frames.end(), "3/0/5/4"), 1);
  EXPECT_EQ(session->stream_count(), 1u);
  // Frames of streams that were closed here are on their way for a while.
  EXPECT_TRUE(Feed(Frame(FrameType::kData, 0, 1, "late") +
                   Frame(FrameType::kWindowUpdate, 0, 1, U32(10)) +
                   Frame(FrameType::kRstStream, 0, 5, U32(8)) +
                   HeadersFrame(1, kFlagEndHeaders | kFlagEndStream)));
  EXPECT_TRUE(Feed(Frame(FrameType::kData, kFlagEndStream, 3, "well")));
  EXPECT_EQ(log.back(), "end well");
}

TEST_F(SessionTest, HeadersMayBeContinuedAndPadded) {
  Make();
  const HeaderField fields[] = {{":path", "/long"}, {"x", "y"}};
  const std::string block(encoder.Encode(fields));
  std::string wire = Frame(FrameType::kHeaders, kFlagPadded | kFlagPriority, 1,
                           std::string("\x03") + "prior" + block.substr(0, 2) + "pad");
  for (size_t i = 2; i < block.size(); ++i) {
    const uint8_t flags = i + 1 == block.size() ? kFlagEndHeaders : 0;
    wire += Frame(FrameType::kContinuation, flags, 1, block.substr(i, 1));
  }
  ASSERT_TRUE(Feed(kHello + wire));
  EXPECT_EQ(log, std::vector<std::string>{"headers /long"});
  EXPECT_TRUE(session->AtBoundary());
}

TEST_F(SessionTest, ContinuationFloodsAreCutOff) {
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, 0)));
  EXPECT_FALSE(session->AtBoundary());
  int frames = 0;
  while (frames < 1000 && Feed(Frame(FrameType::kContinuation, 0, 1, ""))) ++frames;
  EXPECT_LT(frames, 100);
  Make();
  ASSERT_TRUE(Feed(kHello + Frame(FrameType::kHeaders, 0, 1, "")));
  frames = 0;
  const std::string piece(16000, '\x40');
  while (frames < 1000 && Feed(Frame(FrameType::kContinuation, 0, 1, piece))) ++frames;
  EXPECT_LT(frames, 5);
  EXPECT_EQ(GoawayError(Output()), Http2Error::kEnhanceYourCalm);
}

TEST_F(SessionTest, RapidResetsAreCutOff) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello));
  uint32_t id = 1;
  while (id < 100000 && Feed(HeadersFrame(id, kFlagEndHeaders) +
                             Frame(FrameType::kRstStream, 0, id, U32(8)))) {
    id += 2;
  }
  EXPECT_LT(id, 50000u);
  EXPECT_GT(id, 2000u);  // who gives up a few thousand calls is no attacker
  EXPECT_EQ(GoawayError(Output()), Http2Error::kEnhanceYourCalm);
}

TEST_F(SessionTest, FloodsOfSmallFramesAreCutOff) {
  const std::string ping = Frame(FrameType::kPing, 0, 0, "12345678");
  const std::string settings = Frame(FrameType::kSettings, 0, 0, "");
  const std::string priority = Frame(FrameType::kPriority, 0, 1, "12345");
  const std::string empty = Frame(FrameType::kData, 0, 1, "");
  const std::string padding = Frame(FrameType::kData, kFlagPadded, 1, std::string(1, '\0'));
  const std::string unknown = Frame(static_cast<FrameType>(99), 0, 1, "");
  for (const std::string& frame : {ping, settings, priority, empty, padding, unknown}) {
    answer = false;
    Make();
    ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders)));
    int frames = 0;
    while (frames < 1000000 && Feed(frame)) {
      ++frames;
      session->output().Clear();
    }
    EXPECT_LT(frames, 60000) << static_cast<int>(frame[3]);
    EXPECT_GT(frames, 1000) << static_cast<int>(frame[3]);
    // The same spread over time is nobody's flood.
    Make();
    ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders)));
    for (int i = 0; i < 20000; ++i) {
      now += std::chrono::milliseconds(5);
      ASSERT_TRUE(Feed(frame)) << i;
      session->output().Clear();
    }
  }
}

TEST_F(SessionTest, StreamsBeyondTheLimitAreRefused) {
  answer = false;
  Http2Options options;
  options.max_streams = 2;
  Make(options);
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders) + HeadersFrame(3, kFlagEndHeaders) +
                   HeadersFrame(5, kFlagEndHeaders)));
  EXPECT_EQ(session->stream_count(), 2u);
  EXPECT_EQ(Frames(Output()).back(), "3/0/5/4");
  refuse = true;
  ASSERT_TRUE(Feed(Frame(FrameType::kRstStream, 0, 1, U32(8)) + HeadersFrame(7, kFlagEndHeaders)));
  EXPECT_EQ(Frames(Output()).back(), "3/0/7/4");
}

TEST_F(SessionTest, MessagesWaitForBothWindows) {
  Make();
  ASSERT_TRUE(Feed(std::string(kHttp2Preface) +
                   Frame(FrameType::kSettings, 0, 0, Setting(SettingId::kInitialWindowSize, 10)) +
                   HeadersFrame(1, kFlagEndHeaders | kFlagEndStream)));
  Output();
  streams[0] = nullptr;
  ASSERT_TRUE(Feed(HeadersFrame(3, kFlagEndHeaders)));
  EchoStream& stream = *streams[1];
  stream.Send(std::string(100000, 'a'));
  EXPECT_EQ(Frames(Output()).back(), "0/0/3/10");
  EXPECT_NE(log.back(), "written");
  // A smaller window at first goes below zero.
  ASSERT_TRUE(Feed(
      Frame(FrameType::kSettings, 0, 0, Setting(SettingId::kInitialWindowSize, 5)) +
      Frame(FrameType::kWindowUpdate, 0, 3, U32(5))));
  EXPECT_EQ(Frames(Output()), std::vector<std::string>{"4/1/0/0"});
  ASSERT_TRUE(Feed(Frame(FrameType::kWindowUpdate, 0, 3, U32(1))));
  EXPECT_EQ(Frames(Output()), std::vector<std::string>{"0/0/3/1"});
  // Now the connection's window is the shorter one.
  ASSERT_TRUE(Feed(Frame(FrameType::kWindowUpdate, 0, 3, U32(1000000))));
  size_t sent = 0;
  std::string_view wire;
  std::string all = Output();
  for (wire = all; !wire.empty();) {
    FrameHeader header = FrameHeader::Parse(wire.data());
    EXPECT_LE(header.length, kDefaultMaxFrame);
    sent += header.length;
    wire.remove_prefix(kFrameHeaderBytes + header.length);
  }
  EXPECT_EQ(sent, kDefaultWindow - 11);
  EXPECT_NE(log.back(), "written");
  stream.End();
  ASSERT_TRUE(Feed(Frame(FrameType::kWindowUpdate, 0, 0, U32(100000))));
  EXPECT_EQ(Frames(Output()).back(), "3/0/3/4");  // the client had not ended: it need not go on
  EXPECT_EQ(log.back(), "closed 0");
  EXPECT_EQ(log[log.size() - 2], "written");
}

TEST_F(SessionTest, AWholeAnswerGoesAtOnceOrNotAtAll) {
  const HeaderField ok{":status", "200"};
  const HeaderField status{"grpc-status", "0"};
  auto whole = [&](EchoStream& stream, const std::string& message) {
    return session->SendWhole(stream, {&ok, 1}, message, {&status, 1});
  };
  answer = false;
  Make();
  ASSERT_TRUE(Feed(std::string(kHttp2Preface) +
                   Frame(FrameType::kSettings, 0, 0, Setting(SettingId::kInitialWindowSize, 10)) +
                   HeadersFrame(1, kFlagEndHeaders | kFlagEndStream) +
                   HeadersFrame(3, kFlagEndHeaders | kFlagEndStream)));
  Output();
  EXPECT_FALSE(whole(*streams[0], "sixsix"));  // with the five bytes more than the window
  EXPECT_TRUE(Output().empty());
  ASSERT_TRUE(whole(*streams[0], "five5"));
  const std::string wire = Output();
  const std::vector<std::string> frames = Frames(wire);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].substr(0, 6), "1/4/1/");
  EXPECT_EQ(frames[1], "0/0/1/10");
  EXPECT_EQ(frames[2].substr(0, 6), "1/5/1/");
  EXPECT_NE(wire.find(std::string("\0\0\0\0\5five5", 10)), std::string::npos);
  EXPECT_EQ(log.back(), "closed 0");
  // Neither a second time, nor behind a message that waits, nor after the connection is lost.
  EXPECT_FALSE(whole(*streams[0], ""));
  streams[1]->Send("more than the window");
  EXPECT_FALSE(whole(*streams[1], ""));
  session->CloseAll(Http2Error::kCancel);
  EXPECT_FALSE(whole(*streams[1], ""));
}

TEST_F(SessionTest, AWholeAnswerIsNotLong) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders | kFlagEndStream)));
  const HeaderField ok{":status", "200"};
  EXPECT_FALSE(session->SendWhole(*streams[0], {&ok, 1}, std::string(5000, 'a'), {&ok, 1}));
  EXPECT_TRUE(session->SendWhole(*streams[0], {&ok, 1}, std::string(1000, 'a'), {&ok, 1}));
}

TEST_F(SessionTest, LargerFramesAreUsedWhenThePeerTakesThem) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(std::string(kHttp2Preface) +
                   Frame(FrameType::kSettings, 0, 0,
                         Setting(SettingId::kInitialWindowSize, 1 << 30) +
                             Setting(SettingId::kMaxFrameSize, 1 << 20)) +
                   Frame(FrameType::kWindowUpdate, 0, 0, U32(1 << 30)) +
                   HeadersFrame(1, kFlagEndHeaders)));
  Output();
  streams[0]->Send(std::string(1 << 20, 'x'));
  size_t largest = 0;
  for (const std::string& frame : Frames(Output())) {
    largest = std::max<size_t>(largest, std::stoul(frame.substr(frame.rfind('/') + 1)));
  }
  EXPECT_GE(largest, 100000u);
}

TEST_F(SessionTest, StreamsTakeTurns) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello + Frame(FrameType::kWindowUpdate, 0, 0, U32(1 << 30)) +
                   HeadersFrame(1, kFlagEndHeaders) + HeadersFrame(3, kFlagEndHeaders)));
  Output();
  for (auto& stream : streams) stream->Send(std::string(60000, 'x'));
  std::vector<std::string> frames = Frames(Output());
  ASSERT_EQ(frames.size(), 10u);  // two of headers, eight of data
  for (size_t i = 2; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].substr(0, 6), i % 2 == 0 ? "0/0/1/" : "0/0/3/") << i;
  }
}

// Only a client that may have more to say is told to stop.
TEST_F(SessionTest, AnAnswerWithinTheLastFrameNeedsNoReset) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders) + HeadersFrame(3, kFlagEndHeaders)));
  streams[0]->at_once = streams[1]->at_once = true;
  const std::string last = Frame(FrameType::kData, kFlagEndStream, 1, "hello");
  ASSERT_TRUE(Feed(last.substr(0, last.size() - 2)));
  ASSERT_TRUE(Feed(last.substr(last.size() - 2) + Frame(FrameType::kData, 0, 3, "and")));
  EXPECT_EQ(streams[0]->data, "hel");
  EXPECT_EQ(session->stream_count(), 0u);
  const std::vector<std::string> frames = Frames(Output());
  EXPECT_EQ(std::count(frames.begin(), frames.end(), "3/0/1/4"), 0);
  EXPECT_EQ(std::count(frames.begin(), frames.end(), "3/0/3/4"), 1);
  // What comes after the end is an error, as ever; what the other had sent already is not.
  ASSERT_TRUE(Feed(Frame(FrameType::kData, 0, 1, "x") + Frame(FrameType::kData, 0, 3, "y")));
  EXPECT_EQ(Frames(Output()), std::vector<std::string>{"3/0/1/4"});
}

TEST_F(SessionTest, AResetDropsWhatWaits) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders)));
  streams[0]->Send(std::string(200000, 'x'));
  streams[0]->Send("second");
  Output();
  ASSERT_TRUE(Feed(Frame(FrameType::kRstStream, 0, 1, U32(8))));
  Output();
  EXPECT_EQ(log, (std::vector<std::string>{"headers /x", "not written", "not written",
                                           "closed 8"}));
  EXPECT_FALSE(streams[0]->attached());
}

TEST_F(SessionTest, ReceivedBytesAreBounded) {
  answer = false;
  Http2Options options;
  options.stream_window = 100000;
  options.connection_window = 200000;
  Make(options);
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders) + HeadersFrame(3, kFlagEndHeaders)));
  streams[0]->consume = streams[1]->consume = false;
  const std::string piece(10000, 'x');
  int pieces = 0;
  while (pieces < 100 && streams[0]->attached()) {
    ASSERT_TRUE(Feed(Frame(FrameType::kData, 0, 1, piece)));
    ++pieces;
  }
  EXPECT_EQ(pieces, 11);  // the eleventh exceeds the stream's window
  // Who consumes gets credit, and may send for ever.
  streams[1]->consume = true;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(Feed(Frame(FrameType::kData, 0, 3, piece)));
  EXPECT_EQ(streams[1]->data.size(), 1000000u);
  // The connection's own window, exceeded in one batch that nobody could acknowledge.
  options.connection_window = 70000;
  options.stream_window = 1 << 20;
  Make(options);
  HeaderEncoder fresh;
  ASSERT_TRUE(Feed(kHello));
  bool good = true;
  std::string flood;
  for (int i = 0; i < 20; ++i) flood += Frame(FrameType::kData, 0, 1, piece);
  const HeaderField fields[] = {{":path", "/x"}};
  good = Feed(Frame(FrameType::kHeaders, kFlagEndHeaders, 1, std::string(fresh.Encode(fields))) +
              flood);
  EXPECT_TRUE(good);  // credit of the connection is given as frames end
}

TEST_F(SessionTest, GoawayLetsRunningStreamsFinish) {
  answer = false;
  Make();
  ASSERT_TRUE(Feed(kHello + HeadersFrame(1, kFlagEndHeaders)));
  session->SendGoaway(Http2Error::kNone, "");
  ASSERT_TRUE(Feed(HeadersFrame(3, kFlagEndHeaders)));
  EXPECT_EQ(session->stream_count(), 1u);
  EXPECT_EQ(streams.size(), 1u);
  streams[0]->Send("bye");
  streams[0]->End();
  Output();
  EXPECT_EQ(session->stream_count(), 0u);
  EXPECT_EQ(log.back(), "closed 0");
}

// ---- nghttp2 as the peer ----

struct Oracle {
  nghttp2_session* session = nullptr;
  std::string out;
  std::map<int32_t, std::string> bodies;
  std::map<int32_t, uint32_t> closed;
  std::string request;

  static int OnChunk(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size,
                     void* self) {
    static_cast<Oracle*>(self)->bodies[id].append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int OnClose(nghttp2_session*, int32_t id, uint32_t error, void* self) {
    static_cast<Oracle*>(self)->closed[id] = error;
    return 0;
  }
  static ssize_t Read(nghttp2_session*, int32_t, uint8_t* into, size_t size, uint32_t* flags,
                      nghttp2_data_source* source, void*) {
    auto* rest = static_cast<std::string_view*>(source->ptr);
    const size_t part = std::min(size, rest->size());
    std::copy_n(rest->data(), part, into);
    rest->remove_prefix(part);
    if (rest->empty()) *flags = NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(part);
  }
  explicit Oracle(uint32_t window) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnChunk);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_session_client_new(&session, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_settings_entry settings{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &settings, 1);
  }
  ~Oracle() { nghttp2_session_del(session); }
  std::string Output() {
    std::string all;
    const uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session, &data)) > 0;) {
      all.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
    return all;
  }
};

TEST_F(SessionTest, NgHttp2AgreesWithEveryByte) {
  for (uint32_t window : {100u, 65535u, 1000000u}) {
    Make();
    Oracle oracle(window);
    std::map<int32_t, std::string> sent;
    std::vector<std::unique_ptr<std::string_view>> bodies;
    for (size_t size : {size_t{1}, size_t{100}, size_t{20000}, size_t{3000000}}) {
      std::string body(size, '\0');
      for (size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7 + size);
      auto field = [](const char* name, const char* value) {
        return nghttp2_nv{reinterpret_cast<uint8_t*>(const_cast<char*>(name)),
                          reinterpret_cast<uint8_t*>(const_cast<char*>(value)), strlen(name),
                          strlen(value), NGHTTP2_NV_FLAG_NONE};
      };
      const nghttp2_nv headers[] = {field(":method", "POST"), field(":scheme", "http"),
                                    field(":path", "/x"), field(":authority", "a")};
      std::string& kept = sent[0x1000 + static_cast<int32_t>(sent.size())] = std::move(body);
      bodies.push_back(std::make_unique<std::string_view>(kept));
      nghttp2_data_provider provider{{.ptr = bodies.back().get()}, Oracle::Read};
      ASSERT_GT(nghttp2_submit_request(oracle.session, nullptr, headers, 4, &provider, nullptr),
                0);
    }
    for (int round = 0; round < 200000 && oracle.closed.size() < 4; ++round) {
      const std::string there = oracle.Output();
      // In pieces of odd sizes.
      for (size_t at = 0; at < there.size(); at += 4099) {
        ASSERT_TRUE(session->Receive(std::string_view(there).substr(at, 4099), now));
      }
      const std::string back = Output();
      ASSERT_EQ(nghttp2_session_mem_recv(oracle.session,
                                         reinterpret_cast<const uint8_t*>(back.data()),
                                         back.size()),
                static_cast<ssize_t>(back.size()));
    }
    ASSERT_EQ(oracle.closed.size(), 4u) << "window " << window;
    int32_t id = 1;
    for (const auto& [number, body] : sent) {
      EXPECT_EQ(oracle.closed[id], 0u);
      EXPECT_TRUE(oracle.bodies[id] == body) << "stream " << id;
      id += 2;
    }
  }
}

}  // namespace
}  // namespace alluxio::rpc
