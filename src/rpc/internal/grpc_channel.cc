// Channel on the transport library: a shared connection, a session of its own, calls on top.
#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <utility>
#include <vector>

#include "auth/login_user.h"
#include "base/mutex.h"
#include "rpc/channel.h"
#include "rpc/internal/client_session.h"
#include "rpc/internal/connections.h"
#include "rpc/internal/grpc_convert.h"
#include "rpc/internal/stream_call.h"

namespace alluxio::rpc {
namespace {

using SessionPtr = std::shared_ptr<ClientSession>;

class BlockingStream final : public ClientStream {
 public:
  explicit BlockingStream(std::shared_ptr<StreamCall> call) : call_(std::move(call)) {}
  ~BlockingStream() override { call_->Abandon(); }
  Status Send(std::string prefix, Bytes body) override {
    return call_->Send(std::move(prefix), std::move(body));
  }
  Status HalfClose() override { return call_->HalfClose(); }
  Result<std::optional<Bytes>> Receive(Duration timeout) override {
    return call_->Receive(timeout);
  }
  void Cancel() override { call_->Cancel(); }

 private:
  const std::shared_ptr<StreamCall> call_;
};

class GrpcChannel final : public Channel, public std::enable_shared_from_this<GrpcChannel> {
 public:
  explicit GrpcChannel(const ChannelOptions& options)
      : options_(options),
        server_(options.host + ":" + std::to_string(options.port)),
        connection_(SharedConnection(options)),
        stub_(connection_) {}

  ~GrpcChannel() override {
    SessionPtr session;
    {
      MutexLock lock(mutex_);
      session.swap(session_);
    }
    if (session != nullptr) session->Close();
  }

  const ChannelOptions& options() const override { return options_; }

  void CallAsync(const std::string& method, Bytes request, Duration timeout,
                 Callback<void(Result<Bytes>)> done) override {
    auto call = std::make_shared<Unary>();
    call->method = method;
    call->request = std::move(request);
    call->deadline = DeadlineAfter(timeout);
    call->done = std::move(done);
    if (options_.authenticate && timeout < options_.connect_timeout) {
      // The handshake may take longer than this call may.
      call->timeout.Set(call->deadline, [weak = std::weak_ptr<Unary>(call)](bool expired) {
        auto late = weak.lock();
        if (expired && late != nullptr) {
          late->End(DeadlineExceeded(late->method + ": not connected in time"));
        }
      });
    }
    Begin(std::move(call));
  }

  Result<std::unique_ptr<ClientStream>> OpenStream(const std::string& method) override {
    struct Waiting {
      Mutex mutex{LockRank::kLeaf};
      CondVar changed;
      std::optional<Result<SessionPtr>> session GUARDED_BY(mutex);
    };
    auto waiting = std::make_shared<Waiting>();
    WithSession([waiting](Result<SessionPtr> session) {
      MutexLock lock(waiting->mutex);
      waiting->session = std::move(session);
      waiting->changed.NotifyAll();
    });
    SessionPtr session;
    {
      MutexLock lock(waiting->mutex);
      while (!waiting->session) waiting->changed.Wait(waiting->mutex);
      if (!waiting->session->ok()) return waiting->session->status();
      session = **waiting->session;
    }
    auto call = std::make_shared<StreamCall>(
        connection_, method, [self = shared_from_this(), session](const Status& ended) {
          if (ended.Is(StatusCode::kUnauthenticated)) self->Forget(session);
        });
    call->Start(session == nullptr ? std::string() : session->id());
    return std::unique_ptr<ClientStream>(std::make_unique<BlockingStream>(std::move(call)));
  }

 private:
  // A unary call over all its attempts.
  struct Unary {
    std::string method;
    Bytes request;
    gpr_timespec deadline{};
    Callback<void(Result<Bytes>)> done;
    std::atomic<bool> ended{false};
    bool repeated = false;  // after UNAUTHENTICATED, once
    ::grpc::Alarm timeout;

    void End(Result<Bytes> answer) {
      if (!ended.exchange(true)) done(std::move(answer));
    }
  };
  struct Attempt {
    ::grpc::ClientContext context;
    ::grpc::ByteBuffer request;
    ::grpc::ByteBuffer response;
  };

  void Begin(std::shared_ptr<Unary> call) {
    WithSession([self = shared_from_this(), call](Result<SessionPtr> session) {
      if (call->ended) return;
      if (!session.ok()) return call->End(session.status());
      self->Run(call, *session);
    });
  }

  void Run(const std::shared_ptr<Unary>& call, const SessionPtr& session) {
    auto attempt = std::make_shared<Attempt>();
    attempt->context.set_deadline(call->deadline);
    if (session != nullptr) attempt->context.AddMetadata("channel-id", session->id());
    ToByteBuffer(std::string(), call->request, &attempt->request);
    stub_.UnaryCall(&attempt->context, call->method, ::grpc::StubOptions(), &attempt->request,
                    &attempt->response,
                    [self = shared_from_this(), call, session, attempt](::grpc::Status status) {
                      self->Ended(call, session, status, &attempt->response);
                    });
  }

  void Ended(const std::shared_ptr<Unary>& call, const SessionPtr& session,
             const ::grpc::Status& status, ::grpc::ByteBuffer* response) {
    if (status.ok()) return call->End(FromByteBuffer(response));
    Status error = FromGrpcStatus(status);
    if (session != nullptr && error.Is(StatusCode::kUnauthenticated)) {
      // The server has forgotten this channel, most likely because it is a new process.
      Forget(session);
      if (!std::exchange(call->repeated, true)) return Begin(call);
    }
    call->End(error);
  }

  // Gives `use` an open session, or none when there is no authentication.
  void WithSession(Callback<void(Result<SessionPtr>)> use) {
    if (!options_.authenticate) return use(SessionPtr());
    SessionPtr open;
    SessionPtr started;
    {
      MutexLock lock(mutex_);
      if (session_ != nullptr && session_->open()) {
        open = session_;
      } else {
        waiting_.push_back(std::move(use));
        if (waiting_.size() > 1) return;  // a handshake is under way
        session_ = started = std::make_shared<ClientSession>(connection_, server_);
      }
    }
    if (open != nullptr) return use(open);
    Result<std::string> user = auth::LoginUser(options_.user);
    if (!user.ok()) return Authenticated(started, user.status());
    auth::PlainCredentials credentials{options_.impersonate, *user, "noPassword"};
    if (credentials.impersonated == *user) credentials.impersonated.clear();
    started->Start(credentials, options_.connect_timeout,
                   [self = shared_from_this(), started](const Status& outcome) {
                     self->Authenticated(started, outcome);
                   });
  }

  void Authenticated(const SessionPtr& session, const Status& outcome) {
    std::vector<Callback<void(Result<SessionPtr>)>> waiting;
    {
      MutexLock lock(mutex_);
      waiting.swap(waiting_);
      if (!outcome.ok() && session_ == session) session_.reset();
    }
    for (auto& use : waiting) {
      if (outcome.ok()) {
        use(session);
      } else {
        use(outcome);
      }
    }
  }

  void Forget(const SessionPtr& session) {
    if (session == nullptr) return;
    session->Close();
    MutexLock lock(mutex_);
    if (session_ == session) session_.reset();
  }

  const ChannelOptions options_;
  const std::string server_;
  const std::shared_ptr<::grpc::Channel> connection_;
  ::grpc::GenericStub stub_;

  // Above the locks of sessions, which are asked under this one.
  Mutex mutex_{LockRank::kClient};
  SessionPtr session_ GUARDED_BY(mutex_);  // starting or open or just ended
  std::vector<Callback<void(Result<SessionPtr>)>> waiting_ GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<Channel> Channel::Create(const ChannelOptions& options) {
  return std::make_shared<GrpcChannel>(options);
}

}  // namespace alluxio::rpc
