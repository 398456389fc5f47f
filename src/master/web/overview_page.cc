// webui_overview: the cluster at a glance. A standby tells of itself only.
#include "base/json_text.h"
#include "base/text_forms.h"
#include "conf/configuration.h"
#include "master/block/block_master.h"
#include "master/meta/meta_master.h"
#include "master/state/serving_gate.h"
#include "master/web/page_texts.h"
#include "master/web/web_parts.h"
#include "metrics/registry.h"

namespace alluxio::master {
namespace {

// 2.9 warns after as many entries as would ask for two checkpoints.
constexpr int64_t kCheckpointWarning = 2;

void WriteTiers(const wire::BlockMasterTotals& totals, JsonText* json) {
  auto used_on = [&](const std::string& alias) {
    auto found = totals.used_on_tiers.find(alias);
    return found == totals.used_on_tiers.end() ? int64_t{0} : found->second;
  };
  json->Key("storageTierInfos").BeginArray();
  for (const auto& [alias, capacity] : totals.capacity_on_tiers) {
    int64_t used = used_on(alias);
    json->BeginObject().Field("storageTierAlias", alias).Field("capacity", SizeText(capacity));
    json->Field("usedCapacity", SizeText(used)).Field("freeCapacity", SizeText(capacity - used));
    json->Field("usedSpacePercent", Percent(used, capacity));
    json->Field("freeSpacePercent", 100 - Percent(used, capacity)).EndObject();
  }
  json->EndArray().Key("tiers").BeginArray();
  for (const auto& [alias, capacity] : totals.capacity_on_tiers) {
    json->BeginObject().Field("alias", alias).Field("capacityBytes", capacity);
    json->Field("usedBytes", used_on(alias)).EndObject();
  }
  json->EndArray();
}

void WriteMasters(const WebParts& parts, bool serving, JsonText* json) {
  json->Key("masters").BeginArray().BeginObject();
  json->Field("address", parts.host + ":" + std::to_string(parts.rpc_port));
  json->Field("webAddress", WebAddressOf(parts.host + ":", parts.web_port));
  json->Field("role", serving ? "PRIMARY" : "STANDBY").Field("version", parts.version);
  if (!serving && parts.lag_entries != nullptr) json->Field("lagEntries", parts.lag_entries());
  json->EndObject();
  std::string primary = serving || parts.primary == nullptr ? "" : parts.primary();
  if (parts.other_masters != nullptr) {
    for (const std::string& other : parts.other_masters()) {
      json->BeginObject().Field("address", other);
      json->Field("webAddress", WebAddressOf(other, parts.web_port));
      json->Field("role", other == primary ? "PRIMARY" : "STANDBY").EndObject();
    }
  }
  json->EndArray();
}

std::string CheckpointWarning(const WebParts& parts) {
  int64_t since = parts.entries_since_checkpoint();
  int64_t period = parts.conf->GetLong("alluxio.master.journal.checkpoint.period.entries");
  if (since < kCheckpointWarning * period) return "";
  return "No checkpoint for " + std::to_string(since) +
         " entries of the journal, one is due after " + std::to_string(period) +
         ": see the log, or run \"alluxio fsadmin journal checkpoint\"";
}

void WriteWarnings(const WebParts& parts, const wire::BlockMasterTotals& totals, bool serving,
                   JsonText* json) {
  std::string checkpoint = CheckpointWarning(parts);
  json->Field("journalCheckpointTimeWarning", checkpoint);
  json->Key("warnings").BeginArray();
  if (!checkpoint.empty()) json->String(checkpoint);
  if (serving && totals.live_workers == 0) {
    json->String("No worker is live: nothing can be cached, and reads of what is not cached fail");
  }
  if (totals.lost_workers > 0) {
    json->String(std::to_string(totals.lost_workers) + " worker(s) lost, see Workers");
  }
  for (const LostStorage& lost : parts.blocks->LostStorages()) {
    json->String("A worker has lost storage: " + lost.address.host + ", see its log");
  }
  json->EndArray();
}

// The counts of the whole cluster are the registry's, so that no page has its own way to count.
double Gauge(const std::vector<metrics::Sample>& samples, std::string_view name) {
  for (const metrics::Sample& sample : samples) {
    if (sample.name == name) return sample.value;
  }
  return 0;
}

int64_t Replicas(const std::vector<WorkerInfo>& workers) {
  int64_t count = 0;
  for (const WorkerInfo& worker : workers) count += worker.block_count;
  return count;
}

}  // namespace

http::Response OverviewPage(const WebParts& parts) {
  bool serving = parts.gate->serving();
  wire::BlockMasterTotals totals = parts.blocks->Totals();
  std::vector<metrics::Sample> samples = metrics::Registry::Process().Snapshot();
  auto paths = static_cast<int64_t>(Gauge(samples, "Master.TotalPaths"));
  auto blocks = static_cast<int64_t>(parts.blocks->block_count());
  int64_t up = parts.clock->NowMs() - parts.start_time_ms;
  JsonText json;
  json.BeginObject().Field("debug", false).Field("clusterId", parts.meta->cluster_id());
  json.Field("masterNodeAddress", parts.host + ":" + std::to_string(parts.rpc_port));
  json.Field("masterRole", serving ? "PRIMARY" : "STANDBY").Field("version", parts.version);
  json.Field("startTime", DateText(parts.start_time_ms, kPageDate)).Field("uptime", ClockText(up));
  json.Field("startTimeMs", parts.start_time_ms).Field("uptimeMs", up);
  json.Field("liveWorkerNodes", totals.live_workers).Field("lostWorkerNodes", totals.lost_workers);
  json.Field("capacity", SizeText(totals.capacity_bytes));
  json.Field("usedCapacity", SizeText(totals.used_bytes));
  json.Field("freeCapacity", SizeText(totals.capacity_bytes - totals.used_bytes));
  json.Field("capacityBytes", totals.capacity_bytes).Field("usedBytes", totals.used_bytes);
  json.Field("totalPath", std::to_string(paths)).Field("paths", paths).Field("blocks", blocks);
  json.Field("uniqueBlockCount", std::to_string(blocks));
  json.Field("replicaBlockCount", std::to_string(Replicas(parts.blocks->LiveWorkers())));
  json.Field("safeMode", serving && parts.blocks->InSafeMode());
  WriteTiers(totals, &json);
  WriteMasters(parts, serving, &json);
  WriteWarnings(parts, totals, serving, &json);
  json.EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
