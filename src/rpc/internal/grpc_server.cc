// Server on the transport library's callback interface: unary methods are registered, a generic
// service takes every other call and hands it to the method table. Threads belong to the library;
// none waits for a call.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "base/check.h"
#include "base/log.h"
#include "env/executor.h"
#include "rpc/channel_registry.h"
#include "rpc/internal/grpc_convert.h"
#include "rpc/internal/grpc_runtime.h"
#include "rpc/internal/lean/unix_socket.h"
#include "rpc/internal/served_methods.h"
#include "rpc/internal/server_call.h"
#include "rpc/internal/server_transports.h"
#include "rpc/internal/tls_context.h"
#include "rpc/internal/unary_service.h"
#include "rpc/sasl_service.h"
#include "rpc/service.h"

namespace alluxio::rpc {
namespace {

constexpr int kAcceptedPingIntervalMs = 10 * 1000;  // clients ping every 30 s
constexpr int kStreamWindowBytes = 2 * 1024 * 1024;

class GrpcServer final : public Server, public ::grpc::CallbackGenericService {
 public:
  GrpcServer(const ServerOptions& options, const MethodTable& methods)
      : options_(options),
        methods_(registry_, options.authenticate),
        unary_([this](const auto& context, const ServedMethod& served, auto* user) {
          return Authenticate(context, served, user);
        }) {
    if (options_.authenticate) AddSasl();
    methods_.Add(methods);
    methods_.Add(own_methods_);
    for (const auto& [path, served] : methods_.all()) {
      if (served.method->unary) unary_.Add(served);
    }
  }

  ~GrpcServer() override { Stop(Duration::zero()); }

  Status Listen() {
    const std::string address = options_.bind_host + ":" + std::to_string(options_.port);
    ::grpc::ServerBuilder builder;
    ASSIGN_OR_RETURN(std::shared_ptr<::grpc::ServerCredentials> credentials, Credentials());
    builder.AddListeningPort(address, credentials, &port_);
    if (!options_.unix_path.empty()) {
      RETURN_IF_ERROR(PrepareUnixSocket(options_.unix_path));
      builder.AddListeningPort("unix:" + options_.unix_path, credentials);
    }
    builder.RegisterService(&unary_);
    builder.RegisterCallbackGenericService(this);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options_.max_message_bytes));
    builder.SetMaxSendMessageSize(-1);
    // Two servers that share a port would each get some of the clients.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options_.keepalive_time));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                               Millis(options_.keepalive_timeout));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               kAcceptedPingIntervalMs);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);  // never punish a client
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ <= 0) {
      server_.reset();
      return Unavailable(address + ": cannot listen: the address is in use or not of this host" +
                         (options_.unix_path.empty()
                              ? ""
                              : ", or of socket " + options_.unix_path +
                                    " the folder has to be there"));
    }
    if (!options_.unix_path.empty()) {
      RETURN_IF_ERROR(OpenUnixSocketToAll(options_.unix_path));
      file_bound_ = true;
    }
    LOG_INFO("rpc: listening address={}:{} socket={} tls={}", options_.bind_host, port_,
             options_.unix_path, options_.tls.enabled);
    return OkStatus();
  }

  int port() const override { return port_; }

  void Stop(Duration grace) override {
    if (stopped_.exchange(true) || server_ == nullptr) return;
    // Authentication streams never end by themselves; the calls they allowed may still finish.
    registry_.CloseAll();
    if (file_bound_) RemoveUnixSocket(options_.unix_path);
    server_->Shutdown(DeadlineAfter(grace));
    server_->Wait();
    if (checks_ != nullptr) checks_->Stop();
    LOG_INFO("rpc: stopped port={}", port_);
  }

  ::grpc::ServerGenericBidiReactor* CreateReactor(
      ::grpc::GenericCallbackServerContext* context) override {
    const ServedMethod* served = methods_.Find(context->method());
    if (served == nullptr || served->method->unary) {
      return Refuse(context, methods_.Unknown(context->method()));
    }
    std::shared_ptr<const auth::User> user;
    Status known = Authenticate(*context, *served, &user);
    if (!known.ok()) return Refuse(context, known);
    auto call = std::make_shared<ServerCall>(context, *served, std::move(user));
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

  Result<std::shared_ptr<::grpc::ServerCredentials>> Credentials() const {
    if (!options_.tls.enabled) return ::grpc::InsecureServerCredentials();
    // The library would only say that it cannot listen.
    RETURN_IF_ERROR(TlsContext::ForServer(options_.tls).status());
    ::grpc::SslServerCredentialsOptions ssl;
    ASSIGN_OR_RETURN(std::string key,
                     ReadPem("alluxio.network.tls.key.path", options_.tls.key_path));
    ASSIGN_OR_RETURN(std::string certificate, ReadPem("alluxio.network.tls.certificate.path",
                                                      options_.tls.certificate_path));
    ssl.pem_key_cert_pairs.push_back({std::move(key), std::move(certificate)});
    return ::grpc::SslServerCredentials(ssl);
  }

  static int Millis(Duration time) {
    return static_cast<int>(std::clamp<int64_t>(ToMillis(time), 1, INT32_MAX));
  }

  Status Authenticate(const ::grpc::CallbackServerContext& context, const ServedMethod& served,
                      std::shared_ptr<const auth::User>* user) const {
    const auto& metadata = context.client_metadata();
    auto header = metadata.find("channel-id");
    if (header == metadata.end()) return methods_.Admit(served, std::nullopt, nullptr, user);
    return methods_.Admit(served, std::string_view(header->second.data(), header->second.size()),
                          nullptr, user);
  }

  ::grpc::ServerGenericBidiReactor* Refuse(::grpc::GenericCallbackServerContext* context,
                                           const Status& status) {
    auto call = std::make_shared<ServerCall>(context, ServedMethod(), nullptr);
    call->Refuse(status);
    return call.get();  // keeps itself alive
  }

  const ServerOptions options_;
  ChannelRegistry registry_;
  ServedMethods methods_;  // constant once listening
  std::unique_ptr<Executor> checks_;  // impersonation rules may ask a directory server
  MethodTable own_methods_;
  UnaryService unary_;  // constant once listening
  int port_ = 0;
  bool file_bound_ = false;
  std::unique_ptr<::grpc::Server> server_;
  std::atomic<bool> stopped_{false};
};

}  // namespace

Result<std::unique_ptr<Server>> StartGrpcServer(const ServerOptions& options,
                                                const MethodTable& methods) {
  PrepareGrpc();
  auto server = std::make_unique<GrpcServer>(options, methods);
  RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace alluxio::rpc
