// Channel on any transport: a shared connection, a session of its own, calls on top.
#include <atomic>
#include <utility>
#include <vector>

#include "auth/login_user.h"
#include "base/mutex.h"
#include "env/clock.h"
#include "rpc/channel.h"
#include "rpc/internal/client_wire.h"

namespace alluxio::rpc {
namespace {

constexpr Duration kNever = std::chrono::hours(24 * 3650);

class SessionChannel final : public Channel, public std::enable_shared_from_this<SessionChannel> {
 public:
  SessionChannel(const ChannelOptions& options, std::unique_ptr<ClientWire> wire)
      : options_(options), wire_(std::move(wire)) {}

  ~SessionChannel() override {
    WireSessionPtr session;
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
    call->deadline = Clock::Real().Monotonic() + std::min(timeout, kNever);
    call->done = std::move(done);
    if (options_.authenticate && timeout < options_.connect_timeout) {
      // The handshake may take longer than this call may.
      call->timeout = wire_->At(call->deadline, [weak = std::weak_ptr<Unary>(call)] {
        if (auto late = weak.lock()) {
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
      std::optional<Result<WireSessionPtr>> session GUARDED_BY(mutex);
    };
    auto waiting = std::make_shared<Waiting>();
    WithSession([waiting](Result<WireSessionPtr> session) {
      MutexLock lock(waiting->mutex);
      waiting->session = std::move(session);
      waiting->changed.NotifyAll();
    });
    WireSessionPtr session;
    {
      MutexLock lock(waiting->mutex);
      while (!waiting->session) waiting->changed.Wait(waiting->mutex);
      if (!waiting->session->ok()) return waiting->session->status();
      session = **waiting->session;
    }
    return wire_->Open(method, session == nullptr ? std::string() : session->id(),
                       [self = shared_from_this(), session](const Status& ended) {
                         if (ended.Is(StatusCode::kUnauthenticated)) self->Forget(session);
                       });
  }

 private:
  // A unary call over all its attempts.
  struct Unary {
    std::string method;
    Bytes request;
    Duration deadline{};
    Callback<void(Result<Bytes>)> done;
    std::atomic<bool> ended{false};
    bool repeated = false;  // after UNAUTHENTICATED, once
    std::unique_ptr<WireTimer> timeout;

    void End(Result<Bytes> answer) {
      if (!ended.exchange(true)) done(std::move(answer));
    }
  };

  void Begin(std::shared_ptr<Unary> call) {
    WithSession([self = shared_from_this(), call](Result<WireSessionPtr> session) {
      if (call->ended) return;
      if (!session.ok()) return call->End(session.status());
      self->Run(call, *session);
    });
  }

  void Run(const std::shared_ptr<Unary>& call, const WireSessionPtr& session) {
    wire_->Call(call->method, call->request, session == nullptr ? std::string() : session->id(),
                call->deadline,
                [self = shared_from_this(), call, session](Result<Bytes> answer) {
                  self->Ended(call, session, std::move(answer));
                });
  }

  void Ended(const std::shared_ptr<Unary>& call, const WireSessionPtr& session,
             Result<Bytes> answer) {
    if (session != nullptr && answer.status().Is(StatusCode::kUnauthenticated)) {
      // The server has forgotten this channel, most likely because it is a new process.
      Forget(session);
      if (!std::exchange(call->repeated, true)) return Begin(call);
    }
    call->End(std::move(answer));
  }

  // Gives `use` an open session, or none when there is no authentication.
  void WithSession(Callback<void(Result<WireSessionPtr>)> use) {
    if (!options_.authenticate) return use(WireSessionPtr());
    WireSessionPtr open;
    WireSessionPtr started;
    {
      MutexLock lock(mutex_);
      if (session_ != nullptr && session_->open()) {
        open = session_;
      } else {
        waiting_.push_back(std::move(use));
        if (waiting_.size() > 1) return;  // a handshake is under way
        session_ = started = wire_->NewSession();
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

  void Authenticated(const WireSessionPtr& session, const Status& outcome) {
    std::vector<Callback<void(Result<WireSessionPtr>)>> waiting;
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

  void Forget(const WireSessionPtr& session) {
    if (session == nullptr) return;
    session->Close();
    MutexLock lock(mutex_);
    if (session_ == session) session_.reset();
  }

  const ChannelOptions options_;
  const std::unique_ptr<ClientWire> wire_;

  // Above the locks of sessions, which are asked under this one.
  Mutex mutex_{LockRank::kClient};
  WireSessionPtr session_ GUARDED_BY(mutex_);  // starting or open or just ended
  std::vector<Callback<void(Result<WireSessionPtr>)>> waiting_ GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<Channel> Channel::Create(const ChannelOptions& options) {
  Result<std::unique_ptr<ClientWire>> wire =
      options.transport == Transport::kGrpc ? ConnectGrpc(options) : ConnectLean(options);
  return std::make_shared<SessionChannel>(
      options, wire.ok() ? *std::move(wire) : BrokenWire(wire.status()));
}

}  // namespace alluxio::rpc
