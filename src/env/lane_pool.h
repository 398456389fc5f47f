// LanePool: one pool of threads that many lanes share, none of which can take them all.
//
//   Submit(lane, work)   at most lane.threads of a lane run at once; the rest waits in the lane
//
// Work of one lane that never comes back holds up that lane only. Threads are started when they are
// needed and end when they had nothing to do for a while, so the limits may be generous.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/callback.h"
#include "base/duration.h"
#include "base/status.h"

namespace alluxio {

struct LanePoolOptions {
  std::string name;      // thread name prefix, at most 12 characters
  size_t threads = 512;  // of all lanes together
  Duration idle = std::chrono::seconds(30);  // after which a thread without work ends
};

struct Lane {
  int64_t id = 0;
  size_t threads = 64;  // of this lane at once; at least 1
  size_t queue = 20'000;
};

class LanePool {
 public:
  virtual ~LanePool() = default;
  // RESOURCE_EXHAUSTED when the lane's queue is full, UNAVAILABLE after Stop(); `work` did not and
  // will not run then.
  virtual Status Submit(const Lane& lane, Callback<void()> work) = 0;
  // Refuses new work and returns when everything accepted has run, or after `grace`: false when
  // something still runs then. That must own what it touches; the threads go on without the pool.
  virtual bool Stop(Duration grace) = 0;
  // Threads there are now.
  virtual size_t threads() const = 0;

  // Destroying the pool refuses new work, drops what waits and does not wait for what runs.
  static std::unique_ptr<LanePool> Create(const LanePoolOptions& options);
};

}  // namespace alluxio
