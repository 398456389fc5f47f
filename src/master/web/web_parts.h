// WebParts: what the pages of a master show. Not owned; all of it outlives the router.
#pragma once

#include <functional>
#include <string>

#include "journal/journal.h"
#include "master/ops/fs_operations.h"
#include "master/state/op_context.h"
#include "web/process_routes.h"

namespace alluxio::master {

class BlockMaster;
class FilePreview;
class LoadJobs;
class MetaMaster;
class MountTable;
class ServingGate;

// A job of the job service.
struct ServiceJob {
  int64_t id = 0;
  std::string name;
  std::string status;  // "COMPLETED"
  std::string description;
  std::string error;  // "" = none
  int64_t updated_ms = 0;
};

struct WebParts {
  web::ProcessParts process;
  FsOperations* operations = nullptr;
  BlockMaster* blocks = nullptr;
  MetaMaster* meta = nullptr;
  MountTable* mounts = nullptr;
  ServingGate* gate = nullptr;
  journal::Journal* journal = nullptr;
  FilePreview* preview = nullptr;
  LoadJobs* load_jobs = nullptr;
  // Asks the job master; blocks for seconds at most. May be empty: there is none.
  std::function<Result<std::vector<ServiceJob>>()> service_jobs;
  const conf::Configuration* conf = nullptr;
  std::function<std::shared_ptr<const conf::Configuration>()> conf_now;  // may be null
  const Clock* clock = nullptr;
  std::function<std::vector<std::string>()> other_masters;  // may be empty: alone
  std::function<std::string()> primary;   // of a standby: "host:port", "" when unknown
  std::function<int64_t()> lag_entries;   // of a standby
  std::function<int64_t()> entries_since_checkpoint;
  std::string host;
  int rpc_port = 0;
  int web_port = 0;
  int64_t start_time_ms = 0;
  std::string version;
  bool permissions = true;  // alluxio.security.authorization.permission.enabled
};

// Nobody logs in to the pages: a request has the rights of somebody who owns nothing.
OpContextOptions VisitorContext(const WebParts& parts);
// `outcome`, when what `context` saw is durable: nothing is shown that a crash could take back, and
// an error may tell of an edit as well.
Status AwaitDurable(const WebParts& parts, const OpContext& context, Status outcome);

// Registers every route of a master; `parts` outlives the router.
void AddMasterRoutes(const WebParts& parts, web::Router* router);

// One function for each file; the paths are in routes.cc.
http::Response InitPage(const WebParts& parts);
http::Response OverviewPage(const WebParts& parts);
http::Response BrowsePage(const WebParts& parts, const http::Request& request);
http::Response DataPage(const WebParts& parts, const http::Request& request);
http::Response SearchPage(const WebParts& parts, const http::Request& request);
http::Response DownloadPage(const WebParts& parts, const http::Request& request);
http::Response WorkersPage(const WebParts& parts);
http::Response MastersPage(const WebParts& parts);
http::Response MountTablePage(const WebParts& parts);
http::Response JobsPage(const WebParts& parts);
http::Response InfoPage(const WebParts& parts, const http::Request& request);

}  // namespace alluxio::master
