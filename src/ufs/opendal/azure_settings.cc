// Azure: "wasb(s)://container@account.blob.core.windows.net/..." by the Blob interface,
// "abfs(s)://filesystem@account.dfs.core.windows.net/..." by that of Data Lake Storage Gen2.
#include "ufs/opendal/store_settings.h"

namespace alluxio::ufs {
namespace {

// "https://login.microsoftonline.com/<tenant>/oauth2/token", as Hadoop writes it.
Status ClientEndpoint(const StoreUri& uri, const std::string& text, StoreSettings* settings) {
  size_t begin = text.find("://");
  size_t slash = begin == std::string::npos ? begin : text.find('/', begin + 3);
  if (slash == std::string::npos) {
    return SettingsError(uri, "fs.azure.account.oauth2.client.endpoint is not a URL");
  }
  settings->options["authority_host"] = text.substr(0, slash);
  std::string rest = text.substr(slash + 1);
  settings->options["tenant_id"] = rest.substr(0, rest.find('/'));
  return OkStatus();
}

}  // namespace

Result<StoreSettings> AzureSettings(const StoreUri& uri, const Properties& properties) {
  bool blob = uri.scheme.starts_with("wasb");
  if (uri.user.empty() || uri.authority.empty()) {
    return SettingsError(uri, "write " + uri.scheme + "://container@account" +
                                  (blob ? ".blob" : ".dfs") + ".core.windows.net/folder");
  }
  StoreSettings settings;
  settings.service = blob ? "azblob" : "azdls";
  settings.type = blob ? "wasb" : "abfs";
  settings.options[blob ? "container" : "filesystem"] = uri.user;
  settings.options["root"] = "/" + uri.path;
  std::string host = uri.host();
  std::string account = host.substr(0, host.find('.'));
  settings.options["account_name"] = account;
  bool secure = uri.scheme == "wasbs" || uri.scheme == "abfss";
  std::string endpoint = PropertyOr(properties, "fs.azure.endpoint", "");
  settings.options["endpoint"] = WithScheme(endpoint.empty() ? uri.authority : endpoint, secure);
  std::string key_name = "fs.azure.account.key." + host;
  RETURN_IF_ERROR(ApplyRows(uri, properties,
                            {{"account_key", {key_name.c_str(), "fs.azure.account.key"}},
                             {"client_id", {"fs.azure.account.oauth2.client.id"}},
                             {"client_secret", {"fs.azure.account.oauth2.client.secret"}}},
                            &settings));
  std::string client = PropertyOr(properties, "fs.azure.account.oauth2.client.endpoint", "");
  if (!client.empty()) RETURN_IF_ERROR(ClientEndpoint(uri, client, &settings));
  if (!settings.options.contains("account_key") && !settings.options.contains("client_secret")) {
    return SettingsError(uri, "set " + key_name + ", or fs.azure.account.oauth2.client.id, "
                              ".secret and .endpoint");
  }
  if (blob) {
    settings.options.erase("client_id");
    settings.options.erase("client_secret");
    settings.options.erase("authority_host");
    settings.options.erase("tenant_id");
    if (!settings.options.contains("account_key")) return SettingsError(uri, "set " + key_name);
  }
  return settings;
}

}  // namespace alluxio::ufs
