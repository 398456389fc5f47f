#include "ufs/guard/circuit_breaker.h"

#include <algorithm>

namespace alluxio::ufs {

CircuitBreaker::Admission CircuitBreaker::Admit(Duration now) {
  MutexLock lock(mutex_);
  if (state_ == State::kClosed) return Admission::kCall;
  if (state_ == State::kHalfOpen || now < probe_at_) return Admission::kRefused;
  state_ = State::kHalfOpen;
  return Admission::kProbe;
}

bool CircuitBreaker::Report(Admission admitted, bool success, Duration now) {
  MutexLock lock(mutex_);
  if (admitted == Admission::kProbe) {
    if (success) {
      state_ = State::kClosed;
      failures_ = 0;
      pause_ = options_.open_time;
      return false;
    }
    state_ = State::kOpen;
    pause_ = std::min(pause_ * 2, options_.max_open_time);
    probe_at_ = now + pause_;
    return true;
  }
  if (state_ != State::kClosed) return false;
  failures_ = success ? 0 : failures_ + 1;
  if (failures_ < options_.failures) return false;
  state_ = State::kOpen;
  probe_at_ = now + pause_;
  return true;
}

CircuitBreaker::State CircuitBreaker::state() const {
  MutexLock lock(mutex_);
  return state_;
}

Duration CircuitBreaker::TimeLeft(Duration now) const {
  MutexLock lock(mutex_);
  if (state_ != State::kOpen) return Duration::zero();
  return std::max(probe_at_ - now, Duration::zero());
}

}  // namespace alluxio::ufs
