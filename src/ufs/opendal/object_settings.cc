// S3 and the stores that are like it.
#include <algorithm>

#include "conf/value_format.h"
#include "ufs/opendal/store_settings.h"

namespace alluxio::ufs {
namespace {

constexpr char kAwsHost[] = "amazonaws.com";

// What is the same for every object store.
Result<StoreSettings> Begin(const StoreUri& uri, const Properties& properties,
                            const std::string& service, const std::string& type) {
  if (uri.authority.empty()) {
    return SettingsError(uri, "no bucket; write " + uri.scheme + "://bucket/folder");
  }
  StoreSettings settings;
  settings.service = service;
  settings.type = type;
  settings.options["bucket"] = uri.authority;
  settings.options["root"] = "/" + uri.path;
  ASSIGN_OR_RETURN(
      bool skip_parents,
      BoolProperty(properties, "alluxio.underfs.object.store.skip.parent.directory.creation",
                   true));
  settings.make_parents = !skip_parents;
  return settings;
}

Status ReadMode(const StoreUri& uri, const Properties& properties, const std::string& name,
                StoreSettings* settings) {
  std::string text = PropertyOr(properties, name, "0700");
  uint16_t bits = 0;
  for (char c : text) {
    if (c < '0' || c > '7' || bits > 0777) return SettingsError(uri, name + " is not a mode");
    bits = static_cast<uint16_t>(bits * 8 + (c - '0'));
  }
  settings->mode = Mode{static_cast<uint16_t>(bits & 0777)};
  return OkStatus();
}

bool IsAddress(const std::string& host) {
  return host == "localhost" || host.find_first_not_of("0123456789.") == std::string::npos ||
         host.front() == '[';
}

// Can the bucket be a label of a host name?
bool IsDnsName(const std::string& bucket) {
  return bucket.size() >= 3 && bucket.size() <= 63 &&
         std::all_of(bucket.begin(), bucket.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string HostOf(const std::string& endpoint) {
  std::string rest = endpoint.substr(endpoint.find("://") + 3);
  return rest.substr(0, rest.find_first_of(":/"));
}

// "s3.eu-west-1.amazonaws.com" tells its region.
std::string RegionOfEndpoint(const std::string& host) {
  if (!host.starts_with("s3.") || host.find(kAwsHost) == std::string::npos) return "";
  std::string rest = host.substr(3);
  std::string region = rest.substr(0, rest.find('.'));
  return region == "amazonaws" ? "" : region;
}

Status S3Endpoint(const StoreUri& uri, const Properties& properties, StoreSettings* settings) {
  ASSIGN_OR_RETURN(bool secure,
                   BoolProperty(properties, "alluxio.underfs.s3.secure.http.enabled", false));
  ASSIGN_OR_RETURN(
      bool encrypted,
      BoolProperty(properties, "alluxio.underfs.s3.server.side.encryption.enabled", false));
  if (encrypted) settings->options["server_side_encryption"] = "AES256";
  std::string endpoint = PropertyOr(properties, "alluxio.underfs.s3.endpoint", "");
  // Amazon itself is never spoken to in clear.
  bool amazon = endpoint.empty() || endpoint.find(kAwsHost) != std::string::npos;
  endpoint = WithScheme(endpoint, secure || encrypted || amazon);
  if (endpoint.empty()) endpoint = "https://s3.amazonaws.com";
  settings->options["endpoint"] = endpoint;
  std::string host = HostOf(endpoint);
  if (host.empty()) return SettingsError(uri, "alluxio.underfs.s3.endpoint has no host");
  ASSIGN_OR_RETURN(bool path_style,
                   BoolProperty(properties, "alluxio.underfs.s3.disable.dns.buckets", false));
  if (!path_style && !IsAddress(host) && IsDnsName(uri.authority)) {
    settings->options["enable_virtual_host_style"] = "true";
  }
  std::string region = PropertyOr(properties, "alluxio.underfs.s3.region", "");
  region = PropertyOr(properties, "alluxio.underfs.s3.endpoint.region", region);
  if (region.empty()) region = RegionOfEndpoint(host);
  settings->options["region"] = region.empty() ? "us-east-1" : region;
  return OkStatus();
}

Status S3Limits(const StoreUri& uri, const Properties& properties, StoreSettings* settings) {
  ASSIGN_OR_RETURN(Duration timeout,
                   conf::ParseDuration(PropertyOr(
                       properties, "alluxio.underfs.s3.request.timeout", "1min")));
  if (timeout > Duration::zero()) settings->timeout = timeout;
  ASSIGN_OR_RETURN(bool streaming,
                   BoolProperty(properties, "alluxio.underfs.s3.streaming.upload.enabled", false));
  if (streaming) {
    ASSIGN_OR_RETURN(int64_t part,
                     conf::ParseBytes(PropertyOr(
                         properties, "alluxio.underfs.s3.streaming.upload.partition.size",
                         "64MB")));
    if (part < (5 << 20)) {
      return SettingsError(uri, "alluxio.underfs.s3.streaming.upload.partition.size: at least 5MB");
    }
    settings->part_size = static_cast<size_t>(part);
  }
  std::string proxy = PropertyOr(properties, "alluxio.underfs.s3.proxy.host", "");
  if (!proxy.empty()) {
    std::string port = PropertyOr(properties, "alluxio.underfs.s3.proxy.port", "80");
    settings->options["http.proxy"] = "http://" + proxy + ":" + port;
  }
  return OkStatus();
}

Status S3Unsupported(const StoreUri& uri, const Properties& properties) {
  std::string signer = PropertyOr(properties, "alluxio.underfs.s3.signer.algorithm", "");
  if (!signer.empty() && signer.find("V4") == std::string::npos &&
      signer.find("v4") == std::string::npos) {
    return SettingsError(uri, "alluxio.underfs.s3.signer.algorithm=" + signer +
                                  ": only signature version 4 is available");
  }
  if (PropertyOr(properties, "alluxio.underfs.s3.directory.suffix", "/") != "/") {
    return SettingsError(uri, "alluxio.underfs.s3.directory.suffix: only \"/\" is available");
  }
  return OkStatus();
}

// Host names of a vendor are spoken to by TLS unless the address says otherwise.
Status VendorEndpoint(const StoreUri& uri, const Properties& properties, const char* name,
                      StoreSettings* settings) {
  std::string endpoint = PropertyOr(properties, name, "");
  if (endpoint.empty()) return SettingsError(uri, std::string("set ") + name);
  settings->options["endpoint"] = WithScheme(endpoint, true);
  return OkStatus();
}

}  // namespace

Result<StoreSettings> S3Settings(const StoreUri& uri, const Properties& properties) {
  ASSIGN_OR_RETURN(StoreSettings settings, Begin(uri, properties, "s3", "s3"));
  RETURN_IF_ERROR(ApplyRows(uri, properties,
                            {{"access_key_id", {"s3a.accessKeyId", "aws.accessKeyId"}},
                             {"secret_access_key", {"s3a.secretKey", "aws.secretKey"}},
                             {"session_token", {"aws.sessionToken", "s3a.sessionToken"}}},
                            &settings));
  bool has_key = settings.options.contains("access_key_id");
  bool has_secret = settings.options.contains("secret_access_key");
  if (has_key != has_secret) {
    return SettingsError(uri, has_key ? "set s3a.secretKey too" : "set s3a.accessKeyId too");
  }
  // Without them: environment, profile and instance role, as the Java servers do.
  if (has_key) settings.options["disable_config_load"] = "true";
  RETURN_IF_ERROR(S3Endpoint(uri, properties, &settings));
  RETURN_IF_ERROR(S3Limits(uri, properties, &settings));
  RETURN_IF_ERROR(S3Unsupported(uri, properties));
  ASSIGN_OR_RETURN(bool old_lists,
                   BoolProperty(properties, "alluxio.underfs.s3.list.objects.v1", false));
  if (old_lists) settings.options["disable_list_objects_v2"] = "true";
  RETURN_IF_ERROR(ReadMode(uri, properties, "alluxio.underfs.s3.default.mode", &settings));
  return settings;
}

Result<StoreSettings> GcsSettings(const StoreUri& uri, const Properties& properties) {
  std::string key = PropertyOr(properties, "fs.gcs.accessKeyId", "");
  std::string endpoint = PropertyOr(properties, "fs.gcs.endpoint", "");
  if (!key.empty()) {
    // Keys of the interoperability API speak the dialect of S3.
    ASSIGN_OR_RETURN(StoreSettings settings, Begin(uri, properties, "s3", "gcs"));
    RETURN_IF_ERROR(ApplyRows(uri, properties,
                              {{"access_key_id", {"fs.gcs.accessKeyId"}, true},
                               {"secret_access_key", {"fs.gcs.secretAccessKey"}, true}},
                              &settings));
    settings.options["endpoint"] =
        endpoint.empty() ? "https://storage.googleapis.com" : WithScheme(endpoint, true);
    settings.options["region"] = "auto";
    settings.options["disable_config_load"] = "true";
    RETURN_IF_ERROR(ReadMode(uri, properties, "alluxio.underfs.gcs.default.mode", &settings));
    return settings;
  }
  ASSIGN_OR_RETURN(StoreSettings settings, Begin(uri, properties, "gcs", "gcs"));
  RETURN_IF_ERROR(ApplyRows(
      uri, properties, {{"credential_path", {"fs.gcs.credential.path"}}}, &settings));
  if (!endpoint.empty()) {
    settings.options["endpoint"] = WithScheme(endpoint, true);
    // An emulator; Google itself takes no unsigned writes.
    if (!settings.options.contains("credential_path")) {
      settings.options["skip_signature"] = "true";
      settings.options["emulator"] = "true";
    }
  }
  RETURN_IF_ERROR(ReadMode(uri, properties, "alluxio.underfs.gcs.default.mode", &settings));
  return settings;
}

Result<StoreSettings> OssSettings(const StoreUri& uri, const Properties& properties) {
  ASSIGN_OR_RETURN(StoreSettings settings, Begin(uri, properties, "oss", "oss"));
  RETURN_IF_ERROR(ApplyRows(uri, properties,
                            {{"access_key_id", {"fs.oss.accessKeyId"}, true},
                             {"access_key_secret", {"fs.oss.accessKeySecret"}, true}},
                            &settings));
  RETURN_IF_ERROR(VendorEndpoint(uri, properties, "fs.oss.endpoint", &settings));
  return settings;
}

Result<StoreSettings> CosSettings(const StoreUri& uri, const Properties& properties) {
  ASSIGN_OR_RETURN(StoreSettings settings, Begin(uri, properties, "cos", "cos"));
  RETURN_IF_ERROR(ApplyRows(
      uri, properties,
      {{"secret_id", {"fs.cos.access.key", "fs.cosn.userinfo.secretId"}, true},
       {"secret_key", {"fs.cos.secret.key", "fs.cosn.userinfo.secretKey"}, true}},
      &settings));
  std::string region = PropertyOr(properties, "fs.cos.region", "");
  region = PropertyOr(properties, "fs.cosn.bucket.region", region);
  if (region.empty()) return SettingsError(uri, "set fs.cos.region");
  settings.options["endpoint"] = "https://cos." + region + ".myqcloud.com";
  // The full name of a bucket ends with the id of its owner.
  std::string app = PropertyOr(properties, "fs.cos.app.id", "");
  if (!app.empty() && !uri.authority.ends_with("-" + app)) {
    settings.options["bucket"] = uri.authority + "-" + app;
  }
  settings.options["disable_config_load"] = "true";
  if (uri.scheme == "cosn") settings.type = "cosn";
  return settings;
}

Result<StoreSettings> ObsSettings(const StoreUri& uri, const Properties& properties) {
  ASSIGN_OR_RETURN(StoreSettings settings, Begin(uri, properties, "obs", "obs"));
  RETURN_IF_ERROR(ApplyRows(uri, properties,
                            {{"access_key_id", {"fs.obs.accessKey"}, true},
                             {"secret_access_key", {"fs.obs.secretKey"}, true}},
                            &settings));
  RETURN_IF_ERROR(VendorEndpoint(uri, properties, "fs.obs.endpoint", &settings));
  return settings;
}

Result<StoreSettings> HttpSettings(const StoreUri& uri, const Properties&) {
  if (uri.authority.empty()) return SettingsError(uri, "no host");
  StoreSettings settings;
  settings.service = "http";
  settings.type = "web";
  settings.options["endpoint"] = uri.scheme + "://" + uri.authority;
  settings.options["root"] = "/" + uri.path;
  settings.mode = Mode{0444};
  settings.read_only = true;
  return settings;
}

}  // namespace alluxio::ufs
