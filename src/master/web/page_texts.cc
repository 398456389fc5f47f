#include "master/web/page_texts.h"

#include <cstdlib>
#include <set>

#include "base/text_forms.h"

namespace alluxio::master {

std::string WebAddressOf(const std::string& address, int web_port) {
  return address.substr(0, address.rfind(':')) + ":" + std::to_string(web_port);
}

int64_t Percent(int64_t part, int64_t whole) {
  return whole <= 0 ? 0 : static_cast<int64_t>(100.0 * static_cast<double>(part) /
                                               static_cast<double>(whole));
}

void WriteAddress(const std::string& address, JsonText* json) {
  size_t colon = address.rfind(':');
  json->BeginObject().Field("host", address.substr(0, colon));
  if (colon != std::string::npos) {
    json->Field("rpcPort", std::atoi(address.c_str() + colon + 1));
  }
  json->EndObject();
}

void WriteFile(const FileInfo& file, JsonText* json) {
  json->BeginObject().Field("id", file.id).Field("absolutePath", file.path);
  json->Field("name", file.path == "/" ? "root" : file.name).Field("isDirectory", file.folder);
  json->Field("size", file.folder ? "" : SizeText(file.length)).Field("sizeBytes", file.length);
  json->Field("blockSizeBytes", file.folder ? "" : SizeText(file.block_size));
  json->Field("creationTime", DateText(file.creation_time_ms, kPageDate));
  json->Field("modificationTime", DateText(file.modification_time_ms, kPageDate));
  json->Field("creationTimeMs", file.creation_time_ms);
  json->Field("modificationTimeMs", file.modification_time_ms);
  json->Field("inAlluxio", file.in_alluxio_percentage > 0);
  json->Field("inAlluxioPercentage", file.in_alluxio_percentage);
  json->Field("persistenceState", PersistenceStateText(file.persistence));
  json->Field("pinned", file.pinned).Field("completed", file.completed);
  json->Field("mountPoint", file.mount_point).Field("blocks", file.block_ids.size());
  json->Field("owner", file.owner).Field("group", file.group);
  json->Field("mode", (file.folder ? "d" : "-") + ModeText(file.mode));
  std::set<std::string> hosts;
  for (const FileBlockInfo& block : file.blocks) {
    for (const BlockLocation& at : block.block.locations) hosts.insert(at.address.host);
  }
  json->Key("fileLocations").BeginArray();
  for (const std::string& host : hosts) json->String(host);
  json->EndArray().EndObject();
}

void WriteWorker(const WorkerInfo& worker, int64_t now_ms, JsonText* json) {
  int64_t used = Percent(worker.used_bytes, worker.capacity_bytes);
  json->BeginObject().Field("host", worker.address.host).Field("webPort", worker.address.web_port);
  json->Field("rpcPort", worker.address.rpc_port);
  json->Field("workerId", std::to_string(worker.id)).Field("state", worker.state);
  json->Field("capacity", SizeText(worker.capacity_bytes));
  json->Field("workerCapacity", SizeText(worker.capacity_bytes));
  json->Field("capacityBytes", worker.capacity_bytes).Field("usedBytes", worker.used_bytes);
  json->Field("usedMemory", SizeText(worker.used_bytes));
  json->Field("freeSpacePercent", 100 - used).Field("usedSpacePercent", used);
  json->Field("blockCount", std::to_string(worker.block_count));
  json->Field("lastHeartbeat", std::to_string(worker.last_contact_sec));
  json->Field("lastHeartbeatSec", worker.last_contact_sec);
  json->Field("startTimeMs", worker.start_time_ms);
  json->Field("uptimeClockTime", ClockText(std::max<int64_t>(0, now_ms - worker.start_time_ms)));
  json->Field("version", worker.version).Field("revision", worker.revision);
  json->Key("tiers").BeginArray();
  for (const auto& [alias, capacity] : worker.capacity_on_tiers) {
    auto found = worker.used_on_tiers.find(alias);
    json->BeginObject().Field("alias", alias).Field("capacityBytes", capacity);
    json->Field("usedBytes", found == worker.used_on_tiers.end() ? int64_t{0} : found->second);
    json->EndObject();
  }
  json->EndArray().EndObject();
}

}  // namespace alluxio::master
