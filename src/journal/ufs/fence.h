// Fence: asked before every single change of the journal folder, and once more after a group was
// synced and before its waiters hear of it (docs/design/0005-several-masters.md).
//
// Fenced() wraps an under store so that nobody who changes it can forget to ask. Thread-safe.
#pragma once

#include <atomic>
#include <memory>

#include "base/status.h"
#include "election/lease.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

class Fence {
 public:
  virtual ~Fence() = default;
  // OK while the folder is ours. Waits while nobody can tell; UNAVAILABLE when it is not ours any
  // more, or the wait was given up.
  virtual Status Pass() = 0;
  // It will never be ours again.
  virtual bool lost() const = 0;
};

// The fence that a lease is.
class LeaseFence final : public Fence {
 public:
  // `lease` outlives this.
  explicit LeaseFence(election::Lease& lease) : lease_(lease) {}
  Status Pass() override;
  bool lost() const override { return lease_.ended(); }
  // From now on Pass() does not wait.
  void StopWaiting() { waits_.store(false, std::memory_order_relaxed); }

 private:
  election::Lease& lease_;
  std::atomic<bool> waits_ = true;  // relaxed: a waiter that sees it late waits a little longer
};

// `ufs`, with `fence` asked immediately before every call that changes it; the fence outlives what
// is returned. Reading asks nobody. Each call makes one visible change, so a process whose lease
// runs out in the middle of one makes no second.
std::shared_ptr<ufs::Ufs> Fenced(std::shared_ptr<ufs::Ufs> ufs, Fence& fence);

}  // namespace alluxio::journal
