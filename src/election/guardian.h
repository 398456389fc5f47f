// Guardian: a small process beside the master that ends the master's session with ZooKeeper as soon
// as the kernel says that the master is gone, so that the next candidate need not wait for the
// session's timeout (docs/design/0005-several-masters.md, point 9).
//
// It is the program alluxio-guardian. It hears of sessions through a socket, never by arguments or
// environment, and waits at a pidfd. While the master lives, stopped or not, it does nothing. It
// ends when the master says that all is in order, when it has closed the session, or when the
// session must have expired. That it dies itself costs nothing but the quickness.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/duration.h"
#include "base/mutex.h"
#include "base/result.h"
#include "coord/coordinator.h"

namespace alluxio::election {

struct GuardianOptions {
  std::string zookeeper_address;  // alluxio.zookeeper.address
  // Longer than ZooKeeper can have granted: after that long without a connection it gives up.
  Duration session_timeout = std::chrono::seconds(60);
  std::string program;  // empty = alluxio-guardian in the folder of this process's program
};

// Thread-safe.
class Guardian {
 public:
  // Starts the program; it does nothing yet. NOT_FOUND when it is not there.
  static Result<std::unique_ptr<Guardian>> Start(const GuardianOptions& options);
  // All is in order: the program ends, the session is left alone. Waits for its end, for a second
  // at most. Destroy it after PrimarySelector::Resign(), and before execv(): a process that
  // replaces its image without is taken for one that lives on.
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  // From now on it is this session that is ended with the process; call it at every
  // SelectorEvents::session_began. Does not block. Starts the program again when it has died;
  // UNAVAILABLE when that fails, which costs nothing but the quickness.
  Status Watch(const coord::SessionId& session);
  pid_t pid() const;

  // The body of the program: its exit status. It was started by Start().
  static int Run();

 private:
  explicit Guardian(GuardianOptions options) : options_(std::move(options)) {}
  Status Spawn() REQUIRES(mutex_);
  void Reap() REQUIRES(mutex_);
  bool Send(const std::string& message) REQUIRES(mutex_);

  const GuardianOptions options_;
  mutable Mutex mutex_{LockRank::kLeaf};
  pid_t pid_ GUARDED_BY(mutex_) = -1;
  int socket_ GUARDED_BY(mutex_) = -1;
};

}  // namespace alluxio::election
