#include "master/web/master_web.h"

#include "base/log.h"
#include "conf/configuration.h"
#include "http/server.h"
#include "master/web/file_preview.h"
#include "metrics/registry.h"

namespace alluxio::master {

// In the order of construction: the server ends first.
struct MasterWeb::State {
  explicit State(WebParts with)
      : parts(std::move(with)),
        preview(*parts.conf),
        history(metrics::Registry::Process(), *parts.clock),
        pages(web::Pages::OfConf(*parts.conf, Disk::Real())),
        router(pages) {}

  WebParts parts;
  FilePreview preview;
  web::MetricHistory history;
  const web::Pages pages;
  web::Router router;
  std::unique_ptr<http::Server> server;
};

MasterWeb::MasterWeb(std::unique_ptr<State> state) : state_(std::move(state)) {}

MasterWeb::~MasterWeb() = default;

int MasterWeb::port() const { return state_->server->port(); }

Result<std::unique_ptr<MasterWeb>> MasterWeb::Start(WebParts parts) {
  auto state = std::make_unique<State>(std::move(parts));
  WebParts& own = state->parts;
  const conf::Configuration& conf = *own.conf;
  own.preview = &state->preview;
  own.permissions = conf.GetBool("alluxio.security.authorization.permission.enabled");
  own.process = {.conf = own.conf, .conf_now = own.conf_now, .disk = &Disk::Real(),
                .history = &state->history, .api = "/api/v1/master"};
  AddMasterRoutes(own, &state->router);
  http::ServerOptions options;
  options.bind_host = conf.GetString("alluxio.master.web.bind.host");
  options.port = conf.GetInt("alluxio.master.web.port");
  Result<std::unique_ptr<http::Server>> server = http::Server::Start(
      options, [router = &state->router](const http::Request& request) {
        return router->Handle(request);
      });
  if (!server.ok()) return server.status().WithContext("alluxio.master.web.port");
  state->server = *std::move(server);
  own.web_port = state->server->port();
  LOG_INFO("web: listening address={}:{}", options.bind_host, own.web_port);
  return std::unique_ptr<MasterWeb>(new MasterWeb(std::move(state)));
}

}  // namespace alluxio::master
