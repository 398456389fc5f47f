// MountLanes: work on under stores, on threads shared by all mounts but never all taken by one.
//
//   Submit(mount, urgency, work) --> lane of the mount: at most per_mount at once, the rest waits
//
// A store that answers no more holds up its own lane only. Work is run in order of urgency, then of
// arrival. Thread-safe; nothing here blocks but Stop.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "base/callback.h"
#include "base/mutex.h"
#include "env/executor.h"
#include "model/ids.h"

namespace alluxio::worker {

struct MountLaneOptions {
  size_t threads = 64;
  size_t per_mount = 20;  // alluxio.underfs.object.store.service.threads
  size_t queue_limit = 10'000;  // of one mount
};

enum class Urgency { kWaitedFor, kBackground };

class MountLanes {
 public:
  explicit MountLanes(const MountLaneOptions& options);
  ~MountLanes();

  // UNAVAILABLE when too much waits for this mount already, or after Stop(); `work` did not and
  // will not run then.
  Status Submit(MountId mount, Urgency urgency, Callback<void()> work);
  // An executor whose work goes through the lane of the mount at kWaitedFor; Stop does nothing.
  // Lives as long as this object. The mounts that ask are bounded: beyond the limit they share one.
  Executor& ExecutorOf(MountId mount);
  // Refuses new work and returns when everything accepted has run.
  void Stop();

 private:
  static constexpr size_t kMostExecutors = 10'000;
  class LaneExecutor;
  struct Lane {
    size_t running = 0;
    std::deque<Callback<void()>> urgent;
    std::deque<Callback<void()>> background;
  };
  void Run(MountId mount);

  const MountLaneOptions options_;
  Mutex mutex_{LockRank::kClient};  // above the executor's own
  std::map<MountId, Lane> lanes_ GUARDED_BY(mutex_);  // those with work only
  std::map<MountId, std::unique_ptr<LaneExecutor>> executors_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::unique_ptr<Executor> executor_;
};

}  // namespace alluxio::worker
