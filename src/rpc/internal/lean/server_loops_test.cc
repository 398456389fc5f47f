// A lean server against clients that are slow, silent, greedy or gone: raw sockets of this machine.
#include "rpc/internal/lean/server_loops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "env/clock.h"
#include "rpc/internal/http2/header_coder.h"

namespace alluxio::rpc {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using testing::HasSubstr;

std::string Frame(FrameType type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame(kFrameHeaderBytes, '\0');
  FrameHeader{static_cast<uint32_t>(payload.size()), type, flags, stream}.Write(frame.data());
  return frame + payload;
}

const std::string kHello = std::string(kHttp2Preface) + Frame(FrameType::kSettings, 0, 0, "");

// A client that sends what it is told to.
class RawClient {
 public:
  explicit RawClient(int port, int receive_buffer = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~RawClient() { Close(); }
  void Close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  bool Send(const std::string& bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // Sends without waiting; how much was taken.
  size_t Offer(const std::string& bytes) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<size_t>(sent);
  }
  // Reads until the server closes, or `limit` has passed.
  bool WaitForClose(Duration limit = 60s) {
    const Duration deadline = Clock::Real().Monotonic() + limit;
    while (Clock::Real().Monotonic() < deadline) {
      if (!ReadSome(deadline)) return closed_;
    }
    return false;
  }
  // Reads until a frame as wanted has arrived.
  bool WaitFor(FrameType type, uint32_t stream, Duration limit = 60s) {
    const Duration deadline = Clock::Real().Monotonic() + limit;
    do {
      std::string_view rest = received;
      while (rest.size() >= kFrameHeaderBytes) {
        FrameHeader header = FrameHeader::Parse(rest.data());
        if (rest.size() < kFrameHeaderBytes + header.length) break;
        if (header.type == type && header.stream == stream) {
          last_payload = rest.substr(kFrameHeaderBytes, header.length);
          last_flags = header.flags;
          return true;
        }
        rest.remove_prefix(kFrameHeaderBytes + header.length);
      }
    } while (ReadSome(deadline));
    return false;
  }
  std::string Call(const std::string& path, uint32_t stream, const std::string& message,
                   bool end = true, std::vector<HeaderField> more = {}) {
    std::vector<HeaderField> fields{{":method", "POST"}, {":scheme", "http"}, {":path", path},
                                    {"content-type", "application/grpc"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return Headers(fields, stream, kFlagEndHeaders) +
           Frame(FrameType::kData, end ? kFlagEndStream : 0, stream,
                 FramedPrefix("", message.size()) + message);
  }

  static std::string Headers(const std::vector<HeaderField>& fields, uint32_t stream,
                             uint8_t flags) {
    HeaderEncoder encoder;  // without a table, so that the order of making blocks does not matter
    encoder.SetTableSize(0);
    return Frame(FrameType::kHeaders, flags, stream, std::string(encoder.Encode(fields)));
  }

  std::string received;
  std::string last_payload;
  uint8_t last_flags = 0;

 private:
  bool ReadSome(Duration deadline) {
    pollfd poll{fd_, POLLIN, 0};
    const int64_t left = ToMillis(deadline - Clock::Real().Monotonic());
    if (left <= 0 || ::poll(&poll, 1, static_cast<int>(left)) <= 0) return false;
    char buffer[65536];
    const ssize_t got = ::recv(fd_, buffer, sizeof(buffer), 0);
    if (got <= 0) {
      closed_ = true;
      return false;
    }
    received.append(buffer, static_cast<size_t>(got));
    return true;
  }

  int fd_;
  bool closed_ = false;
};

// Keeps streams open and counts how they end.
class HeldStream : public StreamHandler {
 public:
  struct Counts {
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    std::atomic<int> cancelled{0};
    std::atomic<int> half_closed{0};
  };
  HeldStream(StreamSinkPtr sink, Counts& counts) : sink_(std::move(sink)), counts_(counts) {
    ++counts_.begun;
  }
  void OnMessage(Bytes, Callback<void()> done) override { done(); }
  void OnHalfClose() override { ++counts_.half_closed; }
  void OnEnd(const Status& status) override {
    ++counts_.ended;
    if (status.Is(StatusCode::kCancelled)) ++counts_.cancelled;
  }

 private:
  const StreamSinkPtr sink_;
  Counts& counts_;
};

class ServerLoopsTest : public testing::Test {
 protected:
  ServerLoopsTest() {
    using Done = Callback<void(Status, Bytes)>;
    methods_.AddUnary("/t.S/Echo", {}, [](CallPtr, Bytes request, Done done) {
      done(OkStatus(), request);
    });
    methods_.AddUnary("/t.S/Large", {}, [](CallPtr, Bytes, Done done) {
      done(OkStatus(), Bytes::FromString(std::string(1 << 20, 'x')));
    });
    methods_.AddUnary("/t.S/Hang", {}, [this](CallPtr call, Bytes, Done done) {
      MutexLock lock(mutex_);
      calls_.push_back(std::move(call));
      hanging_.push_back(std::move(done));
    });
    methods_.AddStream("/t.S/Held", {}, [this](StreamSinkPtr sink) {
      return std::make_unique<HeldStream>(std::move(sink), counts_);
    });
    options_.max_message_bytes = 10 << 20;
    options_.max_connections = 100;
  }
  ~ServerLoopsTest() override {
    {
      MutexLock lock(mutex_);
      hanging_.clear();
    }
    loops_.reset();  // what runs there uses the rest
  }
  void Start() {
    served_ = std::make_unique<ServedMethods>(registry_, false);
    served_->Add(methods_);
    loops_ = std::make_unique<ServerLoops>(options_, *served_);
    ASSERT_TRUE(loops_->Start().ok());
    port_ = 0;
    Result<std::vector<Socket>> listeners = Listen("127.0.0.1", &port_);
    ASSERT_TRUE(listeners.ok()) << listeners.status();
    ASSERT_TRUE(loops_->Accept(*std::move(listeners)).ok());
  }
  bool Eventually(const std::function<bool()>& condition, Duration limit = 60s) {
    const Duration deadline = Clock::Real().Monotonic() + limit;
    while (!condition()) {
      if (Clock::Real().Monotonic() > deadline) return false;
      MutexLock lock(mutex_);
      changed_.WaitFor(mutex_, 5ms);
    }
    return true;
  }
  void ExpectStillServing() {
    RawClient client(port_);
    ASSERT_TRUE(client.Send(kHello + client.Call("/t.S/Echo", 1, "hello")));
    ASSERT_TRUE(client.WaitFor(FrameType::kData, 1));
    EXPECT_THAT(client.last_payload, HasSubstr("hello"));
  }

  MethodTable methods_;
  ChannelRegistry registry_;
  ServerLoopsOptions options_;
  HeldStream::Counts counts_;
  std::unique_ptr<ServedMethods> served_;
  std::unique_ptr<ServerLoops> loops_;
  int port_ = 0;
  Mutex mutex_{LockRank::kLeaf};
  CondVar changed_;
  std::vector<CallPtr> calls_ GUARDED_BY(mutex_);
  std::vector<Callback<void(Status, Bytes)>> hanging_ GUARDED_BY(mutex_);
};

// The first answers are there while a later call of the same packet is still being handled.
TEST_F(ServerLoopsTest, AnswersDoNotWaitForAllThatCameWithThem) {
  bool seen = false;     // by the client
  bool too_late = false;
  methods_.AddUnary("/t.S/Wait", {}, [&](CallPtr, Bytes, Callback<void(Status, Bytes)> done) {
    MutexLock lock(mutex_);
    for (int i = 0; !seen && i < 10'000; ++i) changed_.WaitFor(mutex_, 1ms);
    too_late = !seen;
    done(OkStatus(), Bytes());
  });
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(kHello));
  std::string calls;
  for (uint32_t id = 1; id <= 21; id += 2) {
    calls += client.Call("/t.S/Echo", id, std::string(1500, 'x'));
  }
  ASSERT_TRUE(client.Send(calls + client.Call("/t.S/Wait", 23, "")));
  EXPECT_TRUE(client.WaitFor(FrameType::kData, 1));
  {
    MutexLock lock(mutex_);
    seen = true;
  }
  changed_.NotifyAll();
  EXPECT_TRUE(client.WaitFor(FrameType::kData, 23));
  EXPECT_TRUE(client.WaitFor(FrameType::kData, 21));
  MutexLock lock(mutex_);
  EXPECT_FALSE(too_late);
}

TEST_F(ServerLoopsTest, ClientsThatDoNotFinishTheirGreetingAreClosed) {
  options_.link.handshake_timeout = 100ms;
  Start();
  RawClient silent(port_);
  RawClient slow(port_);
  ASSERT_TRUE(slow.Send(kHello.substr(0, 20)));
  EXPECT_TRUE(silent.WaitForClose());
  EXPECT_TRUE(slow.WaitForClose());
  ExpectStillServing();
}

TEST_F(ServerLoopsTest, ClientsThatDoNotFinishAFrameAreClosed) {
  options_.link.frame_timeout = 100ms;
  Start();
  RawClient header(port_);
  ASSERT_TRUE(header.Send(kHello + std::string("\0\0\x10\x01", 4)));
  EXPECT_TRUE(header.WaitForClose());
  RawClient block(port_);
  ASSERT_TRUE(block.Send(kHello + Frame(FrameType::kHeaders, 0, 1, "\x40")));
  EXPECT_TRUE(block.WaitForClose());
  EXPECT_TRUE(Eventually([&] { return loops_->connections() == 0; }));
  ExpectStillServing();
}

TEST_F(ServerLoopsTest, SpeakersOfOtherProtocolsAreTurnedAway) {
  Start();
  for (const char* text : {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x01\x01\xfc"}) {
    RawClient client(port_);
    ASSERT_TRUE(client.Send(text));
    EXPECT_TRUE(client.WaitForClose());
  }
  ExpectStillServing();
}

TEST_F(ServerLoopsTest, SilentClientsArePingedAndThenGivenUp) {
  options_.link.keepalive_time = 50ms;
  options_.link.keepalive_timeout = 100ms;
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(kHello + client.Call("/t.S/Held", 1, "x", false)));
  ASSERT_TRUE(client.WaitFor(FrameType::kPing, 0));
  ASSERT_TRUE(client.Send(Frame(FrameType::kPing, kFlagAck, 0, client.last_payload)));
  EXPECT_EQ(counts_.ended, 0);
  // The second ping is not answered.
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }));
}

TEST_F(ServerLoopsTest, AClientThatVanishesEndsItsCallsAndFreesThem) {
  Start();
  auto client = std::make_unique<RawClient>(port_);
  std::string calls = kHello;
  for (uint32_t i = 0; i < 50; ++i) {
    calls += client->Call(i % 2 == 0 ? "/t.S/Held" : "/t.S/Hang", 2 * i + 1, "x", i % 2 == 1);
  }
  ASSERT_TRUE(client->Send(calls));
  ASSERT_TRUE(Eventually([&] {
    MutexLock lock(mutex_);
    return counts_.begun == 25 && calls_.size() == 25;
  }));
  client.reset();
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 25; }));
  EXPECT_EQ(counts_.half_closed, 0);
  EXPECT_TRUE(Eventually([&] { return loops_->connections() == 0; }));
  MutexLock lock(mutex_);
  for (const CallPtr& call : calls_) EXPECT_TRUE(call->cancelled());
}

TEST_F(ServerLoopsTest, AClientThatDoesNotReadIsNotReadFrom) {
  options_.link.write_timeout = 300ms;
  options_.link.max_output = 512 * 1024;
  Start();
  RawClient client(port_, 4096);
  ASSERT_TRUE(client.Send(kHello + Frame(FrameType::kSettings, 0, 0,
                                         std::string("\0\x04\x7f\xff\xff\xff", 6)) +
                          Frame(FrameType::kWindowUpdate, 0, 0, "\x7f\x0f\xff\xff")));
  // Pings are answered with as many bytes, and answers of a megabyte are asked for.
  std::string greedy;
  for (uint32_t i = 0; i < 64; ++i) greedy += client.Call("/t.S/Large", 2 * i + 1, "x");
  size_t sent = client.Offer(greedy);
  std::string pings;
  for (int i = 0; i < 1000; ++i) pings += Frame(FrameType::kPing, 0, 0, "12345678");
  bool blocked = false;
  for (int i = 0; i < 10000 && !blocked; ++i) {
    const size_t taken = client.Offer(pings);
    sent += taken;
    blocked = taken < pings.size() && !Eventually([&] { return client.Offer("x") > 0; }, 100ms);
  }
  EXPECT_TRUE(blocked) << sent;
  ExpectStillServing();
  // Who takes nothing for so long is given up.
  EXPECT_TRUE(Eventually([&] { return loops_->connections() <= 1; }));
}

TEST_F(ServerLoopsTest, ConnectionsBeyondTheLimitAreRefused) {
  options_.max_connections = 3;
  Start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(port_));
    ASSERT_TRUE(clients.back()->Send(kHello));
    ASSERT_TRUE(clients.back()->WaitFor(FrameType::kSettings, 0));
  }
  RawClient fourth(port_);
  EXPECT_TRUE(fourth.WaitForClose());
  clients.pop_back();
  EXPECT_TRUE(Eventually([&] { return loops_->connections() == 2; }));
  ExpectStillServing();
}

TEST_F(ServerLoopsTest, ConnectionsAreSpreadOverTheLoops) {
  options_.loops = 4;
  Start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::make_unique<RawClient>(port_));
    ASSERT_TRUE(clients.back()->Send(kHello + clients.back()->Call("/t.S/Echo", 1, "x")));
    ASSERT_TRUE(clients.back()->WaitFor(FrameType::kData, 1));
  }
  EXPECT_EQ(loops_->connections(), 16u);
  loops_->Stop(Duration::zero());
  for (auto& client : clients) {
    EXPECT_TRUE(client->WaitFor(FrameType::kGoaway, 0));
    EXPECT_TRUE(client->WaitForClose());
  }
}

TEST_F(ServerLoopsTest, WhatIsNotGrpcIsAnsweredInHttp) {
  Start();
  HeaderDecoder decoder({});
  RawClient client(port_);
  const std::vector<HeaderField> get{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}};
  const std::vector<HeaderField> post{{":method", "POST"}, {":scheme", "http"}, {":path", "/"},
                                      {"content-type", "text/html"}};
  const std::vector<HeaderField> bad{{":method", "POST"}, {":path", "/"}, {"Upper", "x"}};
  ASSERT_TRUE(client.Send(kHello));
  uint32_t stream = 1;
  for (const auto& fields : {get, post, bad}) {
    ASSERT_TRUE(
        client.Send(RawClient::Headers(fields, stream, kFlagEndHeaders | kFlagEndStream)));
    stream += 2;
  }
  HeaderBlock block;
  ASSERT_TRUE(client.WaitFor(FrameType::kHeaders, 1));
  ASSERT_EQ(decoder.Decode(client.last_payload, &block), Http2Error::kNone);
  EXPECT_EQ(block.Find(":status"), "405");
  block.Clear();
  ASSERT_TRUE(client.WaitFor(FrameType::kHeaders, 3));
  ASSERT_EQ(decoder.Decode(client.last_payload, &block), Http2Error::kNone);
  EXPECT_EQ(block.Find(":status"), "415");
  ASSERT_TRUE(client.WaitFor(FrameType::kData, 3));
  EXPECT_TRUE(client.WaitFor(FrameType::kRstStream, 5));
}

TEST_F(ServerLoopsTest, MemoryOfOneConnectionIsBounded) {
  options_.max_held_bytes = 0;  // twice the largest message, then
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(kHello));
  // Many messages that are never completed.
  HeaderBlock block;
  bool refused = false;
  for (uint32_t stream = 1; stream < 100 && !refused; stream += 2) {
    std::string head = client.Call("/t.S/Echo", stream, "", false);
    head.resize(head.size() - kFrameHeaderBytes - kMessagePrefixBytes);
    head += Frame(FrameType::kData, 0, stream, FramedPrefix("", 9 << 20));
    ASSERT_TRUE(client.Send(head));
    for (int i = 0; i < 120; ++i) {
      ASSERT_TRUE(client.Send(Frame(FrameType::kData, 0, stream, std::string(16000, 'x'))));
    }
    refused = client.WaitFor(FrameType::kHeaders, stream, 20ms);
  }
  EXPECT_TRUE(refused);
  ExpectStillServing();
}

TEST_F(ServerLoopsTest, AGracefulStopLetsCallsFinishAndThenCancelsThem) {
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(kHello + client.Call("/t.S/Hang", 1, "x") +
                          client.Call("/t.S/Hang", 3, "x")));
  ASSERT_TRUE(Eventually([&] {
    MutexLock lock(mutex_);
    return calls_.size() == 2;
  }));
  auto stopper = Executor::Create({"stopper", 1, 1});
  ASSERT_TRUE(stopper->Submit([&] { loops_->Stop(300ms); }).ok());
  ASSERT_TRUE(client.WaitFor(FrameType::kGoaway, 0));
  Callback<void(Status, Bytes)> first;
  {
    MutexLock lock(mutex_);
    first = std::move(hanging_[0]);
  }
  first(OkStatus(), Bytes::FromString("done"));
  ASSERT_TRUE(client.WaitFor(FrameType::kData, 1));
  EXPECT_THAT(client.last_payload, HasSubstr("done"));
  // The other one is cancelled when the time is up, and its client is told.
  ASSERT_TRUE(client.WaitFor(FrameType::kHeaders, 3));
  EXPECT_TRUE(client.WaitForClose());
  stopper->Stop();
  MutexLock lock(mutex_);
  EXPECT_TRUE(calls_[1]->cancelled());
  hanging_[1](OkStatus(), Bytes());  // too late, and nothing breaks
}

TEST_F(ServerLoopsTest, ACallWhoseAnswerIsItsRequestIsFreed) {
  std::weak_ptr<Call> answered;
  using Done = Callback<void(Status, Bytes)>;
  methods_.AddUnary("/t.S/Same", {}, [&](CallPtr call, Bytes request, Done done) {
    {
      MutexLock lock(mutex_);
      answered = call;
    }
    done(OkStatus(), request);
  });
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(kHello + client.Call("/t.S/Same", 1, "x")));
  ASSERT_TRUE(client.WaitFor(FrameType::kData, 1));
  EXPECT_TRUE(Eventually([&] {
    MutexLock lock(mutex_);
    return answered.expired();
  }));
}

// The loop learns of both in one round: that it is to accept no more, and of who wants to come in.
TEST_F(ServerLoopsTest, AClientThatConnectsWhileTheServerStopsFindsNobody) {
  std::atomic<bool> inside{false};
  using Done = Callback<void(Status, Bytes)>;
  methods_.AddUnary("/t.S/Pause", {}, [&](CallPtr, Bytes request, Done done) {
    inside = true;
    {
      MutexLock lock(mutex_);
      changed_.WaitFor(mutex_, 100ms);  // connection and stop come meanwhile
    }
    done(OkStatus(), request);
  });
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(kHello + client.Call("/t.S/Pause", 1, "x")));
  ASSERT_TRUE(Eventually([&] { return inside.load(); }));
  RawClient late(port_);
  loops_->Stop(10s);
  EXPECT_TRUE(client.WaitFor(FrameType::kData, 1));
  EXPECT_TRUE(late.WaitForClose());
  EXPECT_EQ(loops_->connections(), 0u);
}

TEST_F(ServerLoopsTest, PortsAndNamesThatCannotBeHadAreErrors) {
  Start();
  int port = port_;
  EXPECT_FALSE(Listen("127.0.0.1", &port).ok());
  port = 0;
  EXPECT_FALSE(Listen("192.0.2.1", &port).ok());
  port = 0;
  EXPECT_FALSE(Listen("no-such-host.invalid", &port).ok());
}

}  // namespace
}  // namespace alluxio::rpc
