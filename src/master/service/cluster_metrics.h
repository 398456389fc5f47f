// ClusterMetrics: what workers and clients report of themselves, added up as "Cluster.<name>".
//
// A report says by how much a counter has grown. Its numbers are a stranger's: names that are not
// in the table, and numbers that no counter can have, are dropped. Thread-safe; the counters are
// the process registry's.
#pragma once

#include <vector>

#include "metrics/throughput_gauges.h"

namespace google::protobuf {
template <typename Element>
class RepeatedPtrField;
}
namespace alluxio::grpc {
class Metric;
}

namespace alluxio::master {

using MetricList = google::protobuf::RepeatedPtrField<grpc::Metric>;

void AddWorkerMetrics(const MetricList& metrics);
void AddClientMetrics(const MetricList& metrics);
// Of all bytes that clients have read, the share that came from a cache; 0 when none has.
double ClusterCacheHitRate();

// All that is added up has its 0 from here on.
void BeginClusterMetrics();

// The gauges of bytes a minute that 2.9 has.
std::vector<metrics::Throughput> ClusterThroughputs();

}  // namespace alluxio::master
