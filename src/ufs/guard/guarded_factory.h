// GuardedFactory: opens under stores with a Bulkhead around each. Ufs objects opened for one URI
// with the same options share a Bulkhead, so what one learned of the store the next one knows.
//
// Calls that ask or change names run on threads of the mount and are given up at their deadline.
// Reads and writes of bytes run on the caller's thread: they are counted, cut off by the breaker
// and, reads, repeated, but they end only when the adapter ends them. OpenLog and Lock go straight
// to the adapter: the journal has its own ways. Thread-safe; Ufs objects may outlive the factory.
#pragma once

#include <memory>
#include <string>

#include "conf/configuration.h"
#include "env/clock.h"
#include "env/rng.h"
#include "ufs/guard/bulkhead.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

struct GuardedFactoryOptions {
  std::string metrics;  // prefix of the metrics: "Master", "Worker"
  size_t threads = 1024;  // of all mounts together
  const Clock* clock = &Clock::Real();
  Rng* rng = &Rng::Real();
  std::function<void(Duration)> pause;  // empty: really wait
  std::function<bool()> stopping;       // true: calls that wait end at once; may be empty
};

class GuardedFactory {
 public:
  // `conf` is copied. Open of the result is INVALID_ARGUMENT for limits of the mount that are none.
  static std::unique_ptr<UfsFactory> Wrap(std::unique_ptr<UfsFactory> inner,
                                          const conf::Configuration& conf,
                                          GuardedFactoryOptions options);
  // One Ufs behind a bulkhead.
  static std::shared_ptr<Ufs> Guard(std::shared_ptr<Ufs> inner, std::shared_ptr<Bulkhead> bulkhead);
};

}  // namespace alluxio::ufs
