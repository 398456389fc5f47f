// ServingGate: whether this master may answer.
//
//   kReplaying -> kServing -> kStopped        one master
//   kReplaying -> kStandby <-> kServing ...   with standbys
//
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/status.h"
#include "election/lease.h"

namespace alluxio::master {

class ServingGate {
 public:
  enum class Phase : uint8_t { kReplaying, kStandby, kServing, kStopped };

  Phase phase() const { return phase_.load(std::memory_order_acquire); }
  // CHECKs that the step is in the table above (kStopped can be reached from everywhere).
  void Enter(Phase phase);
  // False, and nothing happens, when it is not: somebody else was faster.
  bool TryEnter(Phase phase);
  // With several masters: it serves only while `lease` is held. Before the first call; `lease`
  // outlives the gate.
  void Under(const election::Lease* lease) { lease_ = lease; }
  bool serving() const { return phase() == Phase::kServing; }
  // UNAVAILABLE with the reason unless serving; clients then try another master, or again. What is
  // read right after it is as of a moment at which this was the primary.
  Status CheckServing() const;

 private:
  // Release/acquire: who sees kServing also sees the replayed state.
  std::atomic<Phase> phase_{Phase::kReplaying};
  const election::Lease* lease_ = &election::Lease::Forever();
};

}  // namespace alluxio::master
