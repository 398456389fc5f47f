// RetryPolicy: how often and how long a call is repeated: pauses that double, from `base_sleep` to
// `max_sleep`, each shortened by up to half at random, until `max_duration` has passed.
#pragma once

#include "base/duration.h"
#include "base/status.h"
#include "env/clock.h"
#include "env/rng.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::stub {

struct RetryOptions {
  Duration base_sleep = std::chrono::milliseconds(50);
  Duration max_sleep = std::chrono::seconds(3);
  Duration max_duration = std::chrono::minutes(2);

  // alluxio.user.rpc.retry.*
  static RetryOptions FromConf(const conf::Configuration& conf);
};

// Whether an attempt that ended with `status` may succeed later: UNAVAILABLE, CANCELLED and
// UNAUTHENTICATED. Everything else is the answer.
bool IsRetryable(const Status& status);

// The attempts of one call; thread-compatible.
class Retry {
 public:
  // Both outlive this object.
  Retry(const RetryOptions& options, Clock& clock, Rng& rng);

  // Pauses before the next attempt; the first is immediate. False when the time is used up.
  // `sleep` is called with the pause.
  template <typename Sleep>
  bool Next(Sleep&& sleep) {
    Duration pause{};
    if (!Plan(&pause)) return false;
    if (pause > Duration::zero()) sleep(pause);
    ++attempts_;
    return true;
  }
  int attempts() const { return attempts_; }

 private:
  bool Plan(Duration* pause);

  const RetryOptions options_;
  Clock& clock_;
  Rng& rng_;
  const Duration deadline_;
  Duration next_;
  int attempts_ = 0;
};

}  // namespace alluxio::stub
