#include "metrics/throughput_gauges.h"

#include <algorithm>
#include <utility>

namespace alluxio::metrics {

ThroughputGauges::ThroughputGauges(Registry& registry, const Clock& clock,
                                   std::vector<Throughput> gauges)
    : registry_(registry),
      clock_(clock),
      gauges_(std::move(gauges)),
      since_ms_(std::make_shared<std::atomic<int64_t>>(ToMillis(clock.Monotonic()))) {
  for (const Throughput& one : gauges_) {
    Counter& counter = registry_.counter(one.counter);
    registry_.SetGauge(one.gauge, [since = since_ms_, &counter, &clock] {
      int64_t minutes = (ToMillis(clock.Monotonic()) - since->load()) / 60'000;
      return static_cast<double>(counter.Value() / std::max<int64_t>(1, minutes));
    });
  }
}

ThroughputGauges::~ThroughputGauges() {
  for (const Throughput& one : gauges_) registry_.RemoveGauge(one.gauge);
}

void ThroughputGauges::BeginAnew() { since_ms_->store(ToMillis(clock_.Monotonic())); }

}  // namespace alluxio::metrics
