// Server on event loops: handlers run on the loop that received their call.
#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "base/log.h"
#include "env/executor.h"
#include "rpc/channel_registry.h"
#include "rpc/internal/lean/server_loops.h"
#include "rpc/internal/lean/unix_socket.h"
#include "rpc/internal/served_methods.h"
#include "rpc/internal/server_transports.h"
#include "rpc/sasl_service.h"

namespace alluxio::rpc {
namespace {

constexpr size_t kMaxLoops = 16;

// Neither pings without end nor times that cannot be added to the clock's.
Duration Bounded(Duration time) {
  return std::clamp<Duration>(time, std::chrono::milliseconds(1), std::chrono::hours(24 * 365));
}

ServerLoopsOptions LoopsOf(const ServerOptions& options,
                           std::shared_ptr<const TlsContext> tls) {
  ServerLoopsOptions loops;
  loops.loops = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMaxLoops);
  loops.max_connections = DescriptorBudget();
  loops.max_message_bytes = options.max_message_bytes;
  loops.link.keepalive_time = Bounded(options.keepalive_time);
  loops.link.keepalive_timeout = Bounded(options.keepalive_timeout);
  loops.link.tls = std::move(tls);
  loops.busy_poll = options.busy_poll;
  return loops;
}

class LeanServer final : public Server {
 public:
  LeanServer(const ServerOptions& options, const MethodTable& methods,
             std::shared_ptr<const TlsContext> tls)
      : options_(options),
        methods_(registry_, options.authenticate),
        loops_(LoopsOf(options, std::move(tls)), methods_) {
    if (options_.authenticate) AddSasl();
    methods_.Add(methods);
    methods_.Add(own_methods_);
  }

  ~LeanServer() override { Stop(Duration::zero()); }

  Status Listen() {
    port_ = options_.port;
    ASSIGN_OR_RETURN(std::vector<Socket> listeners, rpc::Listen(options_.bind_host, &port_));
    if (!options_.unix_path.empty()) {
      ASSIGN_OR_RETURN(Socket file, ListenUnix(options_.unix_path));
      listeners.push_back(std::move(file));
      file_bound_ = true;
    }
    RETURN_IF_ERROR(loops_.Start());
    LOG_INFO("rpc: listening address={}:{} socket={} tls={}", options_.bind_host, port_,
             options_.unix_path, options_.tls.enabled);
    return loops_.Accept(std::move(listeners));
  }

  int port() const override { return port_; }

  void Stop(Duration grace) override {
    if (stopped_.exchange(true)) return;
    // Authentication streams never end by themselves; the calls they allowed may still finish.
    registry_.CloseAll();
    if (file_bound_) RemoveUnixSocket(options_.unix_path);
    loops_.Stop(grace);
    if (checks_ != nullptr) checks_->Stop();
    LOG_INFO("rpc: stopped port={}", port_);
  }

 private:
  void AddSasl() {
    checks_ = Executor::Create({"rpc-auth", 2, 10000});
    SaslOptions sasl;
    sasl.may_impersonate = options_.may_impersonate;
    sasl.run_blocking = [this](Callback<void()> work) { return checks_->Submit(std::move(work)); };
    own_methods_.AddStream(kSaslMethod, MethodOptions{false}, SaslStreams(sasl, registry_));
  }

  const ServerOptions options_;
  ChannelRegistry registry_;
  std::unique_ptr<Executor> checks_;  // impersonation rules may ask a directory server
  MethodTable own_methods_;
  ServedMethods methods_;  // constant once listening
  ServerLoops loops_;
  int port_ = 0;
  bool file_bound_ = false;
  std::atomic<bool> stopped_{false};
};

}  // namespace

Result<std::unique_ptr<Server>> StartLeanServer(const ServerOptions& options,
                                                const MethodTable& methods) {
  std::shared_ptr<const TlsContext> tls;
  if (options.tls.enabled) {
    ASSIGN_OR_RETURN(tls, TlsContext::ForServer(options.tls));
  }
  auto server = std::make_unique<LeanServer>(options, methods, std::move(tls));
  RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace alluxio::rpc
