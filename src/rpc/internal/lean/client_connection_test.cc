// The lean client against servers that are strange: scripted peers on sockets of this machine.
#include "rpc/internal/lean/client_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>

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

std::string U32(uint32_t value) {
  std::string text(4, '\0');
  WriteU32(text.data(), value);
  return text;
}

// One accepted connection of a scripted server.
class Session {
 public:
  explicit Session(int fd) : fd_(fd) {}
  ~Session() { ::close(fd_); }
  void Send(const std::string& bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // Waits until the client has sent headers of `stream`.
  bool WaitForHeaders(uint32_t stream, Duration limit = 60s) {
    return WaitFor(FrameType::kHeaders, 0, stream, limit);
  }
  // Waits until the client knows our settings.
  bool WaitForSettingsAck() { return WaitFor(FrameType::kSettings, kFlagAck, 0, 60s); }
  std::string Headers(uint32_t stream, std::vector<HeaderField> fields, bool end) {
    const uint8_t flags = kFlagEndHeaders | (end ? kFlagEndStream : 0);
    HeaderEncoder encoder;  // without a table, so that the order of making blocks does not matter
    encoder.SetTableSize(0);
    return Frame(FrameType::kHeaders, flags, stream, std::string(encoder.Encode(fields)));
  }
  std::string Answer(uint32_t stream, const std::string& text) {
    return Headers(stream, {{":status", "200"}, {"content-type", "application/grpc"}}, false) +
           Frame(FrameType::kData, 0, stream, FramedPrefix("", text.size()) + text) +
           Headers(stream, {{"grpc-status", "0"}}, true);
  }

 private:
  bool WaitFor(FrameType type, uint8_t flags, uint32_t stream, Duration limit) {
    const Duration deadline = Clock::Real().Monotonic() + limit;
    while (!Has(type, flags, stream)) {
      pollfd poll{fd_, POLLIN, 0};
      const int64_t left = ToMillis(deadline - Clock::Real().Monotonic());
      if (left <= 0 || ::poll(&poll, 1, static_cast<int>(left)) <= 0) return false;
      char buffer[65536];
      const ssize_t got = ::recv(fd_, buffer, sizeof(buffer), 0);
      if (got <= 0) return false;
      received_.append(buffer, static_cast<size_t>(got));
    }
    return true;
  }
  bool Has(FrameType type, uint8_t flags, uint32_t stream) const {
    std::string_view rest = std::string_view(received_);
    if (rest.size() < kHttp2PrefaceBytes) return false;
    rest.remove_prefix(kHttp2PrefaceBytes);
    while (rest.size() >= kFrameHeaderBytes) {
      FrameHeader header = FrameHeader::Parse(rest.data());
      const bool flagged = (header.flags & flags) == flags;
      if (header.type == type && header.stream == stream && flagged) return true;
      rest.remove_prefix(std::min(rest.size(), kFrameHeaderBytes + header.length));
    }
    return false;
  }

  const int fd_;
  std::string received_;
};

class Call final : public ClientCall {
 public:
  using ClientCall::ClientCall;
  std::string Wait(Duration limit = 60s) {
    const Duration deadline = Clock::Real().Monotonic() + limit;
    MutexLock lock(mutex_);
    while (!status_ && Clock::Real().Monotonic() < deadline) changed_.WaitFor(mutex_, 10ms);
    if (!status_) return "still running";
    return status_->ok() ? text_ : status_->ToString();
  }

 private:
  void OnMessages(std::vector<Bytes>* messages) override {
    MutexLock lock(mutex_);
    for (const Bytes& message : *messages) text_ += message.view();
  }
  void OnEnded(const Status& status) override {
    MutexLock lock(mutex_);
    status_ = status;
    changed_.NotifyAll();
  }
  Mutex mutex_{LockRank::kLeaf};
  CondVar changed_;
  std::string text_ GUARDED_BY(mutex_);
  std::optional<Status> status_ GUARDED_BY(mutex_);
};

class ClientConnectionTest : public testing::Test {
 protected:
  ClientConnectionTest() {
    Result<std::vector<Socket>> listeners = Listen("127.0.0.1", &options_.port);
    EXPECT_TRUE(listeners.ok()) << listeners.status();
    listener_ = std::move(listeners->front());
    options_.host = "127.0.0.1";
    options_.link.http2.server = false;
    Result<std::shared_ptr<Loop>> loop = Loop::Start({"test-client", {}});
    EXPECT_TRUE(loop.ok()) << loop.status();
    loop_ = *loop;
  }
  ~ClientConnectionTest() override {
    if (connection_ != nullptr) loop_->Post([c = connection_] { c->Shutdown(); });
    // A connection is closed over a few rounds; its parts hold each other until it is.
    for (int round = 0; round < 1000 && connection_.use_count() > 1; ++round) {
      std::promise<void> over;
      loop_->Post([&over] { over.set_value(); });
      over.get_future().wait();
    }
    loop_->Stop();
  }
  std::shared_ptr<Call> Begin(Duration timeout = 10s) {
    if (connection_ == nullptr) connection_ = std::make_shared<ClientConnection>(loop_, options_);
    ClientCallOptions options;
    options.method = "/t.S/M";
    options.max_message_bytes = 1 << 20;
    options.deadline = Clock::Real().Monotonic() + timeout;
    auto call = std::make_shared<Call>(connection_, options);
    call->Start();
    call->Send("", Bytes::FromString("hello"), nullptr);
    call->EndRequests();
    return call;
  }
  std::unique_ptr<Session> Accept() {
    pollfd poll{listener_.fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&poll, 1, 10000), 1);
    const int fd = ::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC);
    EXPECT_GE(fd, 0);
    return std::make_unique<Session>(fd);
  }
  static std::string Settings(uint16_t id = 0, uint32_t value = 0) {
    std::string payload;
    if (id != 0) payload = std::string("\0", 1) + static_cast<char>(id) + U32(value);
    return Frame(FrameType::kSettings, 0, 0, payload);
  }

  ClientConnectionOptions options_;
  Socket listener_;
  std::shared_ptr<Loop> loop_;
  std::shared_ptr<ClientConnection> connection_;
};

TEST_F(ClientConnectionTest, ACallIsAnswered) {
  auto call = Begin();
  auto server = Accept();
  server->Send(Settings());
  ASSERT_TRUE(server->WaitForHeaders(1));
  server->Send(server->Headers(1, {{":status", "103"}}, false) + server->Answer(1, "world"));
  EXPECT_EQ(call->Wait(), "world");
}

TEST_F(ClientConnectionTest, WhatIsNotGrpcIsAnError) {
  auto first = Begin();
  auto server = Accept();
  server->Send(Settings());
  ASSERT_TRUE(server->WaitForHeaders(1));
  server->Send(server->Headers(1, {{":status", "503"}}, true));
  EXPECT_THAT(first->Wait(), HasSubstr("UNAVAILABLE: Received HTTP status 503"));
  auto second = Begin();
  ASSERT_TRUE(server->WaitForHeaders(3));
  server->Send(server->Headers(3, {{":status", "200"}, {"content-type", "text/html"}}, false));
  EXPECT_THAT(second->Wait(), HasSubstr("UNKNOWN: The answer is not gRPC"));
  auto third = Begin();
  ASSERT_TRUE(server->WaitForHeaders(5));
  server->Send(server->Headers(5, {{":status", "200"}, {"content-type", "application/grpc"}},
                               false) +
               Frame(FrameType::kData, kFlagEndStream, 5, FramedPrefix("", 1) + "x"));
  EXPECT_THAT(third->Wait(), HasSubstr("INTERNAL"));
  auto fourth = Begin();
  ASSERT_TRUE(server->WaitForHeaders(7));
  server->Send(server->Headers(7, {{":status", "200"}, {"content-type", "application/grpc"}},
                               false) +
               Frame(FrameType::kData, 0, 7, FramedPrefix("", 2 << 20)));
  EXPECT_THAT(fourth->Wait(), HasSubstr("RESOURCE_EXHAUSTED"));
}

TEST_F(ClientConnectionTest, StreamsBeyondTheServersLimitWait) {
  auto first = Begin();
  auto server = Accept();
  server->Send(Settings(3, 1));
  ASSERT_TRUE(server->WaitForHeaders(1));
  ASSERT_TRUE(server->WaitForSettingsAck());
  server->Send(server->Headers(1, {{":status", "200"}, {"content-type", "application/grpc"}},
                               false));
  auto second = Begin();
  EXPECT_FALSE(server->WaitForHeaders(3, 100ms));
  server->Send(server->Headers(1, {{"grpc-status", "5"}}, true));
  EXPECT_THAT(first->Wait(), HasSubstr("NOT_FOUND"));
  ASSERT_TRUE(server->WaitForHeaders(3));
  server->Send(server->Answer(3, "two"));
  EXPECT_EQ(second->Wait(), "two");
}

TEST_F(ClientConnectionTest, AfterGoawayCallsGoToANewConnection) {
  auto first = Begin();
  auto second = Begin();
  auto server = Accept();
  server->Send(Settings());
  ASSERT_TRUE(server->WaitForHeaders(3));
  server->Send(Frame(FrameType::kGoaway, 0, 0, U32(1) + U32(0)));
  EXPECT_THAT(second->Wait(), HasSubstr("UNAVAILABLE"));  // was not looked at
  auto third = Begin();
  auto again = Accept();
  again->Send(Settings());
  ASSERT_TRUE(again->WaitForHeaders(1));
  again->Send(again->Answer(1, "new"));
  EXPECT_EQ(third->Wait(), "new");
  server->Send(server->Answer(1, "old"));  // the one that was looked at still ends
  EXPECT_EQ(first->Wait(), "old");
}

TEST_F(ClientConnectionTest, ALostConnectionEndsItsCallsAndIsMadeAgain) {
  auto first = Begin();
  auto server = Accept();
  server->Send(Settings());
  ASSERT_TRUE(server->WaitForHeaders(1));
  server.reset();
  EXPECT_THAT(first->Wait(), HasSubstr("UNAVAILABLE"));
  auto second = Begin();
  server = Accept();
  server->Send(Settings());
  ASSERT_TRUE(server->WaitForHeaders(1));
  server->Send(server->Answer(1, "again"));
  EXPECT_EQ(second->Wait(), "again");
}

TEST_F(ClientConnectionTest, APeerThatIsNoHttp2ServerIsUnavailableAndLeftAlone) {
  auto first = Begin();
  auto server = Accept();
  server->Send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(first->Wait(), HasSubstr("UNAVAILABLE"));
  // For a while nobody tries again, and calls say why.
  EXPECT_THAT(Begin()->Wait(), HasSubstr("Failed to connect to remote server"));
}

TEST_F(ClientConnectionTest, NobodyListeningIsUnavailableAtOnce) {
  listener_.Close();
  auto call = Begin();
  EXPECT_THAT(call->Wait(), HasSubstr("Failed to connect to remote server: 127.0.0.1:"));
}

TEST_F(ClientConnectionTest, UnknownHostsAreUnavailable) {
  options_.host = "no-such-host.invalid";
  EXPECT_THAT(Begin()->Wait(), HasSubstr("UNAVAILABLE"));
}

TEST_F(ClientConnectionTest, DeadlinesHoldWhileConnectingAndAfter) {
  auto first = Begin(100ms);
  auto server = Accept();  // says nothing
  EXPECT_THAT(first->Wait(), HasSubstr("DEADLINE_EXCEEDED"));
  server->Send(Settings());
  auto second = Begin(100ms);
  ASSERT_TRUE(server->WaitForHeaders(3));
  EXPECT_THAT(second->Wait(), HasSubstr("DEADLINE_EXCEEDED"));
}

TEST_F(ClientConnectionTest, AServerThatNeverGreetsIsGivenUp) {
  options_.link.handshake_timeout = 100ms;
  auto call = Begin();
  auto server = Accept();
  EXPECT_THAT(call->Wait(), HasSubstr("UNAVAILABLE"));
}

}  // namespace
}  // namespace alluxio::rpc
