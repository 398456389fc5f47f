// webui_mounttable: every mount with the space of its store, where that can be told.
#include "base/json_text.h"
#include "base/text_forms.h"
#include "master/web/web_parts.h"

namespace alluxio::master {
namespace {

void WriteMount(const std::string& path, const MountPointInfo& mount, JsonText* json) {
  json->BeginObject().Field("mountPoint", path).Field("ufsUri", mount.ufs_uri);
  json->Field("ufsType", mount.ufs_type).Field("readOnly", mount.read_only);
  json->Field("shared", mount.shared);
  if (mount.ufs_capacity_bytes >= 0) {
    json->Field("ufsCapacityBytes", mount.ufs_capacity_bytes);
    json->Field("ufsCapacity", SizeText(mount.ufs_capacity_bytes));
  }
  if (mount.ufs_used_bytes >= 0) {
    json->Field("ufsUsedBytes", mount.ufs_used_bytes);
    json->Field("ufsUsed", SizeText(mount.ufs_used_bytes));
  }
  json->Key("properties").BeginObject();
  for (const auto& [name, value] : mount.properties) json->Field(name, value);
  json->EndObject().EndObject();
}

}  // namespace

http::Response MountTablePage(const WebParts& parts) {
  OpContext context(VisitorContext(parts));
  Result<std::map<std::string, MountPointInfo>> table =
      parts.operations->GetMountTable(context, true);
  Status seen = AwaitDurable(parts, context, table.status());
  if (!seen.ok()) return http::Response::Of(seen);
  JsonText json;
  json.BeginObject().Field("debug", false).Key("mountPointInfos").BeginObject();
  for (const auto& [path, mount] : *table) {
    json.Key(path);
    WriteMount(path, mount, &json);
  }
  json.EndObject().Key("mounts").BeginArray();
  for (const auto& [path, mount] : *table) WriteMount(path, mount, &json);
  json.EndArray().EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
