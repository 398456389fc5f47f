#include "worker/web/worker_web.h"

#include "base/log.h"
#include "conf/configuration.h"
#include "http/server.h"
#include "metrics/registry.h"

namespace alluxio::worker {

// In the order of construction: the server ends first.
struct WorkerWeb::State {
  explicit State(WorkerWebParts with)
      : parts(std::move(with)),
        history(metrics::Registry::Process(), *parts.clock),
        pages(web::Pages::OfConf(*parts.conf, Disk::Real())),
        router(pages) {}

  WorkerWebParts parts;
  web::MetricHistory history;
  const web::Pages pages;
  web::Router router;
  std::unique_ptr<http::Server> server;
};

WorkerWeb::WorkerWeb(std::unique_ptr<State> state) : state_(std::move(state)) {}

WorkerWeb::~WorkerWeb() = default;

int WorkerWeb::port() const { return state_->server->port(); }

Result<std::unique_ptr<WorkerWeb>> WorkerWeb::Start(WorkerWebParts parts) {
  auto state = std::make_unique<State>(std::move(parts));
  WorkerWebParts& own = state->parts;
  own.process = {.conf = own.conf, .disk = &Disk::Real(), .history = &state->history,
                .api = "/api/v1/worker"};
  AddWorkerRoutes(own, &state->router);
  http::ServerOptions options;
  options.bind_host = own.conf->GetString("alluxio.worker.web.bind.host");
  options.port = own.conf->GetInt("alluxio.worker.web.port");
  Result<std::unique_ptr<http::Server>> server = http::Server::Start(
      options, [router = &state->router](const http::Request& request) {
        return router->Handle(request);
      });
  if (!server.ok()) return server.status().WithContext("alluxio.worker.web.port");
  state->server = *std::move(server);
  LOG_INFO("web: listening address={}:{}", options.bind_host, state->server->port());
  return std::unique_ptr<WorkerWeb>(new WorkerWeb(std::move(state)));
}

}  // namespace alluxio::worker
