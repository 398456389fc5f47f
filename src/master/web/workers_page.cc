// webui_workers: the live ones, and the others.
#include "base/json_text.h"
#include "master/block/block_master.h"
#include "master/web/page_texts.h"
#include "master/web/web_parts.h"

namespace alluxio::master {

http::Response WorkersPage(const WebParts& parts) {
  std::vector<WorkerInfo> workers = parts.blocks->AllWorkers();
  int64_t now = parts.clock->NowMs();
  JsonText json;
  json.BeginObject().Field("debug", false);
  auto write = [&](const char* title, bool live) {
    json.Key(title).BeginArray();
    for (const WorkerInfo& worker : workers) {
      if ((worker.state == "ACTIVE") == live) WriteWorker(worker, now, &json);
    }
    json.EndArray();
  };
  write("normalNodeInfos", true);
  write("failedNodeInfos", false);
  json.EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
