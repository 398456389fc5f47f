// Registry: the metrics of a process by name, in Alluxio's names ("Master.GetFileInfoOps").
//
// Look a metric up once and keep the reference: it stays valid as long as the registry. Asking for
// a name again gives the same metric; asking for it as another kind is a programmer error (CHECK).
// Thread-safe; updates of counters and timers take no lock.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "metrics/counter.h"
#include "metrics/timer.h"

namespace alluxio::metrics {

enum class MetricType { kCounter, kGauge, kTimer };

// One number of a snapshot. A timer gives several: its name with .count, .mean, .max, .p50, .p95
// and .p99, in milliseconds except .count.
struct Sample {
  std::string name;
  MetricType type = MetricType::kCounter;
  double value = 0;
};

class Registry {
 public:
  Registry() = default;
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter& counter(std::string_view name) EXCLUDES(mutex_);
  Timer& timer(std::string_view name) EXCLUDES(mutex_);
  // `read` is called by Snapshot on any thread, with no lock of the registry held, until
  // RemoveGauge returns or another gauge takes the name.
  void SetGauge(std::string_view name, std::function<double()> read) EXCLUDES(mutex_);
  // Waits for nobody: a Snapshot under way may still call the old function once, so `read` must
  // own or outlive what it touches (capture a shared_ptr or a process-wide object).
  void RemoveGauge(std::string_view name) EXCLUDES(mutex_);

  // Counters and timers begin at 0 again, but for counters of what there is now (IsLevel); gauges
  // are what they are.
  void Clear() EXCLUDES(mutex_);
  // How often that was done.
  int64_t clears() const { return clears_.load(std::memory_order_acquire); }
  // Whether a counter goes up and down with what there is now: "Worker.ActiveRpcReadCount".
  static bool IsLevel(std::string_view name);

  // Sorted by name.
  std::vector<Sample> Snapshot() const EXCLUDES(mutex_);

  // The registry shared by the rooms of one process; lives forever.
  static Registry& Process();

 private:
  mutable Mutex mutex_{LockRank::kLeaf};
  std::atomic<int64_t> clears_{0};
  std::map<std::string, std::unique_ptr<Counter>, std::less<>> counters_ GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<Timer>, std::less<>> timers_ GUARDED_BY(mutex_);
  std::map<std::string, std::shared_ptr<const std::function<double()>>, std::less<>> gauges_
      GUARDED_BY(mutex_);
};

std::string_view MetricTypeName(MetricType type);

}  // namespace alluxio::metrics
