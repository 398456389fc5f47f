// webui_masters: who is the primary, who stands by. Of the others only the address is known.
#include "base/json_text.h"
#include "master/state/serving_gate.h"
#include "master/web/page_texts.h"
#include "master/web/web_parts.h"

namespace alluxio::master {
namespace {

class MastersWriter {
 public:
  MastersWriter(const WebParts& parts, bool serving) : parts_(parts), serving_(serving) {}

  void Self() {
    std::string address = parts_.host + ":" + std::to_string(parts_.rpc_port);
    Begin(address, serving_ ? "PRIMARY" : "STANDBY");
    json_.Field("version", parts_.version);
    json_.Field("startTimeMs", parts_.start_time_ms);
    if (!serving_ && parts_.lag_entries != nullptr) {
      json_.Field("lagEntries", parts_.lag_entries());
    }
    json_.EndObject();
  }
  void Other(const std::string& address, const char* role) {
    Begin(address, role);
    json_.EndObject();
  }
  JsonText& json() { return json_; }

 private:
  void Begin(const std::string& address, const char* role) {
    json_.BeginObject().Key("address");
    WriteAddress(address, &json_);
    json_.Field("role", role);
    json_.Field("webAddress", WebAddressOf(address, parts_.web_port));
  }

  const WebParts& parts_;
  const bool serving_;
  JsonText json_;
};

}  // namespace

http::Response MastersPage(const WebParts& parts) {
  bool serving = parts.gate->serving();
  std::vector<std::string> others;
  if (parts.other_masters != nullptr) others = parts.other_masters();
  std::string primary = serving || parts.primary == nullptr ? "" : parts.primary();
  MastersWriter writer(parts, serving);
  writer.json().BeginObject().Field("debug", false);
  if (serving || !primary.empty()) {
    writer.json().Key("primaryMasterInfo");
    if (serving) writer.Self();
    if (!serving) writer.Other(primary, "PRIMARY");
  }
  writer.json().Key("standbyMasterInfos").BeginArray();
  if (!serving) writer.Self();
  for (const std::string& other : others) {
    if (other != primary) writer.Other(other, "STANDBY");
  }
  writer.json().EndArray().Key("lostMasterInfos").BeginArray().EndArray().EndObject();
  return http::Response::Json(writer.json().text());
}

}  // namespace alluxio::master
