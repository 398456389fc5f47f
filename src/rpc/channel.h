// The client side of RPC: one authenticated logical channel to a server, transport hidden.
//
// A channel connects on first use, authenticates (SIMPLE) with a fresh UUID and keeps the SASL
// stream open as long as it lives. Channels to one address share TCP connections. Thread-safe.
#pragma once

#include <google/protobuf/message_lite.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/callback.h"
#include "base/duration.h"
#include "base/result.h"
#include "rpc/tls.h"
#include "rpc/transport.h"

namespace alluxio::rpc {

enum class ChannelGroup { kRpc, kStreaming };  // separate TCP connections for block data

struct ChannelOptions {
  Transport transport = Transport::kLean;
  std::string host;
  int port = 0;
  std::string unix_path;     // while it is a socket it is preferred to host and port
  ChannelGroup group = ChannelGroup::kRpc;
  TlsOptions tls;
  bool authenticate = true;
  std::string user;          // connection user; "" = the user of this process
  std::string impersonate;   // "" = nobody
  Duration connect_timeout = std::chrono::seconds(30);
  size_t max_message_bytes = 100 * 1024 * 1024;
};

// A bidirectional or server stream seen from the client. Blocking, for one thread at a time per
// direction. Destruction cancels a stream that has not ended.
class ClientStream {
 public:
  virtual ~ClientStream() = default;
  // `prefix` and `body` as one message; body is not copied. Blocks while the window is full.
  virtual Status Send(std::string prefix, Bytes body) = 0;
  virtual Status HalfClose() = 0;
  // The next message; nullopt at the end of an OK stream; the server's status otherwise;
  // DEADLINE_EXCEEDED when nothing came within `timeout`.
  virtual Result<std::optional<Bytes>> Receive(Duration timeout) = 0;
  virtual void Cancel() = 0;
};

Status SendMessage(ClientStream& stream, const google::protobuf::MessageLite& message);

class Channel {
 public:
  virtual ~Channel() = default;
  virtual void CallAsync(const std::string& method, Bytes request, Duration timeout,
                         Callback<void(Result<Bytes>)> done) = 0;
  virtual Result<std::unique_ptr<ClientStream>> OpenStream(const std::string& method) = 0;
  virtual const ChannelOptions& options() const = 0;

  // Blocking unary call with typed messages; not from a transport thread.
  Status Call(const std::string& method, const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response, Duration timeout);

  // Does not connect yet.
  static std::shared_ptr<Channel> Create(const ChannelOptions& options);
};

}  // namespace alluxio::rpc
