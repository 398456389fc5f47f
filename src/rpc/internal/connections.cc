#include "rpc/internal/connections.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <map>
#include <string>

#include "base/mutex.h"
#include "rpc/internal/grpc_runtime.h"
#include "rpc/internal/lean/unix_socket.h"
#include "rpc/internal/tls_context.h"

namespace alluxio::rpc {
namespace {

constexpr unsigned kStreamingConnections = 4;  // per server
constexpr int kKeepaliveMs = 30 * 1000;
constexpr int kFirstReconnectMs = 100;
constexpr int kLongestReconnectMs = 3 * 1000;
constexpr int kStreamWindowBytes = 2 * 1024 * 1024;

::grpc::ChannelArguments ArgumentsOf(const ChannelOptions& options, unsigned number) {
  ::grpc::ChannelArguments arguments;
  // Channels with equal arguments would share one connection inside the library.
  arguments.SetInt("alluxio.connection.group", static_cast<int>(options.group));
  arguments.SetInt("alluxio.connection.number", static_cast<int>(number));
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // the stream of SASL is silent
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  // Despite its name also how long one attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                   static_cast<int>(ToMillis(options.connect_timeout)));
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // The certificate names the host, not the file.
  if (options.tls.enabled && !options.unix_path.empty()) {
    arguments.SetSslTargetNameOverride(options.host);
  }
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // the stubs decide what is repeated
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  return arguments;
}

// Connections in use; unused ones close by themselves.
class Connections {
 public:
  std::shared_ptr<::grpc::Channel> Get(
      const ChannelOptions& options,
      const std::shared_ptr<::grpc::ChannelCredentials>& credentials) {
    const bool file = IsUnixSocket(options.unix_path);
    const std::string target =
        file ? "unix:" + options.unix_path
             : "dns:///" + options.host + ":" + std::to_string(options.port);
    MutexLock lock(mutex_);
    unsigned number =
        options.group == ChannelGroup::kStreaming ? next_++ % kStreamingConnections : 0;
    std::string key = target + "/" + std::to_string(static_cast<int>(options.group)) + "/" +
                      std::to_string(number) + "/" + std::to_string(options.max_message_bytes) +
                      "/" + std::to_string(options.connect_timeout.count()) +
                      (options.tls.enabled ? "/tls:" + options.tls.ca_path : "");
    auto found = open_.find(key);
    if (found != open_.end()) {
      if (auto channel = found->second.lock()) return channel;
    }
    std::erase_if(open_, [](const auto& entry) { return entry.second.expired(); });
    auto channel = ::grpc::CreateCustomChannel(target, credentials, ArgumentsOf(options, number));
    open_[key] = channel;
    return channel;
  }

 private:
  Mutex mutex_{LockRank::kTransport};
  std::map<std::string, std::weak_ptr<::grpc::Channel>> open_ GUARDED_BY(mutex_);
  unsigned next_ GUARDED_BY(mutex_) = 0;
};

}  // namespace

Result<std::shared_ptr<::grpc::Channel>> SharedConnection(const ChannelOptions& options) {
  static auto* connections = new Connections();
  PrepareGrpc();
  std::shared_ptr<::grpc::ChannelCredentials> credentials = ::grpc::InsecureChannelCredentials();
  if (options.tls.enabled) {
    KeepOpenSslToTheEnd();
    ::grpc::SslCredentialsOptions ssl;
    if (!options.tls.ca_path.empty()) {
      ASSIGN_OR_RETURN(ssl.pem_root_certs,
                       ReadPem("alluxio.network.tls.ca.path", options.tls.ca_path));
    }
    credentials = ::grpc::SslCredentials(ssl);
  }
  return connections->Get(options, credentials);
}

}  // namespace alluxio::rpc
