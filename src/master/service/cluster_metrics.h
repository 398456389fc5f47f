// ClusterMetrics: what workers and clients report of themselves, added up as "Cluster.<name>".
//
// A report says by how much a counter has grown. Its numbers are a stranger's: names that are not
// in the table, and numbers that no counter can have, are dropped. Thread-safe; the counters are
// the process registry's.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace google::protobuf {
template <typename Element>
class RepeatedPtrField;
}
namespace alluxio::grpc {
class Metric;
}

namespace alluxio {
class Clock;
}
namespace alluxio::metrics {
class Registry;
}

namespace alluxio::master {

using MetricList = google::protobuf::RepeatedPtrField<grpc::Metric>;

void AddWorkerMetrics(const MetricList& metrics);
void AddClientMetrics(const MetricList& metrics);
// Of all bytes that clients have read, the share that came from a cache; 0 when none has.
double ClusterCacheHitRate();

// "Cluster.BytesReadLocalThroughput" and its like, as 2.9 has them: bytes a minute, the mean since
// the start or since the metrics were cleared. Takes its gauges away when it ends.
class ThroughputGauges {
 public:
  // Both outlive this, and the clock every Snapshot under way.
  ThroughputGauges(metrics::Registry& registry, const Clock& clock);
  ~ThroughputGauges();
  ThroughputGauges(const ThroughputGauges&) = delete;
  ThroughputGauges& operator=(const ThroughputGauges&) = delete;

  void BeginAnew();

 private:
  metrics::Registry& registry_;
  const Clock& clock_;
  const std::shared_ptr<std::atomic<int64_t>> since_ms_;
};

}  // namespace alluxio::master
