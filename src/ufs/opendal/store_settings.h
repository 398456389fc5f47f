// StoreSettings: what a remote store is opened with, made of Alluxio's own property names.
//
// One table per scheme says which property sets which option of the bridge. A setting that is
// missing or cannot be honoured is INVALID_ARGUMENT with scheme, bucket and the property to set,
// never with a value. Thread-safe.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "model/mode.h"
#include "ufs/opendal/store_uri.h"

namespace alluxio::ufs {

using Properties = std::map<std::string, std::string>;

struct StoreSettings {
  std::string service;                         // of the bridge
  std::map<std::string, std::string> options;  // of the service
  std::string type;                            // Alluxio's token: "s3", "hdfs" ...
  Mode mode{0700};                             // of what an object store holds
  bool make_parents = false;
  bool read_only = false;      // whatever the mount says
  size_t part_size = 8 << 20;  // of uploads
  Duration timeout = Duration::max();  // of a call; the shorter of this and the mount's counts
};

// A property that sets an option; `names` from the strongest, the first is what errors name.
struct PropertyRow {
  const char* option;
  std::vector<const char*> names;
  bool required = false;
};

// Sets `options` from `properties` by `rows`.
Status ApplyRows(const StoreUri& uri, const Properties& properties,
                 const std::vector<PropertyRow>& rows, StoreSettings* settings);

// "" when it is not set or empty.
std::string PropertyOr(const Properties& properties, const std::string& name,
                       const std::string& fallback);
Result<bool> BoolProperty(const Properties& properties, const std::string& name, bool fallback);
// "host:port" or a URL; the scheme is put before it when there is none.
std::string WithScheme(const std::string& endpoint, bool secure);
// "s3://bucket: " and what is wrong.
Status SettingsError(const StoreUri& uri, const std::string& text);

// Settings of one scheme each.
Result<StoreSettings> S3Settings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> GcsSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> OssSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> CosSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> ObsSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> AzureSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> SwiftSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> HttpSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> HdfsSettings(const StoreUri& uri, const Properties& properties);
Result<StoreSettings> WebHdfsSettings(const StoreUri& uri, const Properties& properties);

}  // namespace alluxio::ufs
