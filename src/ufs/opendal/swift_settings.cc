// OpenStack Swift: "swift://container/folder", with an account that is found by authentication.
#include <algorithm>

#include "conf/value_format.h"
#include "ufs/opendal/store_settings.h"

namespace alluxio::ufs {
namespace {

constexpr const char* kMethods[] = {"tempauth", "swiftauth", "keystone", "keystonev3"};

Status CheckMethod(const StoreUri& uri, const StoreSettings& settings) {
  auto set = settings.options.find("auth_method");
  // Alluxio takes what it does not know for TempAuth, which is also what it does without one.
  if (set == settings.options.end()) return OkStatus();
  const std::string& method = set->second;
  if (std::find(std::begin(kMethods), std::end(kMethods), method) == std::end(kMethods)) {
    return SettingsError(uri, "fs.swift.auth.method is none of tempauth, swiftauth, keystone and "
                              "keystonev3");
  }
  if (method.starts_with("keystone") && !settings.options.contains("tenant")) {
    return SettingsError(uri, "set fs.swift.tenant");
  }
  return OkStatus();
}

// Of large objects; servers take 1,000 of them, which grow so that it is enough for 4 TB.
Result<int64_t> SegmentSize(const StoreUri& uri, const Properties& properties) {
  constexpr int64_t kLeast = int64_t{1} << 20;
  constexpr int64_t kMost = int64_t{5} << 30;
  std::string text = PropertyOr(properties, "fs.swift.segment.size", "1GB");
  Result<int64_t> size = conf::ParseBytes(text);
  if (!size.ok() || *size < kLeast || *size > kMost) {
    return SettingsError(uri, "fs.swift.segment.size: a size between 1MB and 5GB");
  }
  return *size;
}

}  // namespace

Result<StoreSettings> SwiftSettings(const StoreUri& uri, const Properties& properties) {
  if (uri.authority.empty()) return SettingsError(uri, "no container; write swift://container/a");
  ASSIGN_OR_RETURN(bool simulated, BoolProperty(properties, "fs.swift.simulation", false));
  if (simulated) {
    return SettingsError(uri, "fs.swift.simulation: a store in the memory of each process loses "
                              "what is written to it, so it is not available");
  }
  StoreSettings settings;
  settings.service = "swift";
  settings.type = "swift";
  settings.options["container"] = uri.authority;
  settings.options["root"] = "/" + uri.path;
  RETURN_IF_ERROR(ApplyRows(uri, properties,
                            {{"auth_url", {"fs.swift.auth.url"}, true},
                             {"auth_method", {"fs.swift.auth.method"}},
                             {"user", {"fs.swift.user"}, true},
                             {"password", {"fs.swift.password"}, true},
                             {"tenant", {"fs.swift.tenant"}},
                             {"region", {"fs.swift.region"}},
                             {"domain", {"fs.swift.domain"}}},
                            &settings));
  ASSIGN_OR_RETURN(int64_t segment, SegmentSize(uri, properties));
  settings.options["segment_size"] = std::to_string(segment);
  settings.options["auth_url"] = WithScheme(settings.options["auth_url"], false);
  RETURN_IF_ERROR(CheckMethod(uri, settings));
  ASSIGN_OR_RETURN(
      bool skip_parents,
      BoolProperty(properties, "alluxio.underfs.object.store.skip.parent.directory.creation",
                   true));
  settings.make_parents = !skip_parents;
  return settings;
}

}  // namespace alluxio::ufs
