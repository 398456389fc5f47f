// Lease: until when this process is surely the only primary, by its own monotonic clock.
//
//   not yet --Extend--> held --time passes--> over --Extend--> held ...
//      any state --End--> ended, for good
//
// Whoever is about to read state for an answer, to change the journal folder, or to tell a client
// that an edit is durable looks here first (docs/design/0005-several-masters.md). Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/duration.h"
#include "base/mutex.h"
#include "base/status.h"
#include "env/clock.h"

namespace alluxio::election {

class Lease {
 public:
  // `clock` outlives this.
  explicit Lease(const Clock& clock) : clock_(clock) {}
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  // Of a master that is alone by configuration: always held.
  static Lease& Forever();

  // One atomic load and one look at the clock.
  bool Held() const {
    int64_t until = until_.load(std::memory_order_acquire);
    return until == kForever || clock_.Monotonic().count() < until;
  }
  // Held until `until`, on the clock's monotonic scale: the time at which the confirmed question
  // was *sent*, plus less than the session timeout. Never makes it shorter; no effect once ended.
  void Extend(Duration until);
  // It will never be held again: the place is lost, or given up.
  void End();
  bool ended() const { return until_.load(std::memory_order_acquire) == kEnded; }
  // What is left now; zero or less when it is over.
  Duration Left() const;

  // Waits until it is held: OK. UNAVAILABLE when it has ended, or is over for all of `limit`, which
  // is real time, as who waits is a thread.
  Status AwaitHeld(Duration limit);

 private:
  static constexpr int64_t kForever = INT64_MAX;
  static constexpr int64_t kEnded = INT64_MIN;

  const Clock& clock_;
  // Release/acquire: who sees an extension sees what its maker saw of ZooKeeper.
  std::atomic<int64_t> until_{0};
  Mutex mutex_{LockRank::kLeaf};  // for changed_ only
  CondVar changed_;
};

}  // namespace alluxio::election
