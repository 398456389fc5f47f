#include "rpc/internal/lean/server_loops.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "env/clock.h"

namespace alluxio::rpc {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr Duration kComplaintGap = std::chrono::seconds(10);
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);
// How long a stop waits for cancelled calls to be told to their clients.
constexpr Duration kFarewell = std::chrono::seconds(1);

}  // namespace

class ServerLoops::Listener final : public LoopEvents {
 public:
  Listener(ServerLoops& owner, Loop& loop, Socket socket)
      : owner_(owner),
        loop_(loop),
        socket_(std::move(socket)),
        resume_([this] { LogIfError(Watch(), "rpc: cannot wait for connections"); }) {}
  ~Listener() override { loop_.Unwatch(socket_.fd()); }

  Status Watch() { return loop_.WatchReadable(socket_.fd(), this); }
  void OnEvents(uint32_t) override {
    if (!closed_) owner_.AcceptFrom(socket_.fd());
  }
  // For good. An event of this round may still be on its way here.
  void Close() {
    closed_ = true;
    resume_.Cancel();
    loop_.Unwatch(socket_.fd());
  }
  // Without descriptors there is nothing to accept with, and waiting clients would keep us busy.
  void Pause() {
    loop_.Unwatch(socket_.fd());
    resume_.Set(loop_.timers(), loop_.now() + kAcceptPause);
  }
  int fd() const { return socket_.fd(); }

 private:
  ServerLoops& owner_;
  Loop& loop_;
  const Socket socket_;
  LoopTimer resume_;
  bool closed_ = false;
};

ServerLoops::ServerLoops(const ServerLoopsOptions& options, const ServedMethods& methods)
    : options_(options), methods_(methods) {}

ServerLoops::~ServerLoops() { Stop(Duration::zero()); }

Status ServerLoops::Start() {
  for (size_t i = 0; i < options_.loops; ++i) {
    auto place = std::make_unique<Place>();
    ASSIGN_OR_RETURN(place->loop, Loop::Start({"rpc-loop", options_.busy_poll}));
    places_.push_back(std::move(place));
  }
  return OkStatus();
}

Status ServerLoops::Accept(std::vector<Socket> listeners) {
  auto shared = std::make_shared<std::vector<Socket>>(std::move(listeners));
  Loop& loop = *places_.front()->loop;
  loop.Post([this, shared, &loop] {
    for (Socket& socket : *shared) {
      listeners_.push_back(std::make_shared<Listener>(*this, loop, std::move(socket)));
      LogIfError(listeners_.back()->Watch(), "rpc: cannot wait for connections");
    }
  });
  return OkStatus();
}

void ServerLoops::AcceptFrom(int listener) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    rpc::Accepted accepted = rpc::Accept(listener);
    if (!accepted.socket.valid()) {
      if (accepted.error == EMFILE || accepted.error == ENFILE) {
        for (auto& each : listeners_) {
          if (each->fd() == listener) each->Pause();
        }
      } else if (accepted.error == ECONNABORTED || accepted.error == EINTR) {
        continue;
      }
      return;
    }
    Place* place = TakePlace();
    if (place == nullptr) {
      const Duration now = places_.front()->loop->now();
      if (now >= next_complaint_) {
        next_complaint_ = now + kComplaintGap;
        LOG_WARN("rpc: connection refused, too many peer={} limit={}", accepted.peer,
                 options_.max_connections);
      }
      continue;  // closes it
    }
    if (place->loop->Current()) {
      Adopt(*place, std::move(accepted));
      continue;
    }
    auto shared = std::make_shared<rpc::Accepted>(std::move(accepted));
    if (!place->loop->Post([this, place, shared] { Adopt(*place, std::move(*shared)); })) {
      GiveBack(*place);
    }
  }
}

ServerLoops::Place* ServerLoops::TakePlace() {
  MutexLock lock(mutex_);
  if (connections_ >= options_.max_connections || stopped_) return nullptr;
  auto fewest = std::min_element(places_.begin(), places_.end(),
                                 [](const auto& a, const auto& b) { return a->count < b->count; });
  ++connections_;
  ++(*fewest)->count;
  return fewest->get();
}

void ServerLoops::GiveBack(Place& place) {
  MutexLock lock(mutex_);
  --place.count;
  if (--connections_ == 0) changed_.NotifyAll();
}

void ServerLoops::Adopt(Place& place, Accepted accepted) {
  if (place.stopping) return GiveBack(place);
  auto peer = std::make_shared<LeanPeer>();
  peer->loop = place.loop;
  peer->name = std::move(accepted.peer);
  peer->max_message_bytes = options_.max_message_bytes;
  peer->max_held_bytes = std::max(options_.max_held_bytes, 2 * options_.max_message_bytes);
  auto connection = std::make_unique<ServerConnection>(
      std::move(accepted.socket), std::move(peer), options_.link, methods_,
      [this, &place](ServerConnection* closed) { Closed(place, closed); });
  ServerConnection& started = *connection;
  place.connections.emplace(&started, std::move(connection));
  if (Status status = started.Start(); !status.ok()) {
    LogIfError(status, "rpc: cannot watch a connection");
    started.Close();
  }
}

void ServerLoops::Closed(Place& place, ServerConnection* connection) {
  auto found = place.connections.find(connection);
  // The link still has to return from what closed it.
  place.loop->Retire(std::shared_ptr<ServerConnection>(std::move(found->second)));
  place.connections.erase(found);
  GiveBack(place);
}

void ServerLoops::ForEach(std::function<void(ServerConnection&)> action) {
  for (auto& place : places_) {
    place->loop->Post([place = place.get(), action] {
      place->stopping = true;
      // Closing takes a connection out of the map.
      std::vector<ServerConnection*> all;
      for (auto& [connection, owner] : place->connections) all.push_back(connection);
      for (ServerConnection* connection : all) action(*connection);
    });
  }
}

bool ServerLoops::WaitUntilEmpty(Duration limit) {
  const Duration deadline = Clock::Real().Monotonic() + limit;
  MutexLock lock(mutex_);
  while (connections_ > 0) {
    const Duration left = deadline - Clock::Real().Monotonic();
    if (left <= Duration::zero()) return false;
    changed_.WaitFor(mutex_, left);
  }
  return true;
}

void ServerLoops::Stop(Duration grace) {
  {
    MutexLock lock(mutex_);
    if (std::exchange(stopped_, true)) return;
  }
  if (places_.empty()) return;
  Loop& first = *places_.front()->loop;
  first.Post([this, &first] {
    for (auto& listener : listeners_) {
      listener->Close();
      first.Retire(std::move(listener));
    }
    listeners_.clear();
  });
  ForEach([](ServerConnection& connection) { connection.StopGracefully(); });
  if (grace <= Duration::zero() || !WaitUntilEmpty(grace)) {
    ForEach([](ServerConnection& connection) { connection.Abort(); });
    if (!WaitUntilEmpty(kFarewell)) {
      ForEach([](ServerConnection& connection) { connection.Close(); });
      WaitUntilEmpty(std::chrono::minutes(1));
    }
  }
  for (auto& place : places_) place->loop->Stop();
}

size_t ServerLoops::connections() const {
  MutexLock lock(mutex_);
  return connections_;
}

}  // namespace alluxio::rpc
