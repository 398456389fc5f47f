// The metrics of this process: for programs in Dropwizard's and Prometheus's forms, and for the
// page with the last hour.
#include <cmath>
#include <map>

#include "base/json_text.h"
#include "env/clock.h"
#include "metrics/prometheus_text.h"
#include "metrics/registry.h"
#include "web/process_routes.h"

namespace alluxio::web {
namespace {

using metrics::MetricType;
using metrics::Sample;

// "Master.GetStatus.p95" as the timer's name and the part.
using TimerParts = std::map<std::string, std::map<std::string, double>>;

TimerParts TimersOf(const std::vector<Sample>& samples) {
  TimerParts timers;
  for (const Sample& sample : samples) {
    if (sample.type != MetricType::kTimer) continue;
    size_t dot = sample.name.rfind('.');
    timers[sample.name.substr(0, dot)][sample.name.substr(dot + 1)] = sample.value;
  }
  return timers;
}

double PartOf(const std::map<std::string, double>& parts, const char* name) {
  auto found = parts.find(name);
  return found == parts.end() ? 0 : found->second;
}

void WriteSection(const std::vector<Sample>& samples, MetricType type, const char* title,
                  const char* field, JsonText* json) {
  json->Key(title).BeginObject();
  for (const Sample& sample : samples) {
    if (sample.type == type) {
      json->Key(sample.name).BeginObject().Field(field, sample.value).EndObject();
    }
  }
  json->EndObject();
}

void WriteRpcs(const TimerParts& timers, JsonText* json) {
  json->Key("rpcs").BeginArray();
  for (const auto& [name, parts] : timers) {
    if (PartOf(parts, "count") == 0) continue;
    json->BeginObject().Field("method", name).Field("count", PartOf(parts, "count"));
    json->Field("meanMs", PartOf(parts, "mean")).Field("p50Ms", PartOf(parts, "p50"));
    json->Field("p95Ms", PartOf(parts, "p95")).Field("p99Ms", PartOf(parts, "p99"));
    json->Field("maxMs", PartOf(parts, "max")).EndObject();
  }
  json->EndArray();
}

void WriteSeries(const MetricHistory& history, JsonText* json) {
  MetricHistory::Series series = history.Read();
  json->Key("series").BeginObject();
  json->Field("stepMs", ToMillis(MetricHistory::kStep)).Field("startMs", series.start_ms);
  json->Key("names").BeginArray();
  for (const auto& [name, values] : series.values) json->String(name);
  json->EndArray().Key("values").BeginObject();
  for (const auto& [name, values] : series.values) {
    json->Key(name).BeginArray();
    for (float value : values) json->Number(double{value});
    json->EndArray();
  }
  json->EndObject().EndObject();
}

}  // namespace

http::Response MetricsPrometheus() {
  http::Response response;
  response.type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = metrics::PrometheusText(metrics::Registry::Process().Snapshot());
  return response;
}

http::Response MetricsJson() {
  std::vector<Sample> samples = metrics::Registry::Process().Snapshot();
  JsonText json;
  json.BeginObject().Field("version", "4.0.0");  // of Dropwizard's form
  WriteSection(samples, MetricType::kGauge, "gauges", "value", &json);
  WriteSection(samples, MetricType::kCounter, "counters", "count", &json);
  json.Key("histograms").BeginObject().EndObject().Key("meters").BeginObject().EndObject();
  json.Key("timers").BeginObject();
  for (const auto& [name, parts] : TimersOf(samples)) {
    json.Key(name).BeginObject();
    for (const auto& [part, value] : parts) json.Field(part, value);
    json.Field("duration_units", "milliseconds").EndObject();
  }
  json.EndObject().EndObject();
  return http::Response::Json(json.text());
}

http::Response MetricsPage(const ProcessParts& parts) {
  std::vector<Sample> samples = metrics::Registry::Process().Snapshot();
  JsonText json;
  json.BeginObject().Field("now", Clock::Real().NowMs());
  json.Key("metrics").BeginObject();
  for (const Sample& sample : samples) json.Field(sample.name, sample.value);
  json.EndObject();
  WriteRpcs(TimersOf(samples), &json);
  WriteSeries(*parts.history, &json);
  json.EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::web
