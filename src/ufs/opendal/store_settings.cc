#include "ufs/opendal/store_settings.h"

#include "conf/value_format.h"

namespace alluxio::ufs {

std::string PropertyOr(const Properties& properties, const std::string& name,
                       const std::string& fallback) {
  auto it = properties.find(name);
  if (it == properties.end() || it->second.empty()) return fallback;
  return std::string(conf::Trimmed(it->second));
}

Result<bool> BoolProperty(const Properties& properties, const std::string& name, bool fallback) {
  std::string text = PropertyOr(properties, name, "");
  if (text.empty()) return fallback;
  Result<bool> value = conf::ParseBool(text);
  if (!value.ok()) return value.status().WithContext(name);
  return value;
}

std::string WithScheme(const std::string& endpoint, bool secure) {
  if (endpoint.empty() || endpoint.find("://") != std::string::npos) return endpoint;
  return (secure ? "https://" : "http://") + endpoint;
}

Status SettingsError(const StoreUri& uri, const std::string& text) {
  return InvalidArgument(uri.Text() + ": " + text);
}

Status ApplyRows(const StoreUri& uri, const Properties& properties,
                 const std::vector<PropertyRow>& rows, StoreSettings* settings) {
  for (const PropertyRow& row : rows) {
    std::string value;
    for (const char* name : row.names) {
      value = PropertyOr(properties, name, "");
      if (!value.empty()) break;
    }
    if (!value.empty()) {
      settings->options[row.option] = value;
    } else if (row.required) {
      return SettingsError(uri, std::string("set ") + row.names[0]);
    }
  }
  return OkStatus();
}

}  // namespace alluxio::ufs
