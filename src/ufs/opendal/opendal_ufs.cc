#include "ufs/opendal/opendal_ufs.h"

#include <algorithm>

#include "ufs/object/object_ufs.h"
#include "ufs/opendal/hdfs_ufs.h"
#include "ufs/opendal/opendal_store.h"
#include "ufs/opendal/store_settings.h"

namespace alluxio::ufs {
namespace {

struct Scheme {
  const char* name;
  Result<StoreSettings> (*settings)(const StoreUri&, const Properties&);
};

constexpr Scheme kSchemes[] = {
    {"s3", &S3Settings},      {"s3a", &S3Settings},     {"hdfs", &HdfsSettings},
    {"gs", &GcsSettings},     {"abfs", &AzureSettings}, {"abfss", &AzureSettings},
    {"wasb", &AzureSettings}, {"wasbs", &AzureSettings}, {"oss", &OssSettings},
    {"cos", &CosSettings},    {"cosn", &CosSettings},   {"obs", &ObsSettings},
    {"swift", &SwiftSettings}, {"webhdfs", &WebHdfsSettings}, {"swebhdfs", &WebHdfsSettings},
    {"http", &HttpSettings},  {"https", &HttpSettings},
};

const Scheme* Find(const std::string& name) {
  const auto* found = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                   [&](const Scheme& scheme) { return scheme.name == name; });
  return found == std::end(kSchemes) ? nullptr : found;
}

}  // namespace

bool OpendalUfs::Serves(const std::string& scheme) { return Find(scheme) != nullptr; }

std::vector<std::string> OpendalUfs::Schemes() {
  std::vector<std::string> names;
  for (const Scheme& scheme : kSchemes) names.push_back(scheme.name);
  return names;
}

Result<std::shared_ptr<Ufs>> OpendalUfs::Open(const std::string& uri,
                                              const UfsOpenOptions& options) {
  ASSIGN_OR_RETURN(StoreUri parsed, StoreUri::Parse(uri));
  const Scheme* scheme = Find(parsed.scheme);
  if (scheme == nullptr) return InvalidArgument("\"" + uri + "\": no store has this scheme");
  ASSIGN_OR_RETURN(StoreSettings settings, scheme->settings(parsed, options.properties));
  Duration timeout = std::min(options.call_timeout, settings.timeout);
  bool own_client = settings.service.ends_with("hdfs") || settings.service == "swift";
  if (!own_client) {
    // Of a request that a busy store did not take up. A quarter is left to say so in time.
    settings.options["http.patience_ms"] = std::to_string(ToMillis(timeout) * 3 / 4);
  }
  if (options.impatient && settings.service == "hdfs") settings.options["impatient"] = "true";
  Result<std::unique_ptr<BridgeStore>> bridge =
      BridgeStore::Open(settings.service, settings.options, timeout);
  if (!bridge.ok()) return bridge.status().WithContext(parsed.Text());
  bool read_only = options.read_only || settings.read_only;
  bool web = settings.service == "webhdfs";
  if (web || settings.service == "hdfs") {
    HdfsUfsOptions hdfs{.root = parsed.Text(), .read_only = read_only, .bound_reads = web};
    if (!parsed.path.empty()) hdfs.folder = "/" + parsed.path;
    return HdfsUfs::Open(*std::move(bridge), std::move(hdfs));
  }
  auto store = std::make_unique<OpendalStore>(
      *std::move(bridge),
      OpendalStoreOptions{.name = parsed.Text(), .part_size = settings.part_size});
  return ObjectUfs::Open(std::move(store), {.type = settings.type,
                                            .root = parsed.Text(),
                                            .read_only = read_only,
                                            .make_parents = settings.make_parents,
                                            .mode = settings.mode});
}

}  // namespace alluxio::ufs
