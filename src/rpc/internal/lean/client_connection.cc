#include "rpc/internal/lean/client_connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "env/executor.h"
#include "rpc/internal/lean/unix_socket.h"

namespace alluxio::rpc {
namespace {

constexpr Duration kFirstBackOff = std::chrono::milliseconds(100);
constexpr Duration kLongestBackOff = std::chrono::seconds(3);

// Looks names up, which blocks. Never destroyed: connections may need it to the end.
Executor& Resolver() {
  static Executor& executor = *Executor::Create({"rpc-resolve", 1, 10000}).release();
  return executor;
}

}  // namespace

// A socket that is connecting.
class ClientConnection::Attempt final : public LoopEvents,
                                        public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(std::shared_ptr<ClientConnection> owner, Socket socket)
      : owner_(std::move(owner)),
        socket_(std::move(socket)),
        timeout_([this] { End("timed out"); }) {}

  Status Start(Duration give_up_at) {
    timeout_.Set(owner_->loop_->timers(), give_up_at);
    return owner_->loop_->Watch(socket_.fd(), this);
  }

 private:
  void OnEvents(uint32_t) override {
    if (owner_ == nullptr) return;
    const int error = SocketError(socket_.fd());
    End(error == 0 ? "" : strerror(error));
  }

  // `why` is empty when the socket is connected.
  void End(const std::string& why) {
    std::shared_ptr<ClientConnection> owner = std::exchange(owner_, nullptr);
    timeout_.Cancel();
    owner->loop_->Unwatch(socket_.fd());
    owner->loop_->Retire(shared_from_this());
    owner->attempt_.reset();
    if (why.empty()) {
      owner->Connected(std::move(socket_));
    } else {
      owner->TryNext(why);
    }
  }

  std::shared_ptr<ClientConnection> owner_;  // null when the attempt is over
  Socket socket_;
  LoopTimer timeout_;
};

// An open connection, and which one it is.
class ClientConnection::Link final : public LinkOwner, public std::enable_shared_from_this<Link> {
 public:
  Link(std::shared_ptr<ClientConnection> owner, Socket socket)
      : owner_(std::move(owner)),
        link_(std::make_shared<Http2Link>(*owner_->loop_, std::move(socket), owner_->authority_,
                                          owner_->options_.link, *this)) {}

  Status Start() {
    self_ = shared_from_this();
    Status started = link_->Start();
    if (!started.ok()) self_.reset();
    return started;
  }
  Http2Session& session() { return link_->session(); }
  // Calls wait until TLS has been agreed on, so that they are told when it cannot be.
  bool MayOpen() { return link_->ready() && link_->session().MayOpen(); }
  void CloseWhenIdle() { link_->CloseWhenIdle(); }

 private:
  std::shared_ptr<Http2Stream> NewStream(const HeaderBlock&) override { return nullptr; }
  void OnGoaway() override {
    owner_->Leave(this);
    link_->CloseWhenIdle();
  }
  void OnStreamSlot() override {
    // During the construction of the link there is nobody waiting.
    if (self_ != nullptr) owner_->OpenWaiting();
  }
  void OnLinkClosed(const Status& why) override {
    std::shared_ptr<Link> self = std::move(self_);
    owner_->Lost(this, link_->session().settings_received(), why);
    owner_->loop_->Retire(std::move(self));
  }

  const std::shared_ptr<ClientConnection> owner_;
  const std::shared_ptr<Http2Link> link_;
  std::shared_ptr<Link> self_;  // until the link is closed
};

ClientConnection::ClientConnection(std::shared_ptr<Loop> loop,
                                   const ClientConnectionOptions& options)
    : loop_(std::move(loop)),
      options_(options),
      authority_(options.host + ":" + std::to_string(options.port)) {}

ClientConnection::~ClientConnection() = default;

void ClientConnection::Begin(std::shared_ptr<ClientCall> call) {
  if (call->over()) return;
  if (link_ != nullptr) {
    if (waiting_.empty() && link_->MayOpen()) return call->Opened(link_->session());
    return waiting_.push_back(std::move(call));
  }
  if (!connecting_ && loop_->now() < retry_at_) return call->Fail(last_failure_);
  waiting_.push_back(std::move(call));
  if (!connecting_) Connect();
}

void ClientConnection::OpenWaiting() {
  while (link_ != nullptr && !waiting_.empty() && link_->MayOpen()) {
    std::shared_ptr<ClientCall> call = std::move(waiting_.front());
    waiting_.pop_front();
    if (!call->over()) call->Opened(link_->session());
  }
  if (shut_down_ && link_ != nullptr && waiting_.empty()) link_->CloseWhenIdle();
}

void ClientConnection::Connect() {
  connecting_ = true;
  give_up_at_ = loop_->now() + options_.connect_timeout;
  Result<std::vector<SocketAddress>> numeric =
      Resolve(options_.host, options_.port, {false, true});
  if (numeric.ok()) return Resolved(std::move(numeric));
  Status accepted = Resolver().Submit([self = shared_from_this()] {
    auto found = std::make_shared<Result<std::vector<SocketAddress>>>(
        Resolve(self->options_.host, self->options_.port, {false, false}));
    self->loop_->Post([self, found] { self->Resolved(std::move(*found)); });
  });
  if (!accepted.ok()) Failed(accepted);
}

void ClientConnection::Resolved(Result<std::vector<SocketAddress>> addresses) {
  const std::string& path = options_.unix_path;
  const bool file = path.size() <= kMaxUnixPath && IsUnixSocket(path);
  if (!addresses.ok() && !file) return Failed(addresses.status());
  addresses_.clear();
  if (file) addresses_.push_back(UnixAddress(path));
  if (addresses.ok()) addresses_.insert(addresses_.end(), addresses->begin(), addresses->end());
  next_address_ = 0;
  TryNext("no address");
}

void ClientConnection::TryNext(const std::string& why) {
  std::string last = why;
  while (next_address_ < addresses_.size() && loop_->now() < give_up_at_) {
    Result<Socket> socket = StartConnect(addresses_[next_address_++]);
    if (!socket.ok()) {
      last = socket.status().message();
      continue;
    }
    attempt_ = std::make_shared<Attempt>(shared_from_this(), *std::move(socket));
    Status started = attempt_->Start(give_up_at_);
    if (started.ok()) return;
    attempt_.reset();
    last = started.message();
  }
  Failed(Unavailable(last));
}

void ClientConnection::Connected(Socket socket) {
  connecting_ = false;
  auto link = std::make_shared<Link>(shared_from_this(), std::move(socket));
  if (Status started = link->Start(); !started.ok()) return Failed(started);
  link_ = std::move(link);
  OpenWaiting();
}

void ClientConnection::Failed(const Status& why) {
  connecting_ = false;
  back_off_ = std::clamp(back_off_ * 2, kFirstBackOff, kLongestBackOff);
  retry_at_ = loop_->now() + back_off_;
  last_failure_ = Unavailable("Failed to connect to remote server: " + authority_ + ": " +
                              why.message());
  std::deque<std::shared_ptr<ClientCall>> failed;
  failed.swap(waiting_);
  for (const auto& call : failed) call->Fail(last_failure_);
}

void ClientConnection::Leave(Link* link) {
  if (link_.get() != link) return;
  link_.reset();
  if (!waiting_.empty() && !connecting_) Connect();
}

void ClientConnection::Lost(Link* link, bool settled, const Status& why) {
  const bool current = link_.get() == link;
  if (current) link_.reset();
  if (settled) {
    back_off_ = Duration::zero();
    retry_at_ = Duration::zero();
  } else {
    // Nobody who speaks HTTP/2 is there.
    return Failed(why);
  }
  if (current && !waiting_.empty() && !connecting_) Connect();
}

void ClientConnection::Shutdown() {
  shut_down_ = true;
  if (link_ != nullptr && waiting_.empty()) link_->CloseWhenIdle();
}

}  // namespace alluxio::rpc
