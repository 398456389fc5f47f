// ClientWire on event loops.
#include <utility>

#include "base/mutex.h"
#include "env/rng.h"
#include "rpc/internal/client_wire.h"
#include "rpc/internal/lean/client_connection.h"
#include "rpc/internal/lean/client_stream.h"
#include "rpc/sasl_service.h"

namespace alluxio::rpc {
namespace {

class UnaryClientCall final : public ClientCall {
 public:
  UnaryClientCall(std::shared_ptr<ClientConnection> connection, const ClientCallOptions& options,
                  Callback<void(Result<Bytes>)> done)
      : ClientCall(std::move(connection), options), done_(std::move(done)) {}

 private:
  void OnMessages(std::vector<Bytes>* messages) override {
    if (!answer_) answer_ = std::move(messages->front());
  }
  void OnEnded(const Status& status) override {
    if (!status.ok()) return done_(status);
    if (!answer_) return done_(InternalError(method() + ": the answer has no message"));
    done_(*std::move(answer_));
  }

  std::optional<Bytes> answer_;
  Callback<void(Result<Bytes>)> done_;
};

// The stream of a session.
class HandshakeCall final : public ClientCall {
 public:
  using Event = Callback<void(Result<Bytes>)>;  // an answer, or the end
  HandshakeCall(std::shared_ptr<ClientConnection> connection, const ClientCallOptions& options,
                Event event)
      : ClientCall(std::move(connection), options),
        event_(std::move(event)),
        timeout_([this] { Fail(Unavailable("authentication timed out")); }) {}

  void Begin(Duration timeout, const std::string& message) {
    loop().Post([self = shared_from_this(), this, timeout] {
      timeout_.Set(loop().timers(), loop().now() + timeout);
    });
    Start();
    Send(message, Bytes(), nullptr);
  }

 private:
  void OnMessages(std::vector<Bytes>* messages) override {
    timeout_.Cancel();
    for (Bytes& message : *messages) event_(std::move(message));
  }
  void OnEnded(const Status& status) override {
    timeout_.Cancel();
    event_(status.ok() ? Unavailable("the server ended the authentication") : status);
  }

  Event event_;
  LoopTimer timeout_;
};

class LeanSession final : public WireSession, public std::enable_shared_from_this<LeanSession> {
 public:
  explicit LeanSession(std::shared_ptr<ClientConnection> connection)
      : connection_(std::move(connection)), id_(Rng::Real().Uuid()) {}

  void Start(const auth::PlainCredentials& credentials, Duration timeout,
             Callback<void(Status)> ready) override {
    ClientCallOptions options;
    options.method = kSaslMethod;
    options.max_message_bytes = kMaxAnswer;
    // The stream belongs to the session, and not the other way round: it ends with Close().
    auto call = std::make_shared<HandshakeCall>(
        connection_, options, [weak = weak_from_this()](Result<Bytes> event) {
          if (auto session = weak.lock()) session->OnEvent(std::move(event));
        });
    {
      MutexLock lock(mutex_);
      ready_ = std::move(ready);
      call_ = call;
      self_ = shared_from_this();  // until the outcome is known
    }
    call->Begin(timeout, HandshakeMessage(credentials, id_));
  }

  void Close() override {
    std::shared_ptr<HandshakeCall> call;
    {
      MutexLock lock(mutex_);
      call.swap(call_);
    }
    if (call != nullptr) call->GiveUp(Cancelled("the session is closed"));
  }

  bool open() override {
    MutexLock lock(mutex_);
    return state_ == State::kOpen;
  }
  const std::string& id() const override { return id_; }

 private:
  enum class State { kHandshake, kOpen, kEnded };
  static constexpr size_t kMaxAnswer = 1024 * 1024;

  void OnEvent(Result<Bytes> event) {
    const std::string& server = connection_->authority();
    if (!event.ok()) return Settle(State::kEnded, HandshakeError(event.status(), server));
    Status outcome = HandshakeOutcome(*event, server);
    Settle(outcome.ok() ? State::kOpen : State::kEnded, outcome);
    if (!outcome.ok()) Close();
  }

  void Settle(State state, const Status& outcome) {
    Callback<void(Status)> ready;
    std::shared_ptr<LeanSession> self;
    {
      MutexLock lock(mutex_);
      if (state_ == State::kEnded) return;
      state_ = state;
      std::swap(ready, ready_);
      self.swap(self_);
    }
    if (ready) ready(outcome);
  }

  const std::shared_ptr<ClientConnection> connection_;
  const std::string id_;  // works like a password: never logged
  Mutex mutex_{LockRank::kTransport};
  State state_ GUARDED_BY(mutex_) = State::kHandshake;
  Callback<void(Status)> ready_ GUARDED_BY(mutex_);
  std::shared_ptr<HandshakeCall> call_ GUARDED_BY(mutex_);
  std::shared_ptr<LeanSession> self_ GUARDED_BY(mutex_);
};

class LeanTimer final : public WireTimer {
 public:
  LeanTimer(std::shared_ptr<Loop> loop, Duration deadline, Callback<void()> fire)
      : loop_(std::move(loop)), timer_(std::make_shared<LoopTimer>(std::move(fire))) {
    loop_->Post([loop = loop_.get(), timer = timer_, deadline] {
      timer->Set(loop->timers(), deadline);
    });
  }
  ~LeanTimer() override {
    loop_->Post([timer = std::move(timer_)] { timer->Cancel(); });
  }

 private:
  const std::shared_ptr<Loop> loop_;
  std::shared_ptr<LoopTimer> timer_;  // of the loop's thread
};

class LeanWire final : public ClientWire {
 public:
  LeanWire(const ChannelOptions& options, std::shared_ptr<ConnectionShare> share)
      : max_message_bytes_(options.max_message_bytes), share_(std::move(share)) {}

  WireSessionPtr NewSession() override {
    return std::make_shared<LeanSession>(share_->connection());
  }

  void Call(const std::string& method, const Bytes& request, const std::string& channel_id,
            Duration deadline, Callback<void(Result<Bytes>)> done) override {
    auto call = std::make_shared<UnaryClientCall>(
        share_->connection(),
        ClientCallOptions{method, channel_id, deadline, max_message_bytes_, true},
        std::move(done));
    call->Start();
    call->Send(std::string(), request, nullptr);
    call->EndRequests();
  }

  std::unique_ptr<ClientStream> Open(const std::string& method, const std::string& channel_id,
                                     Callback<void(const Status&)> ended) override {
    return OpenClientStream(share_->connection(),
                            {method, channel_id, std::nullopt, max_message_bytes_, false},
                            std::move(ended));
  }

  std::unique_ptr<WireTimer> At(Duration deadline, Callback<void()> fire) override {
    return std::make_unique<LeanTimer>(share_->connection()->loop(), deadline, std::move(fire));
  }

 private:
  const size_t max_message_bytes_;
  const std::shared_ptr<ConnectionShare> share_;
};

}  // namespace

Result<std::unique_ptr<ClientWire>> ConnectLean(const ChannelOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<ConnectionShare> share, ShareConnection(options));
  return std::unique_ptr<ClientWire>(std::make_unique<LeanWire>(options, std::move(share)));
}

}  // namespace alluxio::rpc
