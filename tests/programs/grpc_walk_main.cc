// grpc-walk: the walk of tests/interop by gRPC C++.   grpc-walk <address> [ca=<file> name=<name>]
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/sync_stream.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using google::protobuf::BytesValue;
using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;
using grpc::internal::RpcMethod;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Stream = grpc::ClientReaderWriter<BytesValue, BytesValue>;

constexpr int kLimit = 100 << 20;

std::shared_ptr<grpc::Channel> channel;

// What went wrong; empty when nothing did.
using Fault = std::string;

std::string Pattern(size_t size) {
  std::string body(size, '\0');
  for (size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7 + size);
  return body;
}

Fault Want(const Status& status, StatusCode code) {
  if (status.error_code() == code) return {};
  return "want code " + std::to_string(code) + ", got " + std::to_string(status.error_code()) +
         ": " + status.error_message();
}

struct Call {
  ClientContext context;
  BytesValue request;
  BytesValue response;

  explicit Call(std::string body) {
    request.set_value(std::move(body));
    context.set_deadline(std::chrono::system_clock::now() + seconds(40));
  }
  Status Run(const char* method) {
    const std::string path = std::string("/interop.Echo/") + method;
    const RpcMethod rpc(path.c_str(), RpcMethod::NORMAL_RPC);
    return grpc::internal::BlockingUnaryCall(channel.get(), rpc, &context, request, &response);
  }
};

Fault Echo(const std::string& body) {
  Call call(body);
  if (Fault fault = Want(call.Run("Unary"), StatusCode::OK); !fault.empty()) return fault;
  return call.response.value() == body ? "" : "another message came back";
}

struct Talk {
  ClientContext context;
  std::unique_ptr<Stream> stream;

  explicit Talk(const char* method, bool compress = false) {
    const std::string path = std::string("/interop.Echo/") + method;
    context.set_deadline(std::chrono::system_clock::now() + seconds(40));
    if (compress) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    // The library keeps the pointer of the name for as long as the call lives.
    static std::map<std::string, std::unique_ptr<RpcMethod>> methods;
    static std::mutex mutex;
    std::lock_guard lock(mutex);
    auto [found, added] = methods.try_emplace(path);
    if (added) {
      found->second =
          std::make_unique<RpcMethod>(found->first.c_str(), RpcMethod::BIDI_STREAMING);
    }
    stream.reset(grpc::internal::ClientReaderWriterFactory<BytesValue, BytesValue>::Create(
        channel.get(), *found->second, &context));
  }
  bool Send(const std::string& body) {
    BytesValue message;
    message.set_value(body);
    return stream->Write(message);
  }
  Fault PingPong(const std::string& body) {
    BytesValue back;
    if (!Send(body)) return "cannot send";
    if (!stream->Read(&back)) return "nothing came back: " + stream->Finish().error_message();
    return back.value() == body ? "" : "another message came back";
  }
  Fault End(StatusCode code = StatusCode::OK) {
    if (code == StatusCode::OK) stream->WritesDone();
    BytesValue more;
    if (stream->Read(&more)) return "a message came where the end should be";
    return Want(stream->Finish(), code);
  }
};

Fault Sizes() {
  for (size_t size : {0, 1, 16383, 16384, 65536, 1 << 20, 8 << 20}) {
    if (Fault fault = Echo(Pattern(size)); !fault.empty()) return fault;
  }
  return {};
}

Fault TooLarge() {
  Call call(std::string(17 << 20, 'x'));
  const Fault fault = Want(call.Run("Unary"), StatusCode::RESOURCE_EXHAUSTED);
  return fault.empty() ? Echo("still there") : fault;
}

Fault Deadline() {
  Call call("deadline");
  call.context.set_deadline(std::chrono::system_clock::now() + milliseconds(200));
  return Want(call.Run("Hang"), StatusCode::DEADLINE_EXCEEDED);
}

Fault WaitForHanging(const std::string& wanted) {
  std::string last;
  for (int i = 0; i < 4000 && last != wanted; ++i) {
    Call call("to be cancelled");
    if (Fault fault = Want(call.Run("Hanging"), StatusCode::OK); !fault.empty()) return fault;
    last = call.response.value();
    std::this_thread::sleep_for(milliseconds(10));
  }
  return last == wanted ? "" : "the server has " + last + ", not " + wanted;
}

Fault Cancels() {
  std::vector<std::unique_ptr<Call>> calls;
  std::vector<std::future<Status>> ends;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(std::make_unique<Call>("to be cancelled"));
    ends.push_back(std::async(std::launch::async,
                              [call = calls.back().get()] { return call->Run("Hang"); }));
  }
  Fault fault = WaitForHanging("3 0");
  for (auto& call : calls) call->context.TryCancel();
  for (auto& end : ends) {
    const Fault other = Want(end.get(), StatusCode::CANCELLED);
    if (fault.empty()) fault = other;
  }
  return fault.empty() ? WaitForHanging("0 3") : fault;
}

Fault Metadata() {
  Call call("m");
  call.context.AddMetadata("x-text", "some text");
  call.context.AddMetadata("x-raw-bin", Pattern(3000));
  call.context.AddMetadata("x-raw-bin", "");
  return Want(call.Run("Unary"), StatusCode::OK);
}

Fault Compressed() {
  std::string body;
  for (int i = 0; i < 100000; ++i) body += "compress me ";
  Call call(body);
  call.context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  if (Fault fault = Want(call.Run("Unary"), StatusCode::OK); !fault.empty()) return fault;
  if (call.response.value() != body) return "another message came back";
  Talk talk("Talk", true);
  for (size_t size = 1; size < 100000; size *= 9) {
    if (Fault fault = talk.PingPong(Pattern(size)); !fault.empty()) return fault;
  }
  return talk.End();
}

Fault Failures() {
  const std::string text = "Path \"/\xc3\xa4 b%20\" does not exist.\nreally \xe2\x82\xac";
  for (int code = 1; code <= 16; ++code) {
    Call call(std::to_string(code) + ":" + text);
    const Status status = call.Run("Fail");
    if (Fault fault = Want(status, static_cast<StatusCode>(code)); !fault.empty()) return fault;
    if (status.error_message() != text) return "another text: " + status.error_message();
  }
  return Call("").Run("Nothing").ok() ? "a method that is not there was answered" : "";
}

Fault Count(int count, size_t size, milliseconds pause) {
  Talk talk("Count");
  if (!talk.Send(std::to_string(count) + ":" + std::to_string(size))) return "cannot send";
  talk.stream->WritesDone();
  std::this_thread::sleep_for(pause);
  BytesValue message;
  for (int i = 0; i < count; ++i) {
    if (!talk.stream->Read(&message) || message.value().size() != size) {
      return "message " + std::to_string(i) + " is missing or has another size";
    }
  }
  return talk.stream->Read(&message) ? "too many" : Want(talk.stream->Finish(), StatusCode::OK);
}

Fault ServerStreams() {
  const Fault fault = Count(3000, 1000, milliseconds(0));
  return fault.empty() ? Count(40, 1 << 20, milliseconds(500)) : fault;
}

Fault Talks() {
  Talk talk("Talk");
  for (size_t i = 0; i < 100; ++i) {
    if (Fault fault = talk.PingPong(Pattern(i * i * 20)); !fault.empty()) return fault;
  }
  if (Fault fault = talk.End(); !fault.empty()) return fault;
  Talk quits("Talk");
  quits.Send("quit");
  return quits.End(StatusCode::FAILED_PRECONDITION);
}

Fault Sum() {
  Talk sum("Sum");
  const std::string piece = Pattern(100000);
  for (int i = 0; i < 400; ++i) {
    if (!sum.Send(piece)) return "cannot send";
  }
  sum.stream->WritesDone();
  BytesValue answer;
  if (!sum.stream->Read(&answer) || answer.value() != "40000000") return "another sum";
  return Want(sum.stream->Finish(), StatusCode::OK);
}

Fault Silence() {
  Talk talk("Talk");
  if (Fault fault = talk.PingPong("before"); !fault.empty()) return fault;
  std::this_thread::sleep_for(seconds(12));
  const Fault fault = talk.PingPong("after");
  return fault.empty() ? talk.End() : fault;
}

Fault Goaway() {
  Talk talk("Talk");
  if (Fault fault = talk.PingPong("before"); !fault.empty()) return fault;
  if (Fault fault = Want(Call("").Run("Quit"), StatusCode::OK); !fault.empty()) return fault;
  Status refused;
  for (int tries = 0; refused.ok() && tries < 60; ++tries) {  // until it has begun to stop
    std::this_thread::sleep_for(milliseconds(500));
    refused = Call("a new call").Run("Unary");
  }
  // A server of this library cancels what comes while it drains.
  const bool cancelled = refused.error_code() == StatusCode::CANCELLED;
  if (Fault fault = Want(refused, StatusCode::UNAVAILABLE); !fault.empty() && !cancelled) {
    return fault;
  }
  const Fault fault = talk.PingPong("after");
  return fault.empty() ? talk.End() : fault;
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const std::string& ca) {
  if (ca.empty()) return grpc::InsecureChannelCredentials();
  std::ifstream file(ca);
  std::ostringstream pem;
  pem << file.rdbuf();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = pem.str();
  return grpc::SslCredentials(options);
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 2; i < argc; ++i) {
    const std::string argument = argv[i];
    given[argument.substr(0, argument.find('='))] = argument.substr(argument.find('=') + 1);
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLimit);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  if (!given["name"].empty()) arguments.SetSslTargetNameOverride(given["name"]);
  channel = grpc::CreateCustomChannel(argv[1], Credentials(given["ca"]), arguments);
  const std::pair<const char*, Fault (*)()> cases[] = {
      {"sizes", Sizes},       {"too large", TooLarge}, {"deadline", Deadline},
      {"cancel", Cancels},    {"metadata", Metadata},  {"gzip", Compressed},
      {"failures", Failures}, {"talk", Talks},         {"server streams", ServerStreams},
      {"sum", Sum},           {"silence", Silence}};
  std::vector<std::pair<const char*, std::future<Fault>>> running;
  for (const auto& [name, run] : cases) {
    running.emplace_back(name, std::async(std::launch::async, run));
  }
  running.emplace_back("goaway", std::async(std::launch::deferred, Goaway));
  int failed = 0;
  for (auto& [name, end] : running) {
    const Fault fault = end.get();
    if (fault.empty()) continue;
    ++failed;
    printf("FAIL: %s: %s\n", name, fault.c_str());
  }
  printf("%zu passed, %d failed\n", running.size() - static_cast<size_t>(failed), failed);
  return failed == 0 ? 0 : 1;
}
