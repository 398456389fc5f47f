#include "stub/retry_policy.h"

#include <algorithm>

#include "conf/configuration.h"

namespace alluxio::stub {

RetryOptions RetryOptions::FromConf(const conf::Configuration& conf) {
  RetryOptions options;
  options.base_sleep = conf.GetDuration("alluxio.user.rpc.retry.base.sleep");
  options.max_sleep = conf.GetDuration("alluxio.user.rpc.retry.max.sleep");
  options.max_duration = conf.GetDuration("alluxio.user.rpc.retry.max.duration");
  return options;
}

bool IsRetryable(const Status& status) {
  return status.Is(StatusCode::kUnavailable) || status.Is(StatusCode::kCancelled) ||
         status.Is(StatusCode::kUnauthenticated);
}

Retry::Retry(const RetryOptions& options, Clock& clock, Rng& rng)
    : options_(options),
      clock_(clock),
      rng_(rng),
      deadline_(clock.Monotonic() + options.max_duration),
      next_(std::min(options.base_sleep, options.max_sleep)) {}

bool Retry::Plan(Duration* pause) {
  *pause = Duration::zero();
  if (attempts_ == 0) return true;
  const Duration left = deadline_ - clock_.Monotonic();
  if (left <= Duration::zero()) return false;
  // Clients that failed together must not come back together.
  const uint64_t half = static_cast<uint64_t>(std::max<int64_t>(next_.count() / 2, 1));
  *pause = std::min(left, next_ - Duration(static_cast<int64_t>(rng_.Below(half))));
  next_ = std::min(next_ * 2, options_.max_sleep);
  return true;
}

}  // namespace alluxio::stub
