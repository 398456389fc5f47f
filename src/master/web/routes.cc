#include "master/state/serving_gate.h"
#include "master/web/web_parts.h"

namespace alluxio::master {
namespace {

// No user of the file system can have a name with a blank in it.
constexpr char kVisitor[] = "web visitor";

using http::Request;
using http::Response;

}  // namespace

OpContextOptions VisitorContext(const WebParts& parts) {
  OpContextOptions options;
  options.user = kVisitor;
  options.clock = parts.clock;
  options.may_block = true;
  options.deadline = parts.clock->Monotonic() + std::chrono::seconds(30);
  return options;
}

Status AwaitDurable(const WebParts& parts, const OpContext& context, Status outcome) {
  if (context.position() != 0) RETURN_IF_ERROR(parts.journal->WaitDurable(context.position()));
  return outcome;
}

void AddMasterRoutes(const WebParts& parts, web::Router* router) {
  const std::string& api = parts.process.api;
  web::AddProcessRoutes(parts.process, router);
  auto always = [&](const char* path, Response (*page)(const WebParts&)) {
    router->Get(api + path, [&parts, page](const Request&) { return page(parts); });
  };
  // What a standby reads of the namespace or hears of workers may be old: refused, as calls are.
  auto serving = [&](const char* path, Response (*page)(const WebParts&, const Request&)) {
    router->Get(api + path, [&parts, page](const Request& request) {
      Status served = parts.gate->CheckServing();
      return served.ok() ? page(parts, request) : Response::Of(served);
    });
  };
  always("/webui_init", &InitPage);
  always("/webui_overview", &OverviewPage);
  always("/webui_masters", &MastersPage);
  serving("/webui_browse", &BrowsePage);
  serving("/webui_data", &DataPage);
  serving("/webui_search", &SearchPage);
  serving("/download", &DownloadPage);
  serving("/info", &InfoPage);
  serving("/webui_workers", [](const WebParts& p, const Request&) { return WorkersPage(p); });
  serving("/webui_jobs", [](const WebParts& p, const Request&) { return JobsPage(p); });
  serving("/webui_mounttable", [](const WebParts& p, const Request&) { return MountTablePage(p); });
}

}  // namespace alluxio::master
