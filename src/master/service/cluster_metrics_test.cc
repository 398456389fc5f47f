#include "master/service/cluster_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "metrics/registry.h"
#include "proto/grpc/common.pb.h"

namespace alluxio::master {
namespace {

int64_t Count(const std::string& name) {
  return metrics::Registry::Process().counter("Cluster." + name).Value();
}

void Put(MetricList* list, const std::string& name, double value, const std::string& ufs = "") {
  grpc::Metric* metric = list->Add();
  metric->set_name(name);
  metric->set_value(value);
  metric->set_metrictype(grpc::COUNTER);
  if (!ufs.empty()) (*metric->mutable_tags())["UFS"] = ufs;
}

TEST(ClusterMetricsTest, AddsUpWhatIsKnownAndSane) {
  MetricList list;
  Put(&list, "BytesReadCache", 30);
  Put(&list, "BytesReadPerUfs", 10, "s3:%2F%2Fb");
  Put(&list, "BytesReadLocal", 1000);  // of clients, not of workers
  Put(&list, "TotalPaths", 5);
  Put(&list, "BytesReadRemote", -4);
  Put(&list, "BytesReadRemote", std::nan(""));
  Put(&list, "BytesReadRemote", 1e300);
  Put(&list, "ActiveRpcReadCount", 2);
  Put(&list, "ActiveRpcReadCount", -1);
  int64_t cached = Count("BytesReadCache"), all = Count("BytesReadUfsAll");
  AddWorkerMetrics(list);
  AddWorkerMetrics(list);
  EXPECT_EQ(Count("BytesReadCache"), cached + 60);
  EXPECT_EQ(Count("BytesReadUfsAll"), all + 20);
  EXPECT_EQ(Count("BytesReadPerUfs.UFS:s3:%2F%2Fb"), 20);
  EXPECT_EQ(Count("BytesReadRemote"), 0);
  EXPECT_EQ(Count("BytesReadLocal"), 0);
  EXPECT_EQ(Count("ActiveRpcReadCount"), 2);
  EXPECT_DOUBLE_EQ(ClusterCacheHitRate(), 0.75);
  MetricList client;
  Put(&client, "BytesReadLocal", 80);
  Put(&client, "BytesReadCache", 1);
  AddClientMetrics(client);
  EXPECT_DOUBLE_EQ(ClusterCacheHitRate(), 1 - 20.0 / 160);
}

TEST(ClusterMetricsTest, StoresWithACounterOfTheirOwnAreBounded) {
  size_t before = metrics::Registry::Process().Snapshot().size();
  for (int i = 0; i < 3000; ++i) {
    MetricList list;
    Put(&list, "BytesReadPerUfs", 1, "u" + std::to_string(i));
    AddWorkerMetrics(list);
  }
  EXPECT_LE(metrics::Registry::Process().Snapshot().size(), before + 1001);
}

TEST(ClusterMetricsTest, ThroughputsAreOfWhatIsAddedUp) {
  for (const metrics::Throughput& one : ClusterThroughputs()) {
    EXPECT_TRUE(one.gauge.ends_with("Throughput")) << one.gauge;
    EXPECT_TRUE(one.counter.starts_with("Cluster.Bytes")) << one.counter;
  }
  EXPECT_EQ(ClusterThroughputs().size(), 9u);
}

}  // namespace
}  // namespace alluxio::master
