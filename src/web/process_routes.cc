#include "web/process_routes.h"

namespace alluxio::web {

void AddProcessRoutes(const ProcessParts& parts, Router* router) {
  using http::Request;
  router->Get("/metrics/json", [](const Request&) { return MetricsJson(); });
  router->Get("/metrics/prometheus", [](const Request&) { return MetricsPrometheus(); });
  router->Get("/api/v1/common/thread_dump", [&parts](const Request&) { return ThreadDump(parts); });
  router->Get(parts.api + "/webui_metrics",
              [&parts](const Request&) { return MetricsPage(parts); });
  router->Get(parts.api + "/webui_config", [&parts](const Request&) { return ConfigPage(parts); });
  router->Get(parts.api + "/webui_logs",
              [&parts](const Request& request) { return LogsPage(parts, request); });
  router->Post(parts.api + "/logLevel", &LogLevelPage);
}

}  // namespace alluxio::web
