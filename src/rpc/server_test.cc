// Client and server against each other over real sockets of this machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "proto/grpc/version.pb.h"
#include "rpc/channel.h"
#include "rpc/service.h"
#include "tests/fixtures/talk_stream.h"
#include "tests/fixtures/test_certificates.h"

namespace alluxio::rpc {
namespace {

using grpc::version::GetServiceVersionPRequest;
using grpc::version::GetServiceVersionPResponse;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using testing::HasSubstr;

constexpr char kEcho[] = "/test.Service/Echo";
constexpr char kOpen[] = "/test.Service/Open";
constexpr char kFail[] = "/test.Service/Fail";
constexpr char kWho[] = "/test.Service/Who";
constexpr char kForget[] = "/test.Service/Forget";
constexpr char kHang[] = "/test.Service/Hang";
constexpr char kCount[] = "/test.Service/Count";
constexpr char kTalk[] = "/test.Service/Talk";

struct Pair {
  Transport server;
  Transport client;
  bool tls = false;
};

class ServerTest : public testing::TestWithParam<Pair> {
 protected:
  ServerTest() {
    auto echo = [](CallPtr, Bytes request, Callback<void(Status, Bytes)> done) {
      done(OkStatus(), request);
    };
    methods_.AddUnary(kEcho, {}, echo);
    methods_.AddUnary(kOpen, MethodOptions{false}, echo);
    methods_.AddUnary(kFail, {}, [](CallPtr, Bytes request, Callback<void(Status, Bytes)> done) {
      int code = request.view().empty() ? 5 : request.view()[0];
      done(Status(static_cast<StatusCode>(code), "Path \"/\xc3\xa4 b\" does not exist.\nreally"),
           Bytes());
    });
    methods_.AddUnary(kWho, {}, [](CallPtr call, Bytes, Callback<void(Status, Bytes)> done) {
      done(OkStatus(), Bytes::FromString(call->user().name + "/" + call->user().connection));
    });
    methods_.AddUnary(kForget, {}, [](CallPtr, Bytes, Callback<void(Status, Bytes)>) {});
    methods_.AddUnary(kHang, {}, [this](CallPtr call, Bytes, Callback<void(Status, Bytes)> done) {
      MutexLock lock(mutex_);
      hanging_.push_back(std::move(done));
      hanging_calls_.push_back(std::move(call));
      changed_.NotifyAll();
    });
    methods_.AddServerStream(kCount, {}, [](CallPtr, Bytes request, StreamSinkPtr sink) {
      int count = std::stoi(std::string(request.view()));
      for (int i = 0; i < count; ++i) sink->Send(std::to_string(i), Bytes(), nullptr);
      sink->Finish(count == 3 ? NotFound("after three") : OkStatus());
    });
    methods_.AddStream(kTalk, {}, [seen = seen_](StreamSinkPtr sink) {
      return std::make_unique<TalkStream>(std::move(sink), seen);
    });
    methods_.Unary<GetServiceVersionPRequest, GetServiceVersionPResponse>(
        "/test.Service/Version", {},
        [](CallPtr, const GetServiceVersionPRequest& request,
           Reply<GetServiceVersionPResponse> reply) {
          GetServiceVersionPResponse response;
          response.set_version(request.servicetype() + 40);
          reply(response);
        });
    options_.bind_host = "127.0.0.1";
    options_.transport = GetParam().server;
    if (GetParam().tls) options_.tls = Certificates().ForServer();
  }
  static const TestCertificates& Certificates() {
    static const TestCertificates certificates;
    return certificates;
  }
  ~ServerTest() override {
    // A reply that is dropped answers, under the lock of its call.
    decltype(hanging_) dropped;
    MutexLock lock(mutex_);
    std::swap(dropped, hanging_);
  }

  void StartServer() {
    Result<std::unique_ptr<Server>> server = Server::Start(options_, methods_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
  }
  ChannelOptions ChannelTo() const {
    ChannelOptions options;
    options.transport = GetParam().client;
    options.host = "127.0.0.1";
    options.port = server_->port();
    if (GetParam().tls) options.tls = Certificates().ForClient();
    options.user = "alice";
    options.connect_timeout = 5s;
    return options;
  }
  std::shared_ptr<Channel> Connect() { return Channel::Create(ChannelTo()); }

  static Result<Bytes> CallRaw(Channel& channel, const std::string& method, std::string request,
                               Duration timeout = 10s) {
    struct Waiting {
      Mutex mutex{LockRank::kLeaf};
      CondVar changed;
      std::optional<Result<Bytes>> answer;
    };
    auto waiting = std::make_shared<Waiting>();
    channel.CallAsync(method, Bytes::FromString(std::move(request)), timeout,
                      [waiting](Result<Bytes> answer) {
                        MutexLock lock(waiting->mutex);
                        waiting->answer = std::move(answer);
                        waiting->changed.NotifyAll();
                      });
    MutexLock lock(waiting->mutex);
    while (!waiting->answer) waiting->changed.Wait(waiting->mutex);
    return *waiting->answer;
  }
  static std::string Text(const Result<Bytes>& answer) {
    return answer.ok() ? std::string(answer->view()) : answer.status().ToString();
  }
  static std::string Next(ClientStream& stream) {
    Result<std::optional<Bytes>> next = stream.Receive(10s);
    if (!next.ok()) return next.status().ToString();
    return *next ? std::string((*next)->view()) : "<end>";
  }

  MethodTable methods_;
  ServerOptions options_;
  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
  std::unique_ptr<Server> server_;
  Mutex mutex_{LockRank::kLeaf};
  CondVar changed_;
  std::vector<Callback<void(Status, Bytes)>> hanging_ GUARDED_BY(mutex_);
  std::vector<CallPtr> hanging_calls_ GUARDED_BY(mutex_);
};

TEST_P(ServerTest, PortInUseIsUnavailableWithTheAddress) {
  StartServer();
  ServerOptions second = options_;
  second.port = server_->port();
  Result<std::unique_ptr<Server>> failed = Server::Start(second, methods_);
  ASSERT_FALSE(failed.ok());
  EXPECT_TRUE(failed.status().Is(StatusCode::kUnavailable));
  EXPECT_THAT(failed.status().message(),
              HasSubstr("127.0.0.1:" + std::to_string(server_->port())));
}

TEST_P(ServerTest, CodesAndTextsTravelUnchanged) {
  StartServer();
  auto channel = Connect();
  for (int code = 1; code <= 16; ++code) {
    if (code == 16) continue;  // starts another authentication, tested below
    Result<Bytes> answer = CallRaw(*channel, kFail, std::string(1, static_cast<char>(code)));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(static_cast<int>(answer.status().code()), code);
    EXPECT_EQ(answer.status().message(), "Path \"/\xc3\xa4 b\" does not exist.\nreally");
  }
}

TEST_P(ServerTest, CallsWithoutChannelIdAreRefused) {
  StartServer();
  ChannelOptions options = ChannelTo();
  options.authenticate = false;
  auto channel = Channel::Create(options);
  Result<Bytes> answer = CallRaw(*channel, kEcho, "x");
  EXPECT_EQ(Text(answer), "UNAUTHENTICATED: Channel Id is missing for call: test.Service/Echo.");
  EXPECT_EQ(Text(CallRaw(*channel, kOpen, "x")), "x");
}

TEST_P(ServerTest, UnknownMethodsOfKnownServicesFailForGood) {
  StartServer();
  auto channel = Connect();
  EXPECT_EQ(Text(CallRaw(*channel, "/test.Service/Nothing", "")),
            "FAILED_PRECONDITION: /test.Service/Nothing is not supported by this server");
  EXPECT_EQ(Text(CallRaw(*channel, "/test.Other/Nothing", "")),
            "UNIMPLEMENTED: Method not found: test.Other/Nothing");
}

TEST_P(ServerTest, MalformedRequestIsInvalidArgument) {
  StartServer();
  auto channel = Connect();
  Result<Bytes> answer = CallRaw(*channel, "/test.Service/Version", "\xff\xff\xff");
  EXPECT_TRUE(answer.status().Is(StatusCode::kInvalidArgument)) << Text(answer);
}

TEST_P(ServerTest, DroppedCallIsInternal) {
  StartServer();
  auto channel = Connect();
  Result<Bytes> answer = CallRaw(*channel, kForget, "x");
  EXPECT_TRUE(answer.status().Is(StatusCode::kInternal)) << Text(answer);
}

TEST_P(ServerTest, MessageBeyondTheLimitIsRefusedAndTheServerLives) {
  options_.max_message_bytes = 64 * 1024;
  StartServer();
  auto channel = Connect();
  Result<Bytes> answer = CallRaw(*channel, kEcho, std::string(65 * 1024, 'x'));
  EXPECT_TRUE(answer.status().Is(StatusCode::kResourceExhausted)) << Text(answer);
  EXPECT_EQ(Text(CallRaw(*channel, kEcho, "still here")), "still here");
}

TEST_P(ServerTest, DeadlineEndsACallAndTellsTheHandler) {
  StartServer();
  auto channel = Connect();
  ASSERT_TRUE(CallRaw(*channel, kEcho, "").ok());
  Result<Bytes> answer = CallRaw(*channel, kHang, "", 100ms);
  EXPECT_TRUE(answer.status().Is(StatusCode::kDeadlineExceeded)) << Text(answer);
  MutexLock lock(mutex_);
  ASSERT_EQ(hanging_calls_.size(), 1u);
  for (int i = 0; i < 6000 && !hanging_calls_[0]->cancelled(); ++i) changed_.WaitFor(mutex_, 10ms);
  EXPECT_TRUE(hanging_calls_[0]->cancelled());
}

TEST_P(ServerTest, NobodyListeningIsUnavailable) {
  StartServer();
  ChannelOptions options = ChannelTo();
  server_.reset();
  auto channel = Channel::Create(options);
  EXPECT_TRUE(CallRaw(*channel, kEcho, "x").status().Is(StatusCode::kUnavailable));
  EXPECT_TRUE(channel->OpenStream(kTalk).status().Is(StatusCode::kUnavailable));
}

TEST_P(ServerTest, UserIsKnownToTheHandler) {
  StartServer();
  EXPECT_EQ(Text(CallRaw(*Connect(), kWho, "")), "alice/alice");
}

TEST_P(ServerTest, ImpersonationNeedsPermission) {
  StartServer();
  ChannelOptions options = ChannelTo();
  options.impersonate = "bob";
  Result<Bytes> answer = CallRaw(*Channel::Create(options), kWho, "");
  EXPECT_TRUE(answer.status().Is(StatusCode::kUnauthenticated));
  EXPECT_THAT(answer.status().message(),
              HasSubstr("User \"alice\" is not configured to allow any impersonation."));
}

TEST_P(ServerTest, AllowedImpersonationChangesTheUser) {
  options_.may_impersonate = [](const std::string& connection, const std::string& impersonated) {
    return connection == "alice" && impersonated == "bob" ? OkStatus()
                                                          : PermissionDenied("not that one");
  };
  StartServer();
  ChannelOptions options = ChannelTo();
  options.impersonate = "bob";
  EXPECT_EQ(Text(CallRaw(*Channel::Create(options), kWho, "")), "bob/alice");
  options.impersonate = "carol";
  Result<Bytes> denied = CallRaw(*Channel::Create(options), kWho, "");
  EXPECT_EQ(Text(denied), "UNAUTHENTICATED: Plain authentication failed: not that one");
}

TEST_P(ServerTest, NosaslServerAsksNobody) {
  options_.authenticate = false;
  StartServer();
  ChannelOptions options = ChannelTo();
  options.authenticate = false;
  EXPECT_EQ(Text(CallRaw(*Channel::Create(options), kWho, "")), "/");
  Result<Bytes> simple = CallRaw(*Connect(), kWho, "");
  EXPECT_TRUE(simple.status().Is(StatusCode::kUnauthenticated));
  EXPECT_THAT(simple.status().message(), HasSubstr("authentication disabled on target server"));
}

TEST_P(ServerTest, TypedCallsRoundTrip) {
  StartServer();
  GetServiceVersionPRequest request;
  request.set_servicetype(grpc::version::FILE_SYSTEM_MASTER_WORKER_SERVICE);
  GetServiceVersionPResponse response;
  Status status = Connect()->Call("/test.Service/Version", request, &response, 10s);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(response.version(), 42);
}

TEST_P(ServerTest, ServerStreamDeliversInOrderThenItsStatus) {
  StartServer();
  auto channel = Connect();
  for (int count : {0, 3, 1000}) {
    Result<std::unique_ptr<ClientStream>> stream = channel->OpenStream(kCount);
    ASSERT_TRUE(stream.ok()) << stream.status();
    ASSERT_TRUE((*stream)->Send(std::to_string(count), Bytes()).ok());
    ASSERT_TRUE((*stream)->HalfClose().ok());
    for (int i = 0; i < count; ++i) ASSERT_EQ(Next(**stream), std::to_string(i));
    EXPECT_EQ(Next(**stream), count == 3 ? "NOT_FOUND: after three" : "<end>");
  }
}

// A reader acknowledges what it has received while the server has already sent everything and
// ended: a Send that fails must not cost a message that was received or is on its way.
TEST_P(ServerTest, SendingAfterTheServersEndLosesNoMessage) {
  StartServer();
  auto channel = Connect();
  for (int round = 0; round < 20; ++round) {
    Result<std::unique_ptr<ClientStream>> stream = channel->OpenStream(kTalk);
    ASSERT_TRUE(stream.ok()) << stream.status();
    constexpr int kMessages = 10;
    for (int i = 0; i < kMessages; ++i) {
      ASSERT_TRUE((*stream)->Send(std::to_string(i), Bytes()).ok());
    }
    ASSERT_TRUE((*stream)->Send("quit", Bytes()).ok());
    Status late = OkStatus();
    const Duration limit = Clock::Real().Monotonic() + 60s;
    while (late.ok() && Clock::Real().Monotonic() < limit) {
      late = (*stream)->Send("late", Bytes());
    }
    EXPECT_FALSE(late.ok());
    for (int i = 0; i < kMessages; ++i) {
      ASSERT_EQ(Next(**stream), "echo:" + std::to_string(i)) << "round " << round;
    }
    EXPECT_EQ(Next(**stream), "FAILED_PRECONDITION: asked to quit");
  }
}

TEST_P(ServerTest, BidirectionalStreamEndsWithHalfClose) {
  StartServer();
  auto channel = Connect();
  Result<std::unique_ptr<ClientStream>> stream = channel->OpenStream(kTalk);
  ASSERT_TRUE(stream.ok()) << stream.status();
  for (const char* text : {"a", "b", "c"}) {
    ASSERT_TRUE((*stream)->Send(text, Bytes::FromString("!")).ok());
    EXPECT_EQ(Next(**stream), std::string("echo:") + text + "!");
  }
  ASSERT_TRUE((*stream)->HalfClose().ok());
  EXPECT_EQ(Next(**stream), "bye");
  EXPECT_EQ(Next(**stream), "<end>");
  ASSERT_TRUE(seen_->WaitForEnds(1));
  MutexLock lock(seen_->mutex);
  EXPECT_EQ(seen_->half_closes, 1);
  ASSERT_EQ(seen_->ends.size(), 1u);
  EXPECT_TRUE(seen_->ends[0].ok());
  EXPECT_THAT(seen_->sent, testing::ElementsAre(true, true, true));
}

TEST_P(ServerTest, CancelIsNeverTakenForAHalfClose) {
  StartServer();
  auto channel = Connect();
  constexpr size_t kStreams = 200;
  for (size_t i = 0; i < kStreams; ++i) {
    Result<std::unique_ptr<ClientStream>> stream = channel->OpenStream(kTalk);
    ASSERT_TRUE(stream.ok()) << stream.status();
    ASSERT_TRUE((*stream)->Send("x", Bytes()).ok());
    ASSERT_EQ(Next(**stream), "echo:x");
    if (i % 2 == 0) (*stream)->Cancel();  // the others are dropped, which cancels too
  }
  ASSERT_TRUE(seen_->WaitForEnds(kStreams));
  MutexLock lock(seen_->mutex);
  EXPECT_EQ(seen_->half_closes, 0);
  for (const Status& end : seen_->ends) EXPECT_TRUE(end.Is(StatusCode::kCancelled)) << end;
}

TEST_P(ServerTest, ErrorOfTheHandlerReachesASenderThatNeverReceives) {
  StartServer();
  Result<std::unique_ptr<ClientStream>> stream = Connect()->OpenStream(kTalk);
  ASSERT_TRUE(stream.ok()) << stream.status();
  ASSERT_TRUE((*stream)->Send("quit", Bytes()).ok());
  Bytes block = Bytes::FromString(std::string(1 << 20, 'x'));
  Status failed;
  for (int i = 0; i < 1000 && failed.ok(); ++i) failed = (*stream)->Send("", block);
  EXPECT_EQ(failed.ToString(), "FAILED_PRECONDITION: asked to quit");
}

TEST_P(ServerTest, SlowHandlerHoldsTheSenderBack) {
  StartServer();
  {
    MutexLock lock(seen_->mutex);
    seen_->hold = true;
  }
  Result<std::unique_ptr<ClientStream>> stream = Connect()->OpenStream(kTalk);
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::atomic<int> accepted{0};
  auto sender = Executor::Create({"sender", 1, 1});
  ASSERT_TRUE(sender
                  ->Submit([&] {
                    Bytes block = Bytes::FromString(std::string(1 << 20, 'x'));
                    while ((*stream)->Send("", block).ok()) ++accepted;
                  })
                  .ok());
  ASSERT_TRUE(seen_->WaitForMessages(1));
  // Once the windows are full, nothing moves until the handler says so.
  int before = -1;
  while (before != accepted) {
    before = accepted;
    MutexLock lock(mutex_);
    changed_.WaitFor(mutex_, 100ms);
  }
  EXPECT_LT(accepted, 64);
  {
    MutexLock lock(seen_->mutex);
    EXPECT_EQ(seen_->messages.size(), 1u);
  }
  (*stream)->Cancel();
  sender->Stop();
  ASSERT_TRUE(seen_->WaitForEnds(1));
  MutexLock lock(seen_->mutex);
  seen_->held.clear();
}

// Far more than a window, in messages that are too small to be told to the server at once, and in
// ones that fill what is left of it.
TEST_P(ServerTest, AnswersOfAnySizeAreReceivedOneAtATime) {
  StartServer();
  Result<std::unique_ptr<ClientStream>> stream = Connect()->OpenStream(kTalk);
  ASSERT_TRUE(stream.ok()) << stream.status();
  size_t total = 0;
  for (size_t size : {10u, 1000u, 60'000u, 65'000u, 70'000u, 1'900'000u, 3'000'000u}) {
    const std::string text(size, 'a');
    const size_t rounds = std::min<size_t>(3000, (size_t{12} << 20) / size);
    for (size_t n = 0; n < rounds; ++n) {
      ASSERT_TRUE((*stream)->Send("", Bytes::FromString(text)).ok());
      ASSERT_EQ(Next(**stream).size(), size + 5) << "echo: and " << size << " after " << total;
      total += size;
    }
  }
}

TEST_P(ServerTest, ReceiveTimesOutAndTheStreamLivesOn) {
  StartServer();
  Result<std::unique_ptr<ClientStream>> stream = Connect()->OpenStream(kTalk);
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_TRUE((*stream)->Receive(50ms).status().Is(StatusCode::kDeadlineExceeded));
  ASSERT_TRUE((*stream)->Send("x", Bytes()).ok());
  EXPECT_EQ(Next(**stream), "echo:x");
}

TEST_P(ServerTest, ThousandsOfIdleStreamsCostNoThreads) {
  StartServer();
  auto channel = Connect();
  std::vector<std::unique_ptr<ClientStream>> streams;
  for (int i = 0; i < 2000; ++i) {
    Result<std::unique_ptr<ClientStream>> stream = channel->OpenStream(kTalk);
    ASSERT_TRUE(stream.ok()) << i << " " << stream.status();
    streams.push_back(std::move(*stream));
  }
  for (size_t i : {size_t{0}, size_t{999}, size_t{1999}}) {
    ASSERT_TRUE(streams[i]->Send("x", Bytes()).ok());
    EXPECT_EQ(Next(*streams[i]), "echo:x");
  }
  EXPECT_EQ(Text(CallRaw(*channel, kEcho, "between")), "between");
  for (auto& stream : streams) ASSERT_TRUE(stream->HalfClose().ok());
  ASSERT_TRUE(seen_->WaitForEnds(2000));
}

TEST_P(ServerTest, StopEndsIdleStreamsAndCancelsHangingCalls) {
  StartServer();
  auto channel = Connect();
  Result<std::unique_ptr<ClientStream>> stream = channel->OpenStream(kTalk);
  ASSERT_TRUE(stream.ok()) << stream.status();
  ASSERT_TRUE((*stream)->Send("x", Bytes()).ok());
  EXPECT_EQ(Next(**stream), "echo:x");
  std::atomic<int> code{-1};
  channel->CallAsync(kHang, Bytes(), 60s, [&](Result<Bytes> answer) {
    code = static_cast<int>(answer.status().code());
  });
  {
    MutexLock lock(mutex_);
    while (hanging_.empty()) changed_.Wait(mutex_);
  }
  server_->Stop(50ms);
  EXPECT_FALSE((*stream)->Receive(10s).ok());
  MutexLock lock(seen_->mutex);
  EXPECT_EQ(seen_->ends.size(), 1u);
  for (int i = 0; i < 6000 && code < 0; ++i) seen_->changed.WaitFor(seen_->mutex, 10ms);
  EXPECT_GT(code, 0);
}

TEST_P(ServerTest, StopLetsRunningCallsFinish) {
  StartServer();
  auto channel = Connect();
  std::atomic<int> code{-1};
  channel->CallAsync(kHang, Bytes(), 60s, [&](Result<Bytes> answer) {
    code = static_cast<int>(answer.status().code());
  });
  Callback<void(Status, Bytes)> done;
  {
    MutexLock lock(mutex_);
    while (hanging_.empty()) changed_.Wait(mutex_);
    done = std::move(hanging_[0]);
    hanging_.clear();
  }
  auto stopper = Executor::Create({"stopper", 1, 1});
  ASSERT_TRUE(stopper->Submit([this] { server_->Stop(30s); }).ok());
  {
    MutexLock lock(mutex_);
    changed_.WaitFor(mutex_, 50ms);
  }
  done(OkStatus(), Bytes());
  stopper->Stop();
  MutexLock lock(mutex_);
  for (int i = 0; i < 6000 && code < 0; ++i) changed_.WaitFor(mutex_, 10ms);
  EXPECT_EQ(code, 0);
}

TEST_P(ServerTest, ClientAuthenticatesAgainAfterARestart) {
  StartServer();
  auto channel = Connect();
  ASSERT_EQ(Text(CallRaw(*channel, kEcho, "one")), "one");
  options_.port = server_->port();
  server_.reset();
  EXPECT_TRUE(CallRaw(*channel, kEcho, "x").status().Is(StatusCode::kUnavailable));
  StartServer();
  Result<Bytes> answer = Unavailable("");
  for (int i = 0; i < 3000 && answer.status().Is(StatusCode::kUnavailable); ++i) {
    answer = CallRaw(*channel, kEcho, "two");
    MutexLock lock(mutex_);
    if (!answer.ok()) changed_.WaitFor(mutex_, 20ms);
  }
  EXPECT_EQ(Text(answer), "two");
}

TEST_P(ServerTest, ManyCallsAtOnceAllReturn) {
  StartServer();
  auto channel = Connect();
  constexpr int kCalls = 2000;
  std::atomic<int> good{0};
  std::atomic<int> all{0};
  for (int i = 0; i < kCalls; ++i) {
    std::string text = std::to_string(i);
    channel->CallAsync(kEcho, Bytes::FromString(text), 30s, [&, text](Result<Bytes> answer) {
      if (answer.ok() && answer->view() == text) ++good;
      ++all;
    });
  }
  MutexLock lock(mutex_);
  for (int i = 0; i < 6000 && all < kCalls; ++i) changed_.WaitFor(mutex_, 10ms);
  EXPECT_EQ(good, kCalls);
}

// Each server with each client: what differs between transports shows here.
INSTANTIATE_TEST_SUITE_P(
    Transports, ServerTest,
    testing::Values(Pair{Transport::kGrpc, Transport::kGrpc},
                    Pair{Transport::kGrpc, Transport::kLean},
                    Pair{Transport::kLean, Transport::kGrpc},
                    Pair{Transport::kLean, Transport::kLean},
                    Pair{Transport::kGrpc, Transport::kGrpc, true},
                    Pair{Transport::kGrpc, Transport::kLean, true},
                    Pair{Transport::kLean, Transport::kGrpc, true},
                    Pair{Transport::kLean, Transport::kLean, true}),
    [](const auto& info) {
      auto name = [](Transport transport) {
        return std::string(transport == Transport::kLean ? "Lean" : "Grpc");
      };
      return name(info.param.server) + "Server" + name(info.param.client) + "Client" +
             (info.param.tls ? "Tls" : "");
    });

}  // namespace
}  // namespace alluxio::rpc
