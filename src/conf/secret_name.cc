#include "conf/secret_name.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "conf/configuration.h"
#include "conf/key.h"

namespace alluxio::conf {
namespace {

constexpr size_t kShortSecret = 4;

constexpr std::string_view kSecretWords[] = {
    "secret",      "password",    "passwd", "token",      "credential", "access.key", "accesskey",
    "account.key", "account_key", "private", "passphrase", "sas",        "auth.key",   "apikey"};

}  // namespace

bool IsSecretName(std::string_view name) {
  if (const Key* key = FindKey(name); key != nullptr && key->secret) return true;
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(std::begin(kSecretWords), std::end(kSecretWords),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool IsSecretSetting(std::string_view name) {
  if (const Key* key = FindKey(name); key != nullptr && key->secret) return true;
  return name.starts_with("alluxio.master.mount.table.root.option.") && IsSecretName(name);
}

std::string ShownValue(std::string_view name, std::string_view value) {
  if (IsSecretSetting(name)) return std::string(kMaskedValue);
  return name == "alluxio.master.mount.table.root.ufs" ? WithoutPassword(value)
                                                       : std::string(value);
}

std::string WithoutPassword(std::string_view uri) {
  size_t authority = uri.find("://");
  if (authority == std::string_view::npos) return std::string(uri);
  authority += 3;
  std::string_view host = uri.substr(authority, uri.find('/', authority) - authority);
  size_t colon = host.find(':');
  if (colon == std::string_view::npos) return std::string(uri);
  size_t at = host.rfind('@');
  if (at == std::string_view::npos) {
    // In careless hands a password holds "/"; what follows the colon is no port then.
    bool port = host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    at = uri.rfind('@');
    if (port || at == std::string_view::npos) return std::string(uri);
    at -= authority;
  }
  if (at < colon) return std::string(uri);
  return std::string(uri.substr(0, authority + colon + 1)) + std::string(kMaskedValue) +
         std::string(uri.substr(authority + at));
}

std::vector<std::string> SecretsAmong(const std::map<std::string, std::string>& properties) {
  std::vector<std::string> secrets;
  for (const auto& [name, value] : properties) {
    if (value.size() >= kShortSecret && IsSecretName(name)) secrets.push_back(value);
  }
  return secrets;
}

std::string WithoutSecrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    for (size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), kMaskedValue);
      at += kMaskedValue.size();
    }
  }
  return text;
}

}  // namespace alluxio::conf
