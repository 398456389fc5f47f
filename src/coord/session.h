// Session: a Coordinator for callers that wait. Thread-safe; not for threads of a coordinator.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "coord/coordinator.h"

namespace alluxio::coord {

struct NamedNode {
  std::string name;  // without the path
  Node node;
};

class Session {
 public:
  // Does not wait for a connection.
  static Result<std::unique_ptr<Session>> Open(Coordination& coordination,
                                               const SessionOptions& options);

  // Waits until connected: OK. ABORTED when the session has expired, UNAVAILABLE after `limit`.
  Status AwaitConnected(Duration limit);

  // As the methods of Coordinator; UNAVAILABLE when no answer has come after `limit`.
  Result<std::string> Create(const std::string& path, const std::string& data, CreateMode mode,
                             Duration limit);
  Result<Node> Get(const std::string& path, Duration limit);
  Result<std::vector<std::string>> Children(const std::string& path, Duration limit);
  Status Delete(const std::string& path, Duration limit);
  // The children with their data; those that vanish meanwhile are left out.
  Result<std::vector<NamedNode>> ChildNodes(const std::string& path, Duration limit);

  Coordinator& coordinator() { return *coordinator_; }

 private:
  // Shared with the coordinator's thread, which may call while Open() has not returned yet.
  struct Connection {
    Mutex mutex{LockRank::kLeaf};
    CondVar changed;
    SessionState state GUARDED_BY(mutex) = SessionState::kConnecting;
  };
  Session() = default;

  std::shared_ptr<Connection> connection_;
  std::unique_ptr<Coordinator> coordinator_;
};

}  // namespace alluxio::coord
