#include "master/service/cluster_metrics.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/registry.h"
#include "proto/grpc/common.pb.h"

namespace alluxio::master {
namespace {

// Sorted. What 2.9 adds up over workers, and over clients.
constexpr std::array<std::string_view, 10> kOfWorkers = {
    "ActiveRpcReadCount", "ActiveRpcWriteCount", "BytesReadCache",      "BytesReadDirect",
    "BytesReadDomain",    "BytesReadRemote",     "BytesWrittenDirect",  "BytesWrittenDomain",
    "BytesWrittenRemote", "BytesWrittenUfs"};
constexpr std::array<std::string_view, 2> kOfClients = {"BytesReadLocal", "BytesWrittenLocal"};

// Gauges of 2.9, and what each is made of.
constexpr std::pair<const char*, const char*> kThroughputs[] = {
    {"BytesReadDirectThroughput", "BytesReadDirect"},
    {"BytesReadDomainThroughput", "BytesReadDomain"},
    {"BytesReadLocalThroughput", "BytesReadLocal"},
    {"BytesReadRemoteThroughput", "BytesReadRemote"},
    {"BytesReadUfsThroughput", "BytesReadUfsAll"},
    {"BytesWrittenDomainThroughput", "BytesWrittenDomain"},
    {"BytesWrittenLocalThroughput", "BytesWrittenLocal"},
    {"BytesWrittenRemoteThroughput", "BytesWrittenRemote"},
    {"BytesWrittenUfsThroughput", "BytesWrittenUfsAll"}};

constexpr double kMost = 1e15;        // in one report
constexpr size_t kMaxStores = 1000;   // with a counter of their own
constexpr size_t kMaxStoreName = 300;

metrics::Counter& Cluster(const std::string& name) {
  return metrics::Registry::Process().counter("Cluster." + name);
}

bool IsSane(const grpc::Metric& metric) {
  double value = metric.value();
  bool goes_back = metric.name().starts_with("Active");  // how many there are now
  return metric.metrictype() == grpc::COUNTER && std::isfinite(value) &&
         std::abs(value) <= kMost && (value >= 0 || goes_back);
}

// "BytesReadPerUfs" of one store: its own counter, and that of all.
void AddOfStore(const grpc::Metric& metric, const std::string& all) {
  static std::atomic<size_t> stores{0};
  auto by = static_cast<int64_t>(metric.value());
  Cluster(all).Add(by);
  auto tag = metric.tags().find("UFS");
  if (tag == metric.tags().end() || tag->second.size() > kMaxStoreName) return;
  // A store whose counter is there may be found to be new by two reports: the bound is not exact.
  if (stores.load(std::memory_order_relaxed) >= kMaxStores) return;
  metrics::Counter& counter = Cluster(metric.name() + ".UFS:" + tag->second);
  if (counter.Value() == 0) stores.fetch_add(1, std::memory_order_relaxed);
  counter.Add(by);
}

}  // namespace

void AddWorkerMetrics(const MetricList& metrics) {
  for (const grpc::Metric& metric : metrics) {
    if (!IsSane(metric)) continue;
    if (metric.name() == "BytesReadPerUfs") {
      AddOfStore(metric, "BytesReadUfsAll");
    } else if (metric.name() == "BytesWrittenPerUfs") {
      AddOfStore(metric, "BytesWrittenUfsAll");
    } else if (std::binary_search(kOfWorkers.begin(), kOfWorkers.end(), metric.name())) {
      Cluster(metric.name()).Add(static_cast<int64_t>(metric.value()));
    }
  }
}

void AddClientMetrics(const MetricList& metrics) {
  for (const grpc::Metric& metric : metrics) {
    if (IsSane(metric) &&
        std::binary_search(kOfClients.begin(), kOfClients.end(), metric.name())) {
      Cluster(metric.name()).Add(static_cast<int64_t>(metric.value()));
    }
  }
}

void BeginClusterMetrics() {
  for (std::string_view name : kOfWorkers) Cluster(std::string(name));
  for (std::string_view name : kOfClients) Cluster(std::string(name));
}

std::vector<metrics::Throughput> ClusterThroughputs() {
  std::vector<metrics::Throughput> all;
  for (const auto& [gauge, counter] : kThroughputs) {
    all.push_back({std::string("Cluster.") + gauge, std::string("Cluster.") + counter});
  }
  return all;
}

double ClusterCacheHitRate() {
  auto missed = static_cast<double>(Cluster("BytesReadUfsAll").Value());
  double total = missed;
  for (const char* cached : {"BytesReadCache", "BytesReadDomain", "BytesReadLocal"}) {
    total += static_cast<double>(Cluster(cached).Value());
  }
  return total <= 0 ? 0 : 1 - missed / total;
}

}  // namespace alluxio::master
