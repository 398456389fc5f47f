#include "metrics/prometheus_text.h"

#include <fmt/core.h>

#include <cctype>

namespace alluxio::metrics {

std::string PrometheusName(std::string_view name) {
  std::string out;
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) out.push_back('_');
  for (char c : name) {
    bool keep = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
    out.push_back(keep ? c : '_');
  }
  return out;
}

std::string PrometheusText(const std::vector<Sample>& samples) {
  std::string text;
  for (const Sample& sample : samples) {
    std::string name = PrometheusName(sample.name);
    const char* type = sample.type == MetricType::kCounter ? "counter" : "gauge";
    text += fmt::format("# TYPE {} {}\n{} {}\n", name, type, name, sample.value);
  }
  return text;
}

}  // namespace alluxio::metrics
