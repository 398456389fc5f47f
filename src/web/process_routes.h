// AddProcessRoutes: what every role answers alike: metrics, configuration, logs, threads.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "conf/configuration.h"
#include "env/disk.h"
#include "web/metric_history.h"
#include "web/router.h"

namespace alluxio::web {

struct ProcessParts {
  const conf::Configuration* conf = nullptr;  // as at the start
  // What is set now, where that can change; may be null.
  std::function<std::shared_ptr<const conf::Configuration>()> conf_now;
  Disk* disk = nullptr;
  const MetricHistory* history = nullptr;
  std::string api;  // "/api/v1/master"
};

// `parts` and what it points to outlive the router.
void AddProcessRoutes(const ProcessParts& parts, Router* router);

// One function for each file; the paths are in process_routes.cc.
http::Response MetricsJson();
http::Response MetricsPrometheus();
http::Response MetricsPage(const ProcessParts& parts);
http::Response ConfigPage(const ProcessParts& parts);
http::Response LogsPage(const ProcessParts& parts, const http::Request& request);
http::Response LogLevelPage(const http::Request& request);
http::Response ThreadDump(const ProcessParts& parts);

}  // namespace alluxio::web
