#include "rpc/sasl_service.h"

#include "auth/plain.h"
#include "base/log.h"
#include "proto/grpc/sasl_server.pb.h"

namespace alluxio::rpc {
namespace {

using grpc::sasl::SaslMessage;

// What a stream and a check of its credentials elsewhere share.
class Handshake : public std::enable_shared_from_this<Handshake> {
 public:
  Handshake(const SaslOptions& options, ChannelRegistry& registry, StreamSinkPtr sink)
      : options_(options), registry_(registry), sink_(std::move(sink)) {}

  void Start(const Bytes& message) {
    SaslMessage request;
    if (!request.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return sink_->Finish(InvalidArgument(std::string(kSaslMethod) +
                                           ": the request is not a valid SaslMessage"));
    }
    if (started_) return sink_->Finish(Unauthenticated("Channel is authenticated already"));
    started_ = true;
    Status accepted = Accept(request);
    if (!accepted.ok()) sink_->Finish(accepted);
  }

  // The client is leaving or gone.
  void End() {
    bool registered = false;
    {
      MutexLock lock(mutex_);
      ended_ = true;
      registered = registered_;
    }
    if (registered) registry_.Remove(id_, ticket_);
  }

 private:
  Status Accept(const SaslMessage& request) {
    using grpc::sasl::ChannelAuthenticationScheme;
    if (request.messagetype() != grpc::sasl::SaslMessageType::CHALLENGE) {
      return Unauthenticated("Authentication must begin with a challenge");
    }
    if (request.authenticationscheme() != ChannelAuthenticationScheme::SIMPLE &&
        request.authenticationscheme() != ChannelAuthenticationScheme::CUSTOM) {
      return Unauthenticated("Authentication scheme is not supported by this server: " +
                             std::to_string(request.authenticationscheme()));
    }
    Result<auth::PlainCredentials> parsed = auth::ParsePlain(request.message());
    if (!parsed.ok()) return parsed.status().WithContext("Plain authentication failed");
    id_ = request.clientid();
    user_.connection = parsed->user;
    user_.name = parsed->impersonated.empty() ? parsed->user : parsed->impersonated;
    if (user_.name == user_.connection) return Succeed();
    if (!options_.may_impersonate) return Deny();
    return options_.run_blocking([self = shared_from_this()] { self->CheckImpersonation(); });
  }

  Status Deny() const {
    return Unauthenticated("Plain authentication failed: Failed to authenticate client user=\"" +
                           user_.connection +
                           "\" connecting to Alluxio server and impersonating as "
                           "impersonationUser=\"" +
                           user_.name + "\" to access Alluxio file system. User \"" +
                           user_.connection +
                           "\" is not configured to allow any impersonation.");
  }

  void CheckImpersonation() {
    Status allowed = options_.may_impersonate(user_.connection, user_.name);
    if (!allowed.ok()) {
      LOG_INFO("rpc: impersonation refused connection_user={} impersonated={}", user_.connection,
               user_.name);
      return sink_->Finish(
          Status(StatusCode::kUnauthenticated, allowed.message())
              .WithContext("Plain authentication failed"));
    }
    Status done = Succeed();
    if (!done.ok()) sink_->Finish(done);
  }

  Status Succeed() {
    {
      // Under the lock, so that End() either comes first or sees the registration.
      MutexLock lock(mutex_);
      if (ended_) return Cancelled("Channel was closed while it authenticated");
      StreamSinkPtr sink = sink_;
      RETURN_IF_ERROR(registry_.Add(
          id_, user_, [sink] { sink->Finish(Unavailable("The server is stopping")); }, &ticket_));
      registered_ = true;
    }
    SaslMessage reply;
    reply.set_messagetype(grpc::sasl::SaslMessageType::SUCCESS);
    SendMessage(*sink_, reply);
    return OkStatus();
  }

  const SaslOptions& options_;  // of the factory, which lives as long as the server
  ChannelRegistry& registry_;
  const StreamSinkPtr sink_;
  bool started_ = false;  // stream callbacks come one at a time
  std::string id_;        // constant once the credentials are accepted
  auth::User user_;

  Mutex mutex_{LockRank::kTransport};
  bool ended_ GUARDED_BY(mutex_) = false;
  bool registered_ GUARDED_BY(mutex_) = false;
  ChannelRegistry::Ticket ticket_ = 0;  // written before registered_ becomes true
};

class SaslStream : public StreamHandler {
 public:
  SaslStream(const SaslOptions& options, ChannelRegistry& registry, StreamSinkPtr sink)
      : sink_(sink), handshake_(std::make_shared<Handshake>(options, registry, sink)) {}

  void OnMessage(Bytes message, Callback<void()> done) override {
    handshake_->Start(message);
    done();
  }
  void OnHalfClose() override {
    handshake_->End();
    sink_->Finish(OkStatus());
  }
  void OnEnd(const Status&) override { handshake_->End(); }

 private:
  const StreamSinkPtr sink_;
  const std::shared_ptr<Handshake> handshake_;
};

}  // namespace

StreamFactory SaslStreams(SaslOptions options, ChannelRegistry& registry) {
  auto shared = std::make_shared<const SaslOptions>(std::move(options));
  return [shared, &registry](StreamSinkPtr sink) {
    return std::make_unique<SaslStream>(*shared, registry, std::move(sink));
  };
}

}  // namespace alluxio::rpc
