// rpc-echo: a server of rpc/service.h without a cluster behind it, for clients and judges of other
// houses: tests/interop. Prints "port <number>" and serves until its input ends.
//
//   rpc-echo [transport=LEAN|GRPC] [keepalive_ms=<n>] [max_message_bytes=<n>]
//            [certificate=<file> key=<file>] [authenticate=true]
#include <google/protobuf/wrappers.pb.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "env/executor.h"
#include "rpc/service.h"

namespace {

using namespace alluxio;  // NOLINT: one small program
using google::protobuf::BytesValue;
using rpc::CallPtr;
using rpc::Reply;

constexpr Duration kGrace = std::chrono::seconds(20);

std::string Path(const std::string& method) { return "/interop.Echo/" + method; }

BytesValue Text(std::string text) {
  BytesValue value;
  value.set_value(std::move(text));
  return value;
}

// "7:text" in two.
std::pair<int, std::string> Split(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return {0, text};
  return {atoi(text.c_str()), text.substr(colon + 1)};
}

// Sends so many messages, the next when the last is written.
void SendCount(const rpc::StreamSinkPtr& sink, int left, size_t size) {
  if (left == 0) return sink->Finish(OkStatus());
  rpc::SendMessage(*sink, Text(std::string(size, 'c')), [sink, left, size](bool alive) {
    if (alive) SendCount(sink, left - 1, size);
  });
}

class TalkStream final : public rpc::StreamHandler {
 public:
  explicit TalkStream(rpc::StreamSinkPtr sink) : sink_(std::move(sink)) {}
  void OnMessage(Bytes message, Callback<void()> done) override {
    BytesValue value;
    if (!value.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return sink_->Finish(InvalidArgument("no BytesValue"));
    }
    if (value.value() == "quit") return sink_->Finish(FailedPrecondition("asked to quit"));
    sink_->Send(std::string(), std::move(message), [done = std::move(done)](bool) mutable {
      done();
    });
  }
  void OnHalfClose() override { sink_->Finish(OkStatus()); }
  void OnEnd(const Status&) override {}

 private:
  const rpc::StreamSinkPtr sink_;
};

class SumStream final : public rpc::StreamHandler {
 public:
  explicit SumStream(rpc::StreamSinkPtr sink) : sink_(std::move(sink)) {}
  void OnMessage(Bytes message, Callback<void()> done) override {
    BytesValue value;
    if (!value.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return sink_->Finish(InvalidArgument("no BytesValue"));
    }
    sum_ += value.value().size();
    done();
  }
  void OnHalfClose() override {
    rpc::SendMessage(*sink_, Text(std::to_string(sum_)));
    sink_->Finish(OkStatus());
  }
  void OnEnd(const Status&) override {}

 private:
  const rpc::StreamSinkPtr sink_;
  size_t sum_ = 0;
};

class EchoService {
 public:
  EchoService() {
    methods_.Unary<BytesValue, BytesValue>(
        Path("Unary"), {}, [](CallPtr, const BytesValue& request, Reply<BytesValue> reply) {
          reply(request);
        });
    methods_.Unary<BytesValue, BytesValue>(
        Path("Fail"), {}, [](CallPtr, const BytesValue& request, Reply<BytesValue> reply) {
          auto [code, text] = Split(request.value());
          reply(Status(static_cast<StatusCode>(code), text));
        });
    methods_.Unary<BytesValue, BytesValue>(
        Path("Hang"), {},
        [this](CallPtr call, const BytesValue& request, Reply<BytesValue> reply) {
          MutexLock lock(mutex_);
          hanging_.push_back({request.value(), std::move(call), std::move(reply)});
        });
    methods_.Unary<BytesValue, BytesValue>(
        Path("Hanging"), {},
        [this](CallPtr, const BytesValue& request, Reply<BytesValue> reply) {
          int live = 0;
          int cancelled = 0;
          {
            MutexLock lock(mutex_);
            for (const Hanging& each : hanging_) {
              if (each.name == request.value()) ++(each.call->cancelled() ? cancelled : live);
            }
          }
          reply(Text(std::to_string(live) + " " + std::to_string(cancelled)));
        });
    methods_.ServerStream<BytesValue>(
        Path("Count"), {}, [](CallPtr, const BytesValue& request, rpc::StreamSinkPtr sink) {
          auto [count, size] = Split(request.value());
          SendCount(sink, count, static_cast<size_t>(atoll(size.c_str())));
        });
    methods_.AddStream(Path("Talk"), {}, [](rpc::StreamSinkPtr sink) {
      return std::make_unique<TalkStream>(std::move(sink));
    });
    methods_.AddStream(Path("Sum"), {}, [](rpc::StreamSinkPtr sink) {
      return std::make_unique<SumStream>(std::move(sink));
    });
    methods_.Unary<BytesValue, BytesValue>(
        Path("Quit"), {}, [this](CallPtr, const BytesValue& request, Reply<BytesValue> reply) {
          reply(request);
          (void)stopper_->Submit([this] { server().Stop(kGrace); });
        });
  }

  Status Start(const rpc::ServerOptions& options) {
    ASSIGN_OR_RETURN(std::unique_ptr<rpc::Server> started, rpc::Server::Start(options, methods_));
    printf("port %d\n", started->port());
    fflush(stdout);
    MutexLock lock(mutex_);
    server_ = std::move(started);
    serving_.NotifyAll();
    return OkStatus();
  }
  void Stop() {
    stopper_->Stop();
    server().Stop(Duration::zero());
  }

 private:
  // A call may come before Start has returned.
  rpc::Server& server() {
    MutexLock lock(mutex_);
    while (server_ == nullptr) serving_.Wait(mutex_);
    return *server_;
  }

  struct Hanging {
    std::string name;
    CallPtr call;
    Reply<BytesValue> reply;
  };

  rpc::MethodTable methods_;
  Mutex mutex_{LockRank::kLeaf};
  CondVar serving_;
  std::unique_ptr<rpc::Server> server_ GUARDED_BY(mutex_);
  std::unique_ptr<Executor> stopper_ = Executor::Create({"stopper", 1, 10});
  std::vector<Hanging> hanging_ GUARDED_BY(mutex_);
};

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    given[argument.substr(0, equals)] =
        equals == std::string::npos ? "" : argument.substr(equals + 1);
  }
  rpc::ServerOptions options;
  options.bind_host = "127.0.0.1";
  options.authenticate = given["authenticate"] == "true";
  if (given["transport"] == "GRPC") options.transport = rpc::Transport::kGrpc;
  if (const std::string& ms = given["keepalive_ms"]; !ms.empty()) {
    options.keepalive_time = std::chrono::milliseconds(atoll(ms.c_str()));
  }
  if (const std::string& bytes = given["max_message_bytes"]; !bytes.empty()) {
    options.max_message_bytes = static_cast<size_t>(atoll(bytes.c_str()));
  }
  options.tls.certificate_path = given["certificate"];
  options.tls.key_path = given["key"];
  options.tls.enabled = !options.tls.certificate_path.empty();
  EchoService service;
  if (Status started = service.Start(options); !started.ok()) {
    fprintf(stderr, "%s\n", started.ToString().c_str());
    return 1;
  }
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  service.Stop();
  return 0;
}
