// MetricsMasterClientService: the metrics of this master.
#include "base/log.h"
#include "master/service/cluster_metrics.h"
#include "master/service/method_runner.h"
#include "master/service/services.h"
#include "metrics/registry.h"
#include "proto/grpc/metric_master.pb.h"

namespace alluxio::master {
namespace {

namespace metric = ::alluxio::grpc::metric;

constexpr char kService[] = "/alluxio.grpc.metric.MetricsMasterClientService/";

Status MetricsHeartbeat(const ServiceParts&, OpContext&,
                        const metric::MetricsHeartbeatPRequest& request,
                        metric::MetricsHeartbeatPResponse*) {
  static metrics::Counter& reports =
      metrics::Registry::Process().counter("Master.ClientMetricReports");
  reports.Add(request.options().clientmetrics_size());
  for (const metric::ClientMetrics& client : request.options().clientmetrics()) {
    AddClientMetrics(client.metrics());
  }
  return OkStatus();
}

grpc::MetricType WireType(metrics::MetricType type) {
  switch (type) {
    case metrics::MetricType::kCounter: return grpc::COUNTER;
    case metrics::MetricType::kGauge: return grpc::GAUGE;
    case metrics::MetricType::kTimer: return grpc::TIMER;
  }
  return grpc::GAUGE;
}

Status GetMetrics(const ServiceParts&, OpContext&, const metric::GetMetricsPOptions&,
                  metric::GetMetricsPResponse* response) {
  for (const metrics::Sample& sample : metrics::Registry::Process().Snapshot()) {
    metric::MetricValue& value = (*response->mutable_metrics())[sample.name];
    value.set_doublevalue(sample.value);
    value.set_metrictype(WireType(sample.type));
  }
  return OkStatus();
}

Status ClearMetrics(const ServiceParts& parts, OpContext& context,
                    const metric::ClearMetricsPRequest&, metric::ClearMetricsPResponse*) {
  metrics::Registry::Process().Clear();
  parts.throughputs->BeginAnew();
  LOG_INFO("master: metrics cleared user={}", context.user());
  return OkStatus();
}

}  // namespace

void AddMetricsService(const ServiceParts& parts, rpc::MethodTable* table) {
  MethodSpec spec;
  spec.path = std::string(kService) + "MetricsHeartbeat";
  AddMethod<metric::MetricsHeartbeatPRequest, metric::MetricsHeartbeatPResponse>(
      parts, table, spec, &MetricsHeartbeat);
  spec.path = std::string(kService) + "ClearMetrics";
  AddMethod<metric::ClearMetricsPRequest, metric::ClearMetricsPResponse>(parts, table, spec,
                                                                         &ClearMetrics);
  // A standby tells how far behind it is.
  spec.needs = Needs::kReporting;
  spec.path = std::string(kService) + "GetMetrics";
  AddMethod<metric::GetMetricsPOptions, metric::GetMetricsPResponse>(parts, table, spec,
                                                                     &GetMetrics);
}

}  // namespace alluxio::master
