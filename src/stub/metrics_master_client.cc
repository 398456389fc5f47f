#include "stub/metrics_master_client.h"

#include "proto/grpc/metric_master.pb.h"

namespace alluxio::stub {

namespace metric = grpc::metric;

Result<std::map<std::string, MetricReading>> MetricsMasterClient::GetMetrics() {
  metric::GetMetricsPResponse response;
  RETURN_IF_ERROR(connection_->Call(MasterService::kMetricsClient, "GetMetrics",
                                    metric::GetMetricsPOptions(), &response));
  std::map<std::string, MetricReading> readings;
  for (const auto& [name, value] : response.metrics()) {
    readings[name] = MetricReading{grpc::MetricType_Name(value.metrictype()), value.doublevalue(),
                                   value.stringvalue()};
  }
  return readings;
}

Status MetricsMasterClient::ClearMetrics() {
  metric::ClearMetricsPResponse response;
  return connection_->Call(MasterService::kMetricsClient, "ClearMetrics",
                           metric::ClearMetricsPRequest(), &response);
}

Status MetricsMasterClient::Heartbeat(const std::string& source,
                                      const std::vector<ClientMetric>& metrics) {
  metric::MetricsHeartbeatPRequest request;
  metric::ClientMetrics* client = request.mutable_options()->add_clientmetrics();
  client->set_source(source);
  for (const ClientMetric& metric : metrics) {
    grpc::Metric* out = client->add_metrics();
    out->set_name(metric.name);
    out->set_value(metric.value);
    out->set_metrictype(grpc::COUNTER);
  }
  metric::MetricsHeartbeatPResponse response;
  return connection_->Call(MasterService::kMetricsClient, "MetricsHeartbeat", request, &response,
                           Attempts::kOne);
}

}  // namespace alluxio::stub
