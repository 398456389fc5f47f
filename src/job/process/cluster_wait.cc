#include "job/process/cluster_wait.h"

#include <algorithm>

#include "base/log.h"
#include "env/clock.h"
#include "stub/retry_policy.h"

namespace alluxio::job {
namespace {

constexpr Duration kShortestPause = std::chrono::milliseconds(100);
constexpr Duration kLongestPause = std::chrono::seconds(3);
constexpr Duration kConnectTimeout = std::chrono::seconds(5);
constexpr Duration kLogEvery = std::chrono::minutes(1);

}  // namespace

Result<stub::PathDefaults> TakeClusterDefaults(conf::Configuration& conf,
                                               const std::function<bool(Duration)>& pause) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  options.connect_timeout = std::min(options.connect_timeout, kConnectTimeout);
  options.retry.max_duration = Duration::zero();  // one attempt; repeated here
  Clock& clock = Clock::Real();
  Duration log_again = Duration::min();
  for (Duration wait = kShortestPause;; wait = std::min(wait * 2, kLongestPause)) {
    Result<stub::PathDefaults> taken =
        stub::LoadClusterDefaults(conf, conf::Role::kClient, options);
    if (taken.ok() || !stub::IsRetryable(taken.status())) return taken;
    if (const Duration now = clock.Monotonic(); now >= log_again) {
      LOG_WARN("job: waiting for the master error={}", taken.status().ToString());
      log_again = now + kLogEvery;
    }
    if (!pause(wait)) return Cancelled("ended while waiting for the master");
  }
}

}  // namespace alluxio::job
