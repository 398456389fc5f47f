// Primacy: a master's place among several, and what happens when it changes.
//
//   Create --Enter--> standby --elected--> take_over --OK--> primary, announced to clients
//                        any of them --deposed, diverged, take_over failed--> over, for good
//
// A primacy that is over says so once and stays over: what the process has in memory may be ahead
// of the journal, so the process starts again (docs/design/0005-several-masters.md). Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "conf/configuration.h"
#include "election/guardian.h"
#include "election/lease.h"
#include "election/primary_selector.h"
#include "env/executor.h"

namespace alluxio::master {

struct PrimacyActions {
  // On a thread that may block: makes this master serve. An error ends the primacy.
  std::function<Status()> take_over;
  // Nothing may be answered any more. Called once, at once, on any thread; must not block.
  std::function<void(const Status& why)> step_down;
};

class Primacy {
 public:
  // Null when alluxio.zookeeper.enabled is false: this master is alone. Opens the session without
  // waiting for ZooKeeper; starts the guardian, whose absence costs quickness only and is logged.
  static Result<std::unique_ptr<Primacy>> Create(const conf::Configuration& conf);
  ~Primacy() { Resign(); }
  Primacy(const Primacy&) = delete;
  Primacy& operator=(const Primacy&) = delete;

  election::Lease& lease() { return selector_->lease(); }
  // Stands for election; call it when the journal is followed closely.
  void Enter(PrimacyActions actions);
  // It is over; the first reason counts. Without effect before Enter().
  void StepDown(const Status& why);
  bool over() const { return over_.load(std::memory_order_acquire); }
  bool primary() const { return primary_.load(std::memory_order_acquire); }

  // Gives the place up in good order: the next candidate is elected at once. Returns when no action
  // runs any more. Idempotent.
  void Resign();

  // Addresses of the other candidates, as of a few seconds ago; nothing before the first look.
  std::vector<std::string> Others() const;
  // The first of all candidates, as of then; "" before the first look.
  std::string Leader() const;

 private:
  Primacy() = default;
  void Elected();
  void LookAround();

  std::unique_ptr<election::PrimarySelector> selector_;
  std::unique_ptr<election::Guardian> guardian_;  // may be null
  std::unique_ptr<Executor> thread_;              // takes over
  std::unique_ptr<PeriodicTask> watch_;           // looks who else is there
  std::string address_;
  std::atomic<bool> over_ = false;
  std::atomic<bool> primary_ = false;
  std::atomic<bool> resigned_ = false;

  mutable Mutex mutex_{LockRank::kLeaf};
  PrimacyActions actions_ GUARDED_BY(mutex_);
  std::vector<std::string> others_ GUARDED_BY(mutex_);
  std::string leader_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::master
