// ThroughputGauges: "Cluster.BytesReadLocalThroughput" and its like, as 2.9's master has them: what
// a counter has grown by a minute, the mean since the start or since the metrics were cleared.
//
// Takes its gauges away when it ends. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "env/clock.h"
#include "metrics/registry.h"

namespace alluxio::metrics {

struct Throughput {
  std::string gauge;
  std::string counter;
};

class ThroughputGauges {
 public:
  // Both outlive this, and the clock every Snapshot under way.
  ThroughputGauges(Registry& registry, const Clock& clock, std::vector<Throughput> gauges);
  ~ThroughputGauges();
  ThroughputGauges(const ThroughputGauges&) = delete;
  ThroughputGauges& operator=(const ThroughputGauges&) = delete;

  void BeginAnew();

 private:
  Registry& registry_;
  const Clock& clock_;
  const std::vector<Throughput> gauges_;
  const std::shared_ptr<std::atomic<int64_t>> since_ms_;  // shared with what a Snapshot reads
};

}  // namespace alluxio::metrics
