// webui_data: files with bytes in the cache.
#include <algorithm>

#include "base/json_text.h"
#include "conf/configuration.h"
#include "master/web/page_texts.h"
#include "master/web/found_page.h"
#include "master/web/web_parts.h"

namespace alluxio::master {

http::Response DataPage(const WebParts& parts, const http::Request& request) {
  int64_t most = parts.conf->GetLong("alluxio.master.web.in.alluxio.data.page.count");
  Result<int64_t> offset = request.Number("offset", 0, INT64_MAX / 2);
  Result<int64_t> limit = request.Number("limit", 20, std::max<int64_t>(most, 1));
  if (!offset.ok()) return http::Response::Of(offset.status());
  if (!limit.ok()) return http::Response::Of(limit.status());
  FoundPage page{.offset = *offset, .limit = *limit};
  OpContext context(VisitorContext(parts));
  auto cached = [](const FileInfo& file) {
    return !file.folder && file.in_alluxio_percentage > 0;
  };
  Status walked = WalkTree(parts, context, "/", cached, &page);
  walked = AwaitDurable(parts, context, std::move(walked));
  bool denied = walked.Is(StatusCode::kPermissionDenied);
  JsonText json;
  json.BeginObject().Field("inAlluxioFileNum", page.found);
  json.Field("masterNodeAddress", parts.host + ":" + std::to_string(parts.rpc_port));
  json.Field("showPermissions", parts.permissions).Field("scannedAll", page.scanned_all);
  json.Field("permissionError", denied ? walked.message() : "");
  json.Field("fatalError", denied ? "" : walked.message());
  json.Key("fileInfos").BeginArray();
  for (const FileInfo& file : page.entries) WriteFile(file, &json);
  json.EndArray().EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
