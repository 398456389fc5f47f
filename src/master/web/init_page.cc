// webui_init: what the pages ask first.
#include "base/json_text.h"
#include "conf/configuration.h"
#include "master/state/serving_gate.h"
#include "master/web/web_parts.h"

namespace alluxio::master {

http::Response InitPage(const WebParts& parts) {
  JsonText json;
  json.BeginObject().Field("debug", false).Field("newerVersionAvailable", false);
  json.Field("webFileInfoEnabled", parts.conf->GetBool("alluxio.web.file.info.enabled"));
  json.Field("securityAuthorizationPermissionEnabled", parts.permissions);
  json.Field("workerPort", parts.conf->GetInt("alluxio.worker.web.port"));
  json.Field("refreshInterval", ToMillis(parts.conf->GetDuration("alluxio.web.refresh.interval")));
  json.Key("proxyDownloadFileApiUrl").BeginObject();
  json.Field("prefix", parts.process.api + "/download?path=").Field("suffix", "").EndObject();
  bool serving = parts.gate->serving();
  json.Field("process", "master").Field("role", serving ? "PRIMARY" : "STANDBY");
  json.Field("hostname", parts.host).Field("version", parts.version);
  std::string primary = parts.primary == nullptr ? "" : parts.primary();
  if (!serving && !primary.empty()) {
    // Masters of one cluster are configured alike: the web port of one is the other's.
    json.Field("primaryAddress",
               primary.substr(0, primary.rfind(':')) + ":" + std::to_string(parts.web_port));
  }
  json.EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
