// CircuitBreaker: stops asking a store that does not answer, and finds out when it does again.
//
//   state      success        failure                          May I call?
//   closed     count = 0      count + 1; at the limit: open    yes
//   open       stays open     stays open                       no, until the pause is over: then
//                                                              half-open, and yes for this one call
//   half-open  closed         open, the pause doubled          no: one probe is under way
//
// In the states open and half-open only the outcome of the probe counts; calls that began before
// come too late. The pause doubles from open_time to max_open_time.
// Thread-safe (leaf lock).
#pragma once

#include "base/duration.h"
#include "base/mutex.h"

namespace alluxio::ufs {

struct CircuitBreakerOptions {
  int failures = 5;  // in a row, which open it
  Duration open_time = std::chrono::seconds(10);
  Duration max_open_time = std::chrono::minutes(2);
};

class CircuitBreaker {
 public:
  enum class State : uint8_t { kClosed, kOpen, kHalfOpen };
  // kProbe: the caller must report the outcome of this call as that of a probe.
  enum class Admission : uint8_t { kCall, kProbe, kRefused };

  explicit CircuitBreaker(const CircuitBreakerOptions& options)
      : options_(options), pause_(options.open_time) {}

  // `now` is monotonic time.
  Admission Admit(Duration now);
  // True when this outcome opened the breaker.
  bool Report(Admission admitted, bool success, Duration now);
  State state() const;
  // Until the next probe; zero unless open.
  Duration TimeLeft(Duration now) const;

 private:
  const CircuitBreakerOptions options_;
  mutable Mutex mutex_;
  State state_ GUARDED_BY(mutex_) = State::kClosed;
  int failures_ GUARDED_BY(mutex_) = 0;
  Duration pause_ GUARDED_BY(mutex_);
  Duration probe_at_ GUARDED_BY(mutex_) = Duration::zero();
};

}  // namespace alluxio::ufs
