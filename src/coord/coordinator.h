// Coordinator: one session with ZooKeeper, or with what stands in for it in tests.
//
// Every call returns at once; its answer comes later, exactly once. Answers, watches and changes of
// the session's state are delivered one at a time, in ZooKeeper's order, on a thread of the
// coordinator's own; what they run must not block and must not destroy the coordinator. Only what
// cannot be asked any more may be answered at once, on the calling thread. Thread-safe.
//
//   connecting --> connected <--> connecting ... --> expired, for good
//
// A session lives on through lost connections until ZooKeeper, which has heard nothing for the
// session's timeout, ends it; its ephemeral nodes go with it. That is learned only after the next
// connection, so a process that is cut off does not hear of the end of its session.
//
// Errors: NOT_FOUND no such node (or parent), ALREADY_EXISTS, FAILED_PRECONDITION the node has
// children or its parent is ephemeral, UNAVAILABLE the connection was lost: a change may or may not
// have been made, ABORTED the session has expired: nothing was done, CANCELLED the coordinator was
// destroyed, INVALID_ARGUMENT a path that cannot be.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/callback.h"
#include "base/duration.h"
#include "base/result.h"

namespace alluxio::coord {

enum class CreateMode {
  kPersistent,
  kEphemeral,            // goes with the session
  kEphemeralSequential,  // ten digits are added to the name, larger ones later
};

enum class SessionState { kConnecting, kConnected, kExpired };

// What a session can be taken up with by another process. The password is a secret.
struct SessionId {
  int64_t id = 0;  // 0 = none yet
  std::string password;
};

struct NodeStat {
  int64_t created_ms = 0;  // by the clock of ZooKeeper's leader
  int64_t owner = 0;       // the session of an ephemeral node; 0 = persistent
};

struct Node {
  std::string data;
  NodeStat stat;
};

class Coordinator {
 public:
  // Ends the session when it can be reached, which takes a few seconds at most; calls under way
  // get CANCELLED. Nothing is called any more when it returns.
  virtual ~Coordinator() = default;

  // Makes missing parents, as persistent nodes. The answer is the path that was made.
  virtual void Create(const std::string& path, const std::string& data, CreateMode mode,
                      Callback<void(Result<std::string>)> done) = 0;
  virtual void Get(const std::string& path, Callback<void(Result<Node>)> done) = 0;
  // Replaces the data of `path` provided that `guard` exists, in one transaction. NOT_FOUND when
  // either is missing.
  virtual void SetGuarded(const std::string& path, const std::string& data,
                          const std::string& guard, Callback<void(Status)> done) = 0;
  // Names without the path, in no order.
  virtual void Children(const std::string& path,
                        Callback<void(Result<std::vector<std::string>>)> done) = 0;
  // The node's stat, or NOT_FOUND. After either answer `watch` is called once when the node is
  // made, changed or deleted, also when that happens while there is no connection. Not after
  // another error, and not when the session expires.
  virtual void Exists(const std::string& path, Callback<void()> watch,
                      Callback<void(Result<NodeStat>)> done) = 0;
  virtual void Delete(const std::string& path, Callback<void(Status)> done) = 0;

  virtual SessionState state() const = 0;
  // As of the first connection; the id stays the same for the life of the coordinator.
  virtual SessionId session() const = 0;
  // What ZooKeeper granted, which may differ from what was asked for; zero before the first
  // connection.
  virtual Duration timeout() const = 0;
};

struct SessionOptions {
  Duration timeout = std::chrono::seconds(60);
  // Takes up this session instead of making one. When ZooKeeper does not know it any more the
  // state becomes expired.
  SessionId resume;
};

// Whoever makes sessions: ZooKeeper at one address (zookeeper.h), or a fake.
class Coordination {
 public:
  virtual ~Coordination() = default;
  // Does not wait for a connection. `changed` gets every state from the first connection on.
  // UNAVAILABLE when no server's name can be resolved.
  virtual Result<std::unique_ptr<Coordinator>> Open(const SessionOptions& options,
                                                    Callback<void(SessionState)> changed) = 0;
};

// "/a/b" -> "/a"; "/a" -> "/".
std::string ParentOf(const std::string& path);

}  // namespace alluxio::coord
