#include "web/metric_history.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alluxio::web {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

// Percentiles of all time say little over time; counts do.
bool IsKept(const metrics::Sample& sample) {
  return sample.type != metrics::MetricType::kTimer || sample.name.ends_with(".count") ||
         sample.name.ends_with(".mean");
}

}  // namespace

MetricHistory::MetricHistory(const metrics::Registry& registry, const Clock& clock, bool collect)
    : registry_(registry), clock_(clock) {
  if (!collect) return;
  Take();
  task_ = std::make_unique<PeriodicTask>("metrics", kStep, [this] { Take(); });
}

void MetricHistory::Take() {
  std::vector<metrics::Sample> samples = registry_.Snapshot();
  MutexLock lock(mutex_);
  size_t at = taken_ % kPoints;
  for (auto& [name, ring] : rings_) ring[at] = kNone;
  for (const metrics::Sample& sample : samples) {
    if (!IsKept(sample)) continue;
    auto found = rings_.find(sample.name);
    if (found == rings_.end()) {
      if (sample.value == 0) continue;  // It has not begun to say anything.
      if (rings_.size() >= kMaxNames) continue;
      found = rings_.emplace(sample.name, std::vector<float>(kPoints, kNone)).first;
    }
    found->second[at] = static_cast<float>(sample.value);
  }
  ++taken_;
  last_ms_ = clock_.NowMs();
}

MetricHistory::Series MetricHistory::Read() const {
  MutexLock lock(mutex_);
  Series series;
  series.points = std::min(taken_, kPoints);
  if (series.points == 0) return series;
  series.start_ms = last_ms_ - static_cast<int64_t>(series.points - 1) * ToMillis(kStep);
  for (const auto& [name, ring] : rings_) {
    std::vector<float>& values = series.values[name];
    values.reserve(series.points);
    for (size_t i = taken_ - series.points; i < taken_; ++i) values.push_back(ring[i % kPoints]);
  }
  return series;
}

}  // namespace alluxio::web
