#include "election/lease.h"

#include <algorithm>

namespace alluxio::election {

Lease& Lease::Forever() {
  static Lease& forever = *[] {
    auto* lease = new Lease(Clock::Real());  // lives as long as the process
    lease->until_.store(kForever, std::memory_order_release);
    return lease;
  }();
  return forever;
}

void Lease::Extend(Duration until) {
  MutexLock lock(mutex_);
  int64_t now = until_.load(std::memory_order_relaxed);
  if (now == kEnded || now == kForever) return;
  until_.store(std::max(now, until.count()), std::memory_order_release);
  changed_.NotifyAll();
}

void Lease::End() {
  MutexLock lock(mutex_);
  if (until_.load(std::memory_order_relaxed) == kForever) return;
  until_.store(kEnded, std::memory_order_release);
  changed_.NotifyAll();
}

Duration Lease::Left() const {
  int64_t until = until_.load(std::memory_order_acquire);
  if (until == kForever) return Duration::max();
  if (until == kEnded) return Duration::zero();
  return Duration(until) - clock_.Monotonic();
}

Status Lease::AwaitHeld(Duration limit) {
  Duration deadline = Clock::Real().Monotonic() + limit;
  MutexLock lock(mutex_);
  while (!Held()) {
    if (ended()) return Unavailable("this master is no longer the primary");
    Duration left = deadline - Clock::Real().Monotonic();
    if (left <= Duration::zero()) {
      return Unavailable("this master cannot tell whether it still is the primary");
    }
    changed_.WaitFor(mutex_, left);
  }
  return OkStatus();
}

}  // namespace alluxio::election
