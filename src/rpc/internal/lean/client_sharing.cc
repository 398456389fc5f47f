// Which channels share a connection, and on which loops client connections live.
#include <map>

#include "base/mutex.h"
#include "rpc/internal/lean/client_connection.h"

namespace alluxio::rpc {
namespace {

constexpr unsigned kStreamingConnections = 4;  // per server
constexpr uint32_t kStreamWindow = 16 * 1024 * 1024;
constexpr uint32_t kConnectionWindow = 1024 * 1024 * 1024;
constexpr Duration kKeepalive = std::chrono::seconds(30);

class Shares {
 public:
  Result<std::shared_ptr<ConnectionShare>> Get(const ChannelOptions& options) {
    std::shared_ptr<const TlsContext> tls;
    if (options.tls.enabled) {
      ASSIGN_OR_RETURN(tls, ContextOf(options.tls));
    }
    MutexLock lock(mutex_);
    const bool streaming = options.group == ChannelGroup::kStreaming;
    const unsigned number = streaming ? next_++ % kStreamingConnections : 0;
    const std::string key = options.host + ":" + std::to_string(options.port) + "/" +
                            std::to_string(static_cast<int>(options.group)) + "/" +
                            std::to_string(number) + "/" +
                            std::to_string(options.connect_timeout.count()) +
                            (options.tls.enabled ? "/tls:" + options.tls.ca_path : "") +
                            "/unix:" + options.unix_path;
    auto found = open_.find(key);
    if (found != open_.end()) {
      if (auto share = found->second.lock()) return share;
    }
    std::erase_if(open_, [](const auto& entry) { return entry.second.expired(); });
    std::shared_ptr<Loop>& loop = streaming ? streaming_loop_ : rpc_loop_;
    if (loop == nullptr) {
      ASSIGN_OR_RETURN(loop, Loop::Start({streaming ? "rpc-stream" : "rpc-client", {}}));
    }
    auto share = std::make_shared<ConnectionShare>(
        std::make_shared<ClientConnection>(loop, ConnectionOptions(options, std::move(tls))));
    open_[key] = share;
    return share;
  }

 private:
  // Files are read again when no connection uses them any more.
  Result<std::shared_ptr<const TlsContext>> ContextOf(const TlsOptions& options) {
    {
      MutexLock lock(mutex_);
      if (auto known = contexts_[options.ca_path].lock()) return known;
    }
    ASSIGN_OR_RETURN(std::shared_ptr<const TlsContext> fresh, TlsContext::ForClient(options));
    MutexLock lock(mutex_);
    contexts_[options.ca_path] = fresh;
    return fresh;
  }

  static ClientConnectionOptions ConnectionOptions(const ChannelOptions& options,
                                                   std::shared_ptr<const TlsContext> tls) {
    ClientConnectionOptions connection;
    connection.host = options.host;
    connection.port = options.port;
    connection.unix_path = options.unix_path;
    connection.connect_timeout = options.connect_timeout;
    connection.link.http2.server = false;
    connection.link.tls = std::move(tls);
    connection.link.tls_host = options.host;
    connection.link.http2.stream_window = kStreamWindow;
    connection.link.http2.connection_window = kConnectionWindow;
    connection.link.handshake_timeout = options.connect_timeout;
    connection.link.keepalive_time = kKeepalive;
    connection.link.keepalive_timeout = kKeepalive;
    connection.link.keepalive_when_idle = false;  // servers may take it for an attack
    return connection;
  }

  Mutex mutex_{LockRank::kTransport};
  std::map<std::string, std::weak_ptr<ConnectionShare>> open_ GUARDED_BY(mutex_);
  std::map<std::string, std::weak_ptr<const TlsContext>> contexts_ GUARDED_BY(mutex_);
  // Never stopped: channels may be used to the end of the process.
  std::shared_ptr<Loop> rpc_loop_ GUARDED_BY(mutex_);
  std::shared_ptr<Loop> streaming_loop_ GUARDED_BY(mutex_);
  unsigned next_ GUARDED_BY(mutex_) = 0;
};

}  // namespace

ConnectionShare::~ConnectionShare() {
  connection_->loop()->Post([connection = connection_] { connection->Shutdown(); });
}

Result<std::shared_ptr<ConnectionShare>> ShareConnection(const ChannelOptions& options) {
  static auto* shares = new Shares();
  return shares->Get(options);
}

}  // namespace alluxio::rpc
