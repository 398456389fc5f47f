// The server side of RPC: handlers registered by method path, transport hidden.
//
// A handler runs on a transport thread and must never block it: it answers inline, or keeps the
// Responder and answers later from any thread. Deadlines, authentication, message limits and
// metrics are applied before a handler runs. Messages arrive parsed; a message that does not parse
// is answered with INVALID_ARGUMENT and never reaches a handler.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "auth/user.h"
#include "base/bytes.h"
#include "base/callback.h"
#include "base/duration.h"
#include "base/result.h"
#include "rpc/tls.h"
#include "rpc/transport.h"

namespace alluxio::rpc {

// One call in progress. Shared by the transport and whoever still works on the answer; thread-safe.
class Call {
 public:
  virtual ~Call() = default;
  virtual const std::string& method() const = 0;  // "/alluxio.grpc.file.FileSystem.../GetStatus"
  // Who is calling; an empty name on channels without authentication (NOSASL, bootstrap services).
  virtual const auth::User& user() const = 0;
  virtual const std::string& peer() const = 0;    // "ipv4:127.0.0.1:40000"
  virtual bool cancelled() const = 0;             // the client went away or its deadline passed
};
using CallPtr = std::shared_ptr<Call>;

// Answers a unary call exactly once; dropping it unanswered answers INTERNAL.
template <typename Response>
using Reply = Callback<void(Result<Response>)>;

// The sending half of a stream; thread-safe. Messages leave in the order of Send calls.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  // Queues a serialized message. `prefix` and `body` are sent back to back as one message; body is
  // not copied. `sent` (may be null) runs on a transport thread when the transport is ready for
  // more: a sender that waits for it before the next Send needs memory for one message only.
  // After Finish, or when the peer is gone, messages are dropped and `sent` gets false.
  virtual void Send(std::string prefix, Bytes body, Callback<void(bool alive)> sent) = 0;
  // Ends the stream, after everything queued. Only the first Finish counts.
  virtual void Finish(Status status) = 0;
  virtual const CallPtr& call() const = 0;
};
using StreamSinkPtr = std::shared_ptr<StreamSink>;

// Serializes and sends; for messages that are not block data.
void SendMessage(StreamSink& sink, const google::protobuf::MessageLite& message,
                 Callback<void(bool alive)> sent = nullptr);

// The receiving half of a bidirectional stream, created per call by a factory. Its methods are
// called one at a time, in order, on transport threads. The next message is only read after the
// `done` of the previous one ran, so a slow handler pushes back on the sender through flow control.
// OnEnd is called exactly once and last; the object is destroyed after it.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  virtual void OnMessage(Bytes message, Callback<void()> done) = 0;
  virtual void OnHalfClose() = 0;  // the client has sent everything; the handler must Finish
  // The call is over: OK after our Finish was delivered, else CANCELLED.
  virtual void OnEnd(const Status& status) = 0;
};
using StreamFactory = std::function<std::unique_ptr<StreamHandler>(StreamSinkPtr)>;

struct MethodOptions {
  bool needs_authentication = true;
};

// What a server offers. Filled before the server starts, constant afterwards.
class MethodTable {
 public:
  using RawUnary = std::function<void(CallPtr, Bytes request, Callback<void(Status, Bytes)>)>;
  using RawServerStream = std::function<void(CallPtr, Bytes request, StreamSinkPtr)>;
  struct Method {
    MethodOptions options;
    RawUnary unary;                  // exactly one of the three is set
    RawServerStream server_stream;
    StreamFactory stream;
  };

  void AddUnary(const std::string& path, MethodOptions options, RawUnary handler);
  void AddServerStream(const std::string& path, MethodOptions options, RawServerStream handler);
  void AddStream(const std::string& path, MethodOptions options, StreamFactory factory);
  // Null when nobody serves `path`.
  const Method* Find(const std::string& path) const;
  const std::map<std::string, Method>& methods() const { return methods_; }

  // Unary with typed messages:
  //   Unary<GetStatusPRequest, GetStatusPResponse>(path, {}, [](CallPtr call,
  //       const GetStatusPRequest& request, Reply<GetStatusPResponse> reply) { ... });
  // `request` is valid only during the handler call: copy what outlives it.
  template <typename Request, typename Response>
  void Unary(const std::string& path, MethodOptions options,
             std::function<void(CallPtr, const Request&, Reply<Response>)> handler) {
    AddUnary(path, options,
             [handler = std::move(handler), path](CallPtr call, Bytes bytes,
                                                  Callback<void(Status, Bytes)> done) {
               Request request;
               if (Status parsed = ParseMessage(bytes, path, &request); !parsed.ok()) {
                 return done(parsed, Bytes());
               }
               handler(std::move(call), request,
                       [done = std::move(done)](Result<Response> response) mutable {
                         if (!response.ok()) return done(response.status(), Bytes());
                         done(OkStatus(), SerializeMessage(*response));
                       });
             });
  }
  // For handlers of raw bytes. INVALID_ARGUMENT naming `path` for bytes that are no such message.
  static Status ParseMessage(const Bytes& bytes, const std::string& path,
                             google::protobuf::MessageLite* into);
  static Bytes SerializeMessage(const google::protobuf::MessageLite& message);

  // One request, many responses through the sink.
  template <typename Request>
  void ServerStream(const std::string& path, MethodOptions options,
                    std::function<void(CallPtr, const Request&, StreamSinkPtr)> handler) {
    AddServerStream(path, options,
                    [handler = std::move(handler), path](CallPtr call, Bytes bytes,
                                                         StreamSinkPtr sink) {
                      Request request;
                      if (Status parsed = ParseMessage(bytes, path, &request); !parsed.ok()) {
                        return sink->Finish(parsed);
                      }
                      handler(std::move(call), request, std::move(sink));
                    });
  }

 private:
  std::map<std::string, Method> methods_;
};

struct ServerOptions {
  Transport transport = Transport::kLean;
  std::string bind_host = "0.0.0.0";
  int port = 0;                                  // 0 = pick one
  std::string unix_path;                         // a socket that is a file, too; "" = none
  size_t max_message_bytes = 100 * 1024 * 1024;
  TlsOptions tls;
  bool authenticate = true;                      // SIMPLE; false = NOSASL
  // Decides whether `connection user` may act as another; null = nobody may.
  std::function<Status(const std::string& connection_user, const std::string& impersonated)>
      may_impersonate;
  // A connection that was silent for `keepalive_time` is pinged, and given up with all its calls
  // when that is not answered within `keepalive_timeout`. At least a millisecond each.
  Duration keepalive_time = std::chrono::hours(2);
  Duration keepalive_timeout = std::chrono::seconds(30);
  // Lean transport: how long a loop looks for more work before it sleeps. Costs CPU, saves the time
  // of wake-ups.
  Duration busy_poll{};
};

// A running server. Adds the SASL service itself. Thread-safe.
class Server {
 public:
  virtual ~Server() = default;  // Stop(0)
  virtual int port() const = 0;
  // Refuses new calls, waits up to `grace` for running ones, then cancels them.
  virtual void Stop(Duration grace) = 0;

  // UNAVAILABLE with the address when the port is taken; FAILED_PRECONDITION with the file when
  // TLS cannot be had. `methods` must outlive the server.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                               const MethodTable& methods);
};

}  // namespace alluxio::rpc
