// PrimarySelector: one master's place among the candidates, and its lease while it is the first.
//
//   Start --> following --Join--> candidate --> elected() --Announce--> clients find it
//                 any of these, once elected --> deposed(why), for good
//
// A session that expires before the election is replaced and the place taken again, silently; one
// that expires afterwards deposes. A deposed selector does nothing any more: destroy it, which ends
// its session, and start the process again (docs/design/0005-several-masters.md, point 4).
//
// Callbacks run on one thread of the selector's own, one at a time; they may block, but while they
// do the lease is not renewed, so hand long work (taking over, stepping down) to another thread.
// They must not destroy the selector. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/callback.h"
#include "base/duration.h"
#include "base/result.h"
#include "coord/coordinator.h"
#include "election/lease.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::election {

// What a primary does when it loses the connection to ZooKeeper
// (alluxio.zookeeper.leader.connection.error.policy).
enum class ErrorPolicy {
  kSession,   // keeps its place as long as the session lives; the lease may be over meanwhile
  kStandard,  // gives it up
};

struct SelectorOptions {
  std::string address;  // "host:port" by which clients reach this master
  std::string election_path = "/alluxio/election";
  std::string leader_path = "/alluxio/leader";
  // Asked for; ZooKeeper may grant another. At least two of ZooKeeper's ticks.
  Duration session_timeout = std::chrono::seconds(60);
  Duration connection_timeout = std::chrono::seconds(15);  // of Candidates() and Leader()
  ErrorPolicy policy = ErrorPolicy::kSession;

  // alluxio.zookeeper.*; the paths below `prefix`, "alluxio.zookeeper" or "alluxio.zookeeper.job".
  static SelectorOptions FromConf(const conf::Configuration& conf, std::string address,
                                  const std::string& prefix = "alluxio.zookeeper");
};

struct SelectorEvents {
  // This master is the primary, its lease is held. Once at most.
  Callback<void()> elected;
  // It was the primary and is not any more; the lease has ended before this is called. Once at
  // most, never before elected(), not after Resign().
  Callback<void(Status why)> deposed;
  // A session began: what the guardian has to know. Again for each new one.
  Callback<void(const coord::SessionId& session)> session_began;
};

class PrimarySelector {
 public:
  // As Resign().
  virtual ~PrimarySelector() = default;

  // Of a master that is alone by configuration: Join() calls elected(), on its caller's thread, the
  // lease is Lease::Forever().
  static std::unique_ptr<PrimarySelector> Single();
  // `coordination` outlives the selector.
  static std::unique_ptr<PrimarySelector> Create(const SelectorOptions& options,
                                                 coord::Coordination& coordination);
  // Single() unless alluxio.zookeeper.enabled; `address` is "host:port" of this master.
  // INVALID_ARGUMENT when alluxio.zookeeper.address is none.
  static Result<std::unique_ptr<PrimarySelector>> FromConf(const conf::Configuration& conf,
                                                           const std::string& address,
                                                           const std::string& prefix =
                                                               "alluxio.zookeeper");

  // Opens the session. Once, before anything else; does not wait for ZooKeeper.
  virtual void Start(SelectorEvents events) = 0;
  // Makes the election node: call it when this master follows the journal closely. Returns at once;
  // goes on trying through lost connections and sessions.
  virtual void Join() = 0;
  // Makes the leader node, which clients look for: call it when this master serves calls. A node of
  // the same name that another session left is deleted first. Returns at once, goes on trying, and
  // makes it again when somebody deletes it. No effect before elected().
  virtual void Announce() = 0;
  // Lives as long as the selector.
  virtual Lease& lease() = 0;
  // Ends the lease, then the session, which takes all its nodes away: the next candidate is elected
  // at once. Takes a few seconds at most, also when ZooKeeper does not answer; then the session's
  // timeout decides. Nothing is called any more when it returns.
  virtual void Resign() = 0;

  // For reports; block, for connection_timeout at most. Addresses of the candidates, the primary
  // first.
  virtual Result<std::vector<std::string>> Candidates() = 0;
  // The address that clients find now; UNAVAILABLE when there is none.
  virtual Result<std::string> Leader() = 0;
};

}  // namespace alluxio::election
