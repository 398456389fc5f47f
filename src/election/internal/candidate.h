// Candidate: what PrimarySelector does, as a machine of events that waits for nothing. It is driven
// by a Loop and a Coordination, real ones or those of a simulation. Everything but lease() belongs
// to the loop; so does its construction and destruction, unless the loop has stopped.
//
//   no place --node made--> waiting --is first--> confirming --lease held--> elected
//      ^------ node gone, session expired ------------'                        |
//                                                        over <----------------'
//
// The lease. ZooKeeper's leader ends a session when it has not heard of it for its timeout T; it
// asks its servers for signs of life every half tick, so at least every T/4. A confirmation is a
// committed write, sent at t. Say the one before it on this connection was sent at p. A sign that
// had been answered by p - T/4 was in an answer to the leader that the server had sent before it
// told us of the write of p, because the leader's question came to it before the leader's word of
// that write; so that answer came to the leader before the write of t, which went the same way
// later. With s the time at which the latest such sign was sent the session lasts until s + T, the
// lease until min(t + T/2, s + T - T/12); signs are made every T/6, and the twelfth is for clocks
// of different speed. With another connection all begins anew: its server knows nothing of those
// signs. (That a reconnection is a sign that the leader itself gets only helps; a new leader gives
// every session its whole T.)
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coord/coordinator.h"
#include "election/internal/loop.h"
#include "election/lease.h"
#include "election/primary_selector.h"
#include "env/rng.h"

namespace alluxio::election {

// What comes after "lock-": candidates are ordered by it, as Curator does.
std::string OrderOf(const std::string& node_name);

class Candidate {
 public:
  // What the candidate uses; outlives it.
  struct World {
    coord::Coordination& coordination;
    Loop& loop;
    const Clock& clock;
    Rng& rng;
  };
  Candidate(const SelectorOptions& options, const World& world, SelectorEvents events);
  ~Candidate();
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  void Start();
  void Join();
  void Announce();
  Lease& lease() { return lease_; }
  // Ends the lease, then the session. Nothing is called any more.
  void Close();

 private:
  struct Sign {
    Duration sent;
    Duration answered;
  };

  // The session.
  void OpenSession();
  void OnState(coord::SessionState state);
  void ReplaceSession();
  bool connected() const;
  Duration timeout() const;
  void Tick();

  // The place in the queue.
  void Advance();
  void MakeNode();
  void FindNode();
  void Look();
  void OnQueue(std::vector<std::string> names);
  void WatchPredecessor(const std::string& name);
  void Retry();
  void LosePlace(const std::string& why);

  // The lease.
  void Confirm();
  void OnConfirmed(const Status& status, Duration sent, Duration granted);
  void TakeLeaseNode();
  void WaitForLeaseNode();
  void CheckPlace();
  void GiveSign();
  void RememberSign(Duration sent);
  void ForgetSigns();

  // The leader node.
  void MakeLeaderNode();
  void WatchLeaderNode();

  // Makes `path` an ephemeral node of this session, whoever had it before.
  void Own(const std::string& path, Callback<void(Status)> done);
  void Depose(Status why);

  // A callback of the current session that runs on the loop, unless this or the session is gone.
  template <typename Answer, typename Then>
  Callback<void(Answer)> OnLoop(Then then);
  template <typename Then>
  Callback<void()> OnLoop(Then then);

  const SelectorOptions options_;
  const std::string lease_path_;
  const World world_;
  SelectorEvents events_;
  Lease lease_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  std::unique_ptr<coord::Coordinator> session_;
  int64_t generation_ = 0;  // of the session
  coord::SessionState state_ = coord::SessionState::kConnecting;
  bool joined_ = false;
  bool announced_ = false;
  bool elected_ = false;
  bool over_ = false;

  // Of the current session.
  std::string uuid_;        // of the election node
  std::string node_;        // its path; empty = none
  bool maybe_made_ = false;  // the answer to its creation was lost
  bool busy_ = false;        // a step of the queue is under way
  bool first_ = false;       // nobody is before us
  Duration looked_{};
  bool lease_node_ = false;  // is ours
  bool taking_lease_ = false;
  bool confirming_ = false;
  bool signing_ = false;
  bool leader_node_ = false;
  bool owning_leader_node_ = false;
  // Both of this connection.
  std::deque<Sign> signs_;           // the latest last
  std::optional<Duration> written_;  // when the last write that was answered had been sent
};

}  // namespace alluxio::election
