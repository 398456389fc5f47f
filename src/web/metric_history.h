// MetricHistory: the last hour of a process's metrics, a point each ten seconds, for charts.
//
// Counters and timers' counts are kept as they are; the pages make rates of them. Bounded: at most
// kMaxNames names, those that were first to be more than 0, of kPoints points. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "metrics/registry.h"

namespace alluxio::web {

class MetricHistory {
 public:
  static constexpr size_t kPoints = 360;
  static constexpr size_t kMaxNames = 256;
  static constexpr Duration kStep = std::chrono::seconds(10);

  // Begins to collect on a thread of its own, unless told not to. Both outlive this.
  MetricHistory(const metrics::Registry& registry, const Clock& clock, bool collect = true);

  // Takes one point now.
  void Take() EXCLUDES(mutex_);

  struct Series {
    int64_t start_ms = 0;  // of the first point
    size_t points = 0;
    std::map<std::string, std::vector<float>> values;  // NaN where there was none
  };
  Series Read() const EXCLUDES(mutex_);

 private:
  const metrics::Registry& registry_;
  const Clock& clock_;
  mutable Mutex mutex_{LockRank::kLeaf};
  size_t taken_ GUARDED_BY(mutex_) = 0;
  int64_t last_ms_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::vector<float>> rings_ GUARDED_BY(mutex_);
  std::unique_ptr<PeriodicTask> task_;  // last: ends before what it uses
};

}  // namespace alluxio::web
