#include "metrics/registry.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace alluxio::metrics {
namespace {

double InMillis(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

void AppendTimer(const std::string& name, const Timer& timer, std::vector<Sample>* samples) {
  int64_t count = timer.Count();
  double mean = count == 0 ? 0 : InMillis(timer.Sum()) / static_cast<double>(count);
  auto add = [&](const char* ending, double value) {
    samples->push_back({name + ending, MetricType::kTimer, value});
  };
  add(".count", static_cast<double>(count));
  add(".max", InMillis(timer.Max()));
  add(".mean", mean);
  add(".p50", InMillis(timer.Percentile(0.50)));
  add(".p95", InMillis(timer.Percentile(0.95)));
  add(".p99", InMillis(timer.Percentile(0.99)));
}

}  // namespace

Counter& Registry::counter(std::string_view name) {
  MutexLock lock(mutex_);
  CHECK(timers_.find(name) == timers_.end()) << name << " is a timer";
  CHECK(gauges_.find(name) == gauges_.end()) << name << " is a gauge";
  auto at = counters_.find(name);
  if (at == counters_.end()) {
    at = counters_.emplace(std::string(name), std::make_unique<Counter>()).first;
  }
  return *at->second;
}

Timer& Registry::timer(std::string_view name) {
  MutexLock lock(mutex_);
  CHECK(counters_.find(name) == counters_.end()) << name << " is a counter";
  CHECK(gauges_.find(name) == gauges_.end()) << name << " is a gauge";
  auto at = timers_.find(name);
  if (at == timers_.end()) {
    at = timers_.emplace(std::string(name), std::make_unique<Timer>()).first;
  }
  return *at->second;
}

void Registry::SetGauge(std::string_view name, std::function<double()> read) {
  auto gauge = std::make_shared<const std::function<double()>>(std::move(read));
  MutexLock lock(mutex_);
  CHECK(counters_.find(name) == counters_.end()) << name << " is a counter";
  CHECK(timers_.find(name) == timers_.end()) << name << " is a timer";
  gauges_.insert_or_assign(std::string(name), std::move(gauge));
}

void Registry::RemoveGauge(std::string_view name) {
  MutexLock lock(mutex_);
  auto at = gauges_.find(name);
  if (at != gauges_.end()) gauges_.erase(at);
}

bool Registry::IsLevel(std::string_view name) {
  size_t dot = name.find('.');
  return dot != std::string_view::npos && (name.substr(dot + 1).starts_with("Active") ||
                                             name.ends_with(".MetadataSyncActivePaths"));
}

void Registry::Clear() {
  MutexLock lock(mutex_);
  for (auto& [name, counter] : counters_) {
    if (!IsLevel(name)) counter->Clear();
  }
  for (auto& [name, timer] : timers_) timer->Clear();
  clears_.fetch_add(1, std::memory_order_release);
}

std::vector<Sample> Registry::Snapshot() const {
  std::vector<Sample> samples;
  std::vector<std::pair<std::string, std::shared_ptr<const std::function<double()>>>> gauges;
  {
    MutexLock lock(mutex_);
    for (const auto& [name, counter] : counters_) {
      samples.push_back({name, MetricType::kCounter, static_cast<double>(counter->Value())});
    }
    for (const auto& [name, timer] : timers_) AppendTimer(name, *timer, &samples);
    gauges.assign(gauges_.begin(), gauges_.end());
  }
  for (const auto& [name, read] : gauges) {
    samples.push_back({name, MetricType::kGauge, (*read)()});
  }
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.name < b.name; });
  return samples;
}

Registry& Registry::Process() {
  static Registry& registry = *new Registry();
  return registry;
}

std::string_view MetricTypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "COUNTER";
    case MetricType::kGauge: return "GAUGE";
    case MetricType::kTimer: return "TIMER";
  }
  return "GAUGE";
}

}  // namespace alluxio::metrics
