// What a worker tells of itself, in the names of 2.9.
#include "base/json_text.h"
#include "base/text_forms.h"
#include "conf/configuration.h"
#include "metrics/registry.h"
#include "worker/store/block_store.h"
#include "worker/web/worker_web.h"

namespace alluxio::worker {
namespace {

constexpr char kDate[] = "MM-dd-yyyy HH:mm:ss:SSS";

using http::Request;
using http::Response;

int64_t Sum(const std::map<std::string, int64_t>& by_tier) {
  int64_t sum = 0;
  for (const auto& [alias, bytes] : by_tier) sum += bytes;
  return sum;
}

int64_t UsedOn(const StoreUsage& usage, const std::string& alias) {
  auto found = usage.used_bytes.find(alias);
  return found == usage.used_bytes.end() ? 0 : found->second;
}

Response Init(const WorkerWebParts& parts) {
  JsonText json;
  json.BeginObject().Field("debug", false).Field("newerVersionAvailable", false);
  json.Field("process", "worker").Field("hostname", parts.host);
  json.Field("version", parts.conf->GetString("alluxio.version"));
  json.Field("refreshInterval", ToMillis(parts.conf->GetDuration("alluxio.web.refresh.interval")));
  std::string master = parts.conf->GetString("alluxio.master.hostname");
  if (!master.empty()) {
    json.Field("masterWebAddress",
               master + ":" + std::to_string(parts.conf->GetInt("alluxio.master.web.port")));
  }
  json.EndObject();
  return Response::Json(json.text());
}

void WriteDirs(const std::vector<DirUsage>& dirs, JsonText* json) {
  json->Key("storageDirs").BeginArray();
  for (const DirUsage& dir : dirs) {
    json->BeginObject().Field("tierAlias", dir.tier_alias).Field("dirPath", dir.path);
    json->Field("capacityBytes", dir.capacity_bytes).Field("usedBytes", dir.used_bytes);
    json->Field("capacity", SizeText(dir.capacity_bytes));
    json->Field("usedCapacity", SizeText(dir.used_bytes));
    json->Field("recycledBytes", dir.recycled_bytes);
    json->Field("state", dir.lost ? "LOST" : "OK").EndObject();
  }
  json->EndArray();
}

Response Overview(const WorkerWebParts& parts) {
  StoreUsage usage = parts.store->Usage();
  int64_t up = parts.clock->NowMs() - parts.start_time_ms;
  JsonText json;
  json.BeginObject().Field("version", parts.conf->GetString("alluxio.version"));
  json.Field("capacityBytes", SizeText(Sum(usage.capacity_bytes)));
  json.Field("usedBytes", SizeText(Sum(usage.used_bytes)));
  json.Field("capacity", Sum(usage.capacity_bytes)).Field("used", Sum(usage.used_bytes));
  json.Field("blockCount", usage.block_count).Field("registered", parts.registered());
  json.Field("startTimeMs", parts.start_time_ms).Field("uptimeMs", up);
  json.Key("usageOnTiers").BeginArray();
  for (const std::string& alias : usage.tiers) {
    int64_t capacity = usage.capacity_bytes.at(alias);
    json.BeginObject().Field("tierAlias", alias).Field("capacityBytes", capacity);
    json.Field("usedBytes", UsedOn(usage, alias)).EndObject();
  }
  json.EndArray();
  WriteDirs(parts.store->Dirs(), &json);
  json.Key("workerInfo").BeginObject();
  json.Field("workerAddress", parts.host + ":" + std::to_string(parts.rpc_port));
  json.Field("startTime", DateText(parts.start_time_ms, kDate)).Field("uptime", ClockText(up));
  json.EndObject().EndObject();
  return Response::Json(json.text());
}

Response BlockInfo(const WorkerWebParts& parts, const Request& request) {
  Result<int64_t> offset = request.Number("offset", 0, INT64_MAX);
  Result<int64_t> limit = request.Number("limit", 20, 1000);
  if (!offset.ok()) return Response::Of(offset.status());
  if (!limit.ok()) return Response::Of(limit.status());
  StoreUsage usage = parts.store->Usage();
  JsonText json;
  json.BeginObject().Field("ntotalFile", usage.block_count).Field("fatalError", "");
  json.Key("orderedTierAliases").BeginArray();
  for (const std::string& alias : usage.tiers) json.String(alias);
  json.EndArray().Key("fileInfos").BeginArray();
  for (const HeldBlock& block : parts.store->Blocks(static_cast<size_t>(*offset),
                                                    static_cast<size_t>(*limit))) {
    std::string id = std::to_string(block.id);
    json.BeginObject().Field("id", id).Field("name", id).Field("size", SizeText(block.length));
    json.Field("fileId", std::to_string(FileIdOfBlock(block.id)));
    json.Field("sizeBytes", block.length).Field("tier", block.tier_alias).EndObject();
  }
  json.EndArray().EndObject();
  return Response::Json(json.text());
}

Response Info(const WorkerWebParts& parts) {
  StoreUsage usage = parts.store->Usage();
  JsonText json;
  json.BeginObject().Key("capacity").BeginObject().Field("total", Sum(usage.capacity_bytes));
  json.Field("used", Sum(usage.used_bytes)).EndObject().Key("configuration").BeginObject();
  for (const conf::Entry& entry : parts.conf->Entries()) json.Field(entry.name, entry.value);
  json.EndObject().Key("metrics").BeginObject();
  for (const metrics::Sample& sample : metrics::Registry::Process().Snapshot()) {
    json.Field(sample.name, sample.value);
  }
  json.EndObject().Field("rpcAddress", parts.host + ":" + std::to_string(parts.rpc_port));
  json.Field("startTimeMs", parts.start_time_ms).Key("tierCapacity").BeginObject();
  for (const std::string& alias : usage.tiers) {
    json.Key(alias).BeginObject().Field("total", usage.capacity_bytes.at(alias));
    json.Field("used", UsedOn(usage, alias)).EndObject();
  }
  json.EndObject().Key("tierPaths").BeginObject();
  for (const std::string& alias : usage.tiers) {
    json.Key(alias).BeginArray();
    for (const DirUsage& dir : parts.store->Dirs()) {
      if (dir.tier_alias == alias) json.String(dir.path);
    }
    json.EndArray();
  }
  json.EndObject().Field("uptimeMs", parts.clock->NowMs() - parts.start_time_ms);
  json.Field("version", parts.conf->GetString("alluxio.version")).EndObject();
  return Response::Json(json.text());
}

// Asked by `fsadmin decommissionWorker`. Nothing waits in a queue that is not counted already.
Response Operations(const WorkerWebParts& parts) {
  JsonText json;
  json.BeginObject().Field("operationCount", parts.running()).Field("rpcQueueLength", int64_t{0});
  json.EndObject();
  return Response::Json(json.text());
}

}  // namespace

void AddWorkerRoutes(const WorkerWebParts& parts, web::Router* router) {
  web::AddProcessRoutes(parts.process, router);
  const std::string& api = parts.process.api;
  router->Get(api + "/webui_init", [&parts](const Request&) { return Init(parts); });
  router->Get(api + "/webui_overview", [&parts](const Request&) { return Overview(parts); });
  router->Get(api + "/webui_blockinfo",
              [&parts](const Request& request) { return BlockInfo(parts, request); });
  router->Get(api + "/operations", [&parts](const Request&) { return Operations(parts); });
  router->Get(api + "/info", [&parts](const Request&) { return Info(parts); });
}

}  // namespace alluxio::worker
