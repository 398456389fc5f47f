// info: the whole state of a master for scripts, in the names of 2.9's AlluxioMasterInfo.
#include "base/json_text.h"
#include "conf/configuration.h"
#include "master/block/block_master.h"
#include "master/web/page_texts.h"
#include "master/web/web_parts.h"
#include "metrics/registry.h"

namespace alluxio::master {
namespace {

void WriteCapacity(const char* name, int64_t total, int64_t used, JsonText* json) {
  json->Key(name).BeginObject().Field("total", total).Field("used", used).EndObject();
}

void WriteWorkers(const std::vector<WorkerInfo>& workers, bool live, JsonText* json) {
  json->BeginArray();
  for (const WorkerInfo& worker : workers) {
    if ((worker.state == "ACTIVE") != live) continue;
    const WorkerNetAddress& at = worker.address;
    json->BeginObject().Field("id", worker.id).Key("address").BeginObject();
    json->Field("host", at.host).Field("containerHost", at.container_host);
    json->Field("rpcPort", at.rpc_port).Field("dataPort", at.data_port);
    json->Field("webPort", at.web_port).Field("domainSocketPath", at.domain_socket_path);
    json->EndObject().Field("lastContactSec", worker.last_contact_sec);
    json->Field("state", worker.state).Field("capacityBytes", worker.capacity_bytes);
    json->Field("usedBytes", worker.used_bytes).Field("startTimeMs", worker.start_time_ms);
    json->Field("blockCount", worker.block_count).Field("version", worker.version);
    json->Key("capacityBytesOnTiers").BeginObject();
    for (const auto& [alias, bytes] : worker.capacity_on_tiers) json->Field(alias, bytes);
    json->EndObject().Key("usedBytesOnTiers").BeginObject();
    for (const auto& [alias, bytes] : worker.used_on_tiers) json->Field(alias, bytes);
    json->EndObject().EndObject();
  }
  json->EndArray();
}

void WriteMounts(const std::map<std::string, MountPointInfo>& table, JsonText* json) {
  json->Key("mountPoints").BeginObject();
  for (const auto& [path, mount] : table) {
    json->Key(path).BeginObject().Field("ufsUri", mount.ufs_uri).Field("ufsType", mount.ufs_type);
    json->Field("ufsCapacityBytes", mount.ufs_capacity_bytes);
    json->Field("ufsUsedBytes", mount.ufs_used_bytes).Field("readOnly", mount.read_only);
    json->Field("shared", mount.shared).Key("properties").BeginObject();
    for (const auto& [name, value] : mount.properties) json->Field(name, value);
    json->EndObject().EndObject();
  }
  json->EndObject();
}

}  // namespace

http::Response InfoPage(const WebParts& parts, const http::Request& request) {
  OpContext context(VisitorContext(parts));
  Result<std::map<std::string, MountPointInfo>> mounts =
      parts.operations->GetMountTable(context, false);
  Status seen = AwaitDurable(parts, context, mounts.status());
  if (!seen.ok()) return http::Response::Of(seen);
  bool raw = request.Query("raw_configuration") == "true";
  wire::BlockMasterTotals totals = parts.blocks->Totals();
  std::vector<WorkerInfo> workers = parts.blocks->AllWorkers();
  JsonText json;
  json.BeginObject();
  WriteCapacity("capacity", totals.capacity_bytes, totals.used_bytes, &json);
  json.Key("configuration").BeginObject();
  std::shared_ptr<const conf::Configuration> now;
  if (parts.conf_now) now = parts.conf_now();
  for (const conf::Entry& entry : (now != nullptr ? *now : *parts.conf).Entries()) {
    bool secret = entry.key != nullptr && entry.key->secret;
    json.Field(entry.name, raw && !secret ? entry.raw : entry.value);
  }
  json.EndObject().Key("lostWorkers");
  WriteWorkers(workers, false, &json);
  json.Key("metrics").BeginObject();
  for (const metrics::Sample& sample : metrics::Registry::Process().Snapshot()) {
    json.Field(sample.name, sample.value);
  }
  json.EndObject();
  WriteMounts(*mounts, &json);
  json.Field("rpcAddress", parts.host + ":" + std::to_string(parts.rpc_port));
  json.Field("startTimeMs", parts.start_time_ms).Key("tierCapacity").BeginObject();
  for (const auto& [alias, capacity] : totals.capacity_on_tiers) {
    auto used = totals.used_on_tiers.find(alias);
    WriteCapacity(alias.c_str(), capacity, used == totals.used_on_tiers.end() ? 0 : used->second,
                  &json);
  }
  json.EndObject();
  json.Field("uptimeMs", parts.clock->NowMs() - parts.start_time_ms);
  json.Field("version", parts.version).Key("workers");
  WriteWorkers(workers, true, &json);
  json.EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
