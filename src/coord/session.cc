#include "coord/session.h"

#include <optional>

#include "env/clock.h"

namespace alluxio::coord {
namespace {

// One answer that a thread waits for. Shared with the callback, which may outlive the wait.
template <typename Answer>
class Waiter {
 public:
  // An answer from the coordinator's thread.
  static Answer Await(Duration limit, const auto& launch) {
    auto waiter = std::make_shared<Waiter>();
    launch([waiter](Answer answer) {
      MutexLock lock(waiter->mutex_);
      waiter->answer_ = std::move(answer);
      waiter->answered_.NotifyAll();
    });
    const Duration deadline = Clock::Real().Monotonic() + limit;
    MutexLock lock(waiter->mutex_);
    while (!waiter->answer_) {
      const Duration left = deadline - Clock::Real().Monotonic();
      if (left <= Duration::zero()) return Unavailable("ZooKeeper: no answer in time");
      waiter->answered_.WaitFor(waiter->mutex_, left);
    }
    return std::move(*waiter->answer_);
  }

 private:
  Mutex mutex_{LockRank::kLeaf};
  CondVar answered_;
  std::optional<Answer> answer_ GUARDED_BY(mutex_);
};

}  // namespace

Result<std::unique_ptr<Session>> Session::Open(Coordination& coordination,
                                               const SessionOptions& options) {
  auto session = std::unique_ptr<Session>(new Session());
  session->connection_ = std::make_shared<Connection>();
  ASSIGN_OR_RETURN(session->coordinator_,
                   coordination.Open(options, [connection = session->connection_](
                                                  SessionState state) {
                     MutexLock lock(connection->mutex);
                     connection->state = state;
                     connection->changed.NotifyAll();
                   }));
  return session;
}

Status Session::AwaitConnected(Duration limit) {
  const Duration deadline = Clock::Real().Monotonic() + limit;
  MutexLock lock(connection_->mutex);
  while (connection_->state != SessionState::kConnected) {
    if (connection_->state == SessionState::kExpired) {
      return Aborted("ZooKeeper: the session has expired");
    }
    const Duration left = deadline - Clock::Real().Monotonic();
    if (left <= Duration::zero()) return Unavailable("ZooKeeper: no server answers");
    connection_->changed.WaitFor(connection_->mutex, left);
  }
  return OkStatus();
}

Result<std::string> Session::Create(const std::string& path, const std::string& data,
                                    CreateMode mode, Duration limit) {
  return Waiter<Result<std::string>>::Await(
      limit, [&](auto done) { coordinator_->Create(path, data, mode, std::move(done)); });
}

Result<Node> Session::Get(const std::string& path, Duration limit) {
  return Waiter<Result<Node>>::Await(limit,
                                     [&](auto done) { coordinator_->Get(path, std::move(done)); });
}

Result<std::vector<std::string>> Session::Children(const std::string& path, Duration limit) {
  return Waiter<Result<std::vector<std::string>>>::Await(
      limit, [&](auto done) { coordinator_->Children(path, std::move(done)); });
}

Status Session::Delete(const std::string& path, Duration limit) {
  return Waiter<Status>::Await(limit,
                               [&](auto done) { coordinator_->Delete(path, std::move(done)); });
}

Result<std::vector<NamedNode>> Session::ChildNodes(const std::string& path, Duration limit) {
  const Duration deadline = Clock::Real().Monotonic() + limit;
  ASSIGN_OR_RETURN(std::vector<std::string> names, Children(path, limit));
  std::vector<NamedNode> nodes;
  for (std::string& name : names) {
    Result<Node> node = Get(path + "/" + name, deadline - Clock::Real().Monotonic());
    if (node.status().Is(StatusCode::kNotFound)) continue;
    if (!node.ok()) return node.status();
    nodes.push_back({std::move(name), std::move(*node)});
  }
  return nodes;
}

}  // namespace alluxio::coord
