// webui_data: files with bytes in the cache, found by a walk that is bounded in entries and time.
#include "base/json_text.h"
#include "conf/configuration.h"
#include "master/web/page_texts.h"
#include "master/web/web_parts.h"

namespace alluxio::master {
namespace {

constexpr size_t kMaxVisited = 1'000'000;
constexpr Duration kMaxTime = std::chrono::seconds(3);

struct Walk {
  int64_t offset = 0;
  int64_t limit = 0;
  int64_t found = 0;
  size_t visited = 0;
  bool cut_short = false;
  std::vector<FileInfo> page;

  void Take(FileInfo file) {
    ++visited;
    if (file.folder || file.in_alluxio_percentage <= 0) return;
    if (found >= offset && found < offset + limit) page.push_back(std::move(file));
    ++found;
  }
};

Status Run(const WebParts& parts, OpContext& context, Walk* walk) {
  ListStatusOptions options;
  options.recursive = true;
  options.load_metadata = LoadMetadataType::kNever;
  Duration until = parts.clock->Monotonic() + kMaxTime;
  Status walked = parts.operations->ListStatus(
      context, "/", options, [&](std::vector<FileInfo> batch) -> Status {
        for (FileInfo& file : batch) walk->Take(std::move(file));
        walk->cut_short = walk->visited >= kMaxVisited || parts.clock->Monotonic() > until;
        return walk->cut_short ? Cancelled("enough") : OkStatus();
      });
  if (walk->cut_short) return OkStatus();
  return walked;
}

}  // namespace

http::Response DataPage(const WebParts& parts, const http::Request& request) {
  Walk walk;
  int64_t most = parts.conf->GetLong("alluxio.master.web.in.alluxio.data.page.count");
  Result<int64_t> offset = request.Number("offset", 0, INT64_MAX / 2);
  Result<int64_t> limit = request.Number("limit", 20, std::max<int64_t>(most, 1));
  if (!offset.ok()) return http::Response::Of(offset.status());
  if (!limit.ok()) return http::Response::Of(limit.status());
  walk.offset = *offset;
  walk.limit = *limit;
  OpContext context(VisitorContext(parts));
  Status walked = Run(parts, context, &walk);
  if (walked.ok()) walked = AwaitDurable(parts, context);
  bool denied = walked.Is(StatusCode::kPermissionDenied);
  JsonText json;
  json.BeginObject().Field("inAlluxioFileNum", walk.found);
  json.Field("masterNodeAddress", parts.host + ":" + std::to_string(parts.rpc_port));
  json.Field("showPermissions", parts.permissions).Field("scannedAll", !walk.cut_short);
  json.Field("permissionError", denied ? walked.message() : "");
  json.Field("fatalError", denied ? "" : walked.message());
  json.Key("fileInfos").BeginArray();
  for (const FileInfo& file : walk.page) WriteFile(file, &json);
  json.EndArray().EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
