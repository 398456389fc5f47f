// Server on the transport library's callback interface: unary methods are registered, a generic
// service takes every other call and hands it to the method table. Threads belong to the library;
// none waits for a call.
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <set>
#include <unordered_map>

#include "base/check.h"
#include "base/log.h"
#include "env/executor.h"
#include "metrics/registry.h"
#include "rpc/channel_registry.h"
#include "rpc/internal/grpc_convert.h"
#include "rpc/internal/grpc_runtime.h"
#include "rpc/internal/server_call.h"
#include "rpc/internal/unary_service.h"
#include "rpc/sasl_service.h"
#include "rpc/service.h"

namespace alluxio::rpc {
namespace {

constexpr int kKeepaliveTimeoutMs = 30 * 1000;
constexpr int kAcceptedPingIntervalMs = 10 * 1000;  // clients ping every 30 s
constexpr int kStreamWindowBytes = 2 * 1024 * 1024;

std::string_view ServiceOf(std::string_view method) {
  return method.substr(0, method.rfind('/') + 1);
}

// "/alluxio.grpc.file.FileSystemMasterClientService/GetStatus" ->
// "Rpc.FileSystemMasterClientService.GetStatus"
std::string TimerName(std::string_view method) {
  std::string_view service = ServiceOf(method);
  if (service.size() < 2) return "Rpc." + std::string(method);
  std::string_view name = method.substr(service.size());
  service.remove_suffix(1);
  return "Rpc." + std::string(service.substr(service.find_last_of("./") + 1)) + "." +
         std::string(name);
}

class GrpcServer final : public Server, public ::grpc::CallbackGenericService {
 public:
  GrpcServer(const ServerOptions& options, const MethodTable& methods)
      : options_(options),
        nobody_(std::make_shared<const auth::User>()),
        unary_([this](const auto& context, const std::string& path, const MethodOptions& method,
                      auto* user) { return Authenticate(context, path, method, user); }) {
    if (options_.authenticate) AddSasl();
    for (const MethodTable* table : {&methods, static_cast<const MethodTable*>(&own_methods_)}) {
      for (const auto& [path, method] : table->methods()) {
        // A stream lasts as long as its client likes, so its duration says nothing.
        metrics::Timer* timer =
            method.stream ? nullptr : &metrics::Registry::Process().timer(TimerName(path));
        if (method.unary) {
          unary_.Add(path, ServedMethod{&method, timer});
        } else {
          streams_[path] = ServedMethod{&method, timer};
        }
        services_.emplace(ServiceOf(path));
      }
    }
  }

  ~GrpcServer() override { Stop(Duration::zero()); }

  Status Listen() {
    const std::string address = options_.bind_host + ":" + std::to_string(options_.port);
    ::grpc::ServerBuilder builder;
    builder.AddListeningPort(address, ::grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&unary_);
    builder.RegisterCallbackGenericService(this);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options_.max_message_bytes));
    builder.SetMaxSendMessageSize(-1);
    // Two servers that share a port would each get some of the clients.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, KeepaliveMs());
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               kAcceptedPingIntervalMs);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);  // never punish a client
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ <= 0) {
      server_.reset();
      return Unavailable(address + ": cannot listen: the address is in use or not of this host");
    }
    LOG_INFO("rpc: listening address={}:{}", options_.bind_host, port_);
    return OkStatus();
  }

  int port() const override { return port_; }

  void Stop(Duration grace) override {
    if (stopped_.exchange(true) || server_ == nullptr) return;
    // Authentication streams never end by themselves; the calls they allowed may still finish.
    registry_.CloseAll();
    server_->Shutdown(DeadlineAfter(grace));
    server_->Wait();
    if (checks_ != nullptr) checks_->Stop();
    LOG_INFO("rpc: stopped port={}", port_);
  }

  ::grpc::ServerGenericBidiReactor* CreateReactor(
      ::grpc::GenericCallbackServerContext* context) override {
    auto found = streams_.find(context->method());
    if (found == streams_.end()) return Refuse(context, UnknownMethod(context->method()));
    std::shared_ptr<const auth::User> user;
    Status known = Authenticate(*context, found->first, found->second.method->options, &user);
    if (!known.ok()) return Refuse(context, known);
    auto call = std::make_shared<ServerCall>(context, found->second, std::move(user));
    call->Serve();
    return call.get();  // keeps itself alive
  }

 private:
  void AddSasl() {
    checks_ = Executor::Create({"rpc-auth", 2, 10000});
    SaslOptions sasl;
    sasl.may_impersonate = options_.may_impersonate;
    sasl.run_blocking = [this](Callback<void()> work) { return checks_->Submit(std::move(work)); };
    own_methods_.AddStream(kSaslMethod, MethodOptions{false}, SaslStreams(sasl, registry_));
  }

  int KeepaliveMs() const {
    return static_cast<int>(std::min<int64_t>(ToMillis(options_.keepalive_time), INT32_MAX));
  }

  // A client repeats a call that is UNIMPLEMENTED for minutes, so that answer is kept for services
  // that are not here at all.
  Status UnknownMethod(const std::string& method) const {
    if (services_.count(std::string(ServiceOf(method))) == 0) {
      return Unimplemented("Method not found: " + method.substr(method.find('/') == 0 ? 1 : 0));
    }
    return FailedPrecondition(method + " is not supported by this server");
  }

  Status Authenticate(const ::grpc::CallbackServerContext& context, const std::string& path,
                      const MethodOptions& method,
                      std::shared_ptr<const auth::User>* user) const {
    *user = nobody_;
    if (!options_.authenticate || !method.needs_authentication) return OkStatus();
    const auto& metadata = context.client_metadata();
    auto header = metadata.find("channel-id");
    if (header == metadata.end()) {
      return Unauthenticated("Channel Id is missing for call: " + path.substr(1) + ".");
    }
    std::string_view id(header->second.data(), header->second.size());
    std::shared_ptr<const auth::User> found = registry_.Find(id);
    if (found == nullptr) {
      return Unauthenticated("Channel: " + std::string(id.substr(0, ChannelRegistry::kMaxIdBytes)) +
                             " is not authenticated for call: " + path.substr(1));
    }
    *user = std::move(found);
    return OkStatus();
  }

  ::grpc::ServerGenericBidiReactor* Refuse(::grpc::GenericCallbackServerContext* context,
                                           const Status& status) {
    auto call = std::make_shared<ServerCall>(context, ServedMethod(), nobody_);
    call->Refuse(status);
    return call.get();  // keeps itself alive
  }

  const ServerOptions options_;
  const std::shared_ptr<const auth::User> nobody_;
  ChannelRegistry registry_;
  std::unique_ptr<Executor> checks_;  // impersonation rules may ask a directory server
  MethodTable own_methods_;
  UnaryService unary_;                                     // constant once listening
  std::unordered_map<std::string, ServedMethod> streams_;  // likewise
  std::set<std::string> services_;                         // likewise
  int port_ = 0;
  std::unique_ptr<::grpc::Server> server_;
  std::atomic<bool> stopped_{false};
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                              const MethodTable& methods) {
  PrepareGrpc();
  auto server = std::make_unique<GrpcServer>(options, methods);
  RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace alluxio::rpc
