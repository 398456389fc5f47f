#include "web/process_web.h"

#include "base/json_text.h"
#include "base/log.h"
#include "env/clock.h"
#include "env/disk.h"
#include "http/server.h"
#include "metrics/registry.h"
#include "web/process_routes.h"

namespace alluxio::web {

// In the order of construction: the server ends first.
struct ProcessWeb::State {
  explicit State(const conf::Configuration& with)
      : conf(with),
        start_time_ms(Clock::Real().NowMs()),
        history(metrics::Registry::Process(), Clock::Real()),
        pages(Pages::None("the pages are on the web ports of masters and workers")),
        router(pages) {}

  http::Response Info() const {
    JsonText json;
    json.BeginObject().Field("process", process);
    json.Field("version", conf.GetString("alluxio.version"));
    json.Field("startTimeMs", start_time_ms);
    json.Field("uptimeMs", Clock::Real().NowMs() - start_time_ms).EndObject();
    return http::Response::Json(json.text());
  }

  const conf::Configuration conf;
  const int64_t start_time_ms;
  std::string process;
  MetricHistory history;
  const Pages pages;
  ProcessParts parts;
  Router router;
  std::unique_ptr<http::Server> server;
};

ProcessWeb::ProcessWeb(std::unique_ptr<State> state) : state_(std::move(state)) {}

ProcessWeb::~ProcessWeb() = default;

int ProcessWeb::port() const { return state_->server->port(); }

Result<std::unique_ptr<ProcessWeb>> ProcessWeb::Start(const conf::Configuration& conf,
                                                      const ProcessWebOptions& options) {
  auto state = std::make_unique<State>(conf);
  state->process = options.process;
  state->parts = {.conf = &state->conf, .disk = &Disk::Real(), .history = &state->history,
                  .api = options.api};
  AddProcessRoutes(state->parts, &state->router);
  state->router.Get(options.api + "/info",
                    [state = state.get()](const http::Request&) { return state->Info(); });
  http::ServerOptions server;
  server.bind_host = conf.GetString(options.keys + ".bind.host");
  server.port = conf.GetInt(options.keys + ".port");
  Result<std::unique_ptr<http::Server>> started = http::Server::Start(
      server, [router = &state->router](const http::Request& request) {
        return router->Handle(request);
      });
  if (!started.ok()) return started.status().WithContext(options.keys + ".port");
  state->server = *std::move(started);
  LOG_INFO("web: listening address={}:{}", server.bind_host, state->server->port());
  return std::unique_ptr<ProcessWeb>(new ProcessWeb(std::move(state)));
}

}  // namespace alluxio::web
