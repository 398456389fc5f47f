// PrometheusText: a snapshot in the text format that Prometheus scrapes (version 0.0.4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/registry.h"

namespace alluxio::metrics {

// "Master.GetFileInfoOps" becomes "Master_GetFileInfoOps", one TYPE line and one value line each.
std::string PrometheusText(const std::vector<Sample>& samples);
// Letters, digits, '_' and ':' stay; every other byte becomes '_'; a digit in front gets a '_'.
std::string PrometheusName(std::string_view name);

}  // namespace alluxio::metrics
