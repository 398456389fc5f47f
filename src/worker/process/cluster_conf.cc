#include "worker/process/cluster_conf.h"

#include <algorithm>

#include "base/log.h"
#include "stub/cluster_defaults.h"
#include "stub/retry_policy.h"

namespace alluxio::worker {
namespace {

constexpr Duration kShortestPause = std::chrono::milliseconds(100);
constexpr Duration kLongestPause = std::chrono::seconds(3);
// A host that does not answer at all must not keep a signal waiting for long.
constexpr Duration kConnectTimeout = std::chrono::seconds(5);
constexpr Duration kLogEvery = std::chrono::minutes(1);

}  // namespace

Status TakeClusterDefaults(conf::Configuration& conf, Clock& clock,
                           const std::function<bool(Duration)>& pause) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  options.connect_timeout = std::min(options.connect_timeout, kConnectTimeout);
  options.retry.max_duration = Duration::zero();  // one attempt; repeated here
  Duration deadline =
      clock.Monotonic() + conf.GetDuration("alluxio.worker.master.connect.retry.timeout");
  Duration log_again = Duration::min();
  for (Duration wait = kShortestPause;; wait = std::min(wait * 2, kLongestPause)) {
    Status taken =
        stub::LoadClusterDefaults(conf, conf::Role::kWorker, options).status();
    if (taken.ok() || !stub::IsRetryable(taken)) return taken;
    Duration now = clock.Monotonic();
    if (now >= deadline) return taken;
    if (now >= log_again) {
      LOG_WARN("worker: waiting for the cluster defaults of the master error={}",
               taken.ToString());
      log_again = now + kLogEvery;
    }
    if (!pause(wait)) return Cancelled("ended while waiting for the master");
  }
}

}  // namespace alluxio::worker
