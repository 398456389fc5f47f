#include "master/mount/mount_point.h"

#include <algorithm>
#include <cctype>

namespace alluxio::master {
namespace {

// Wide on purpose: showing a star too many harms nobody.
constexpr const char* kSecretWords[] = {"secret",     "password",    "token",       "credential",
                                        "access.key", "accesskey",   "account.key", "private",
                                        "passphrase", "sas"};

bool LooksSecret(const std::string& key) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(std::begin(kSecretWords), std::end(kSecretWords),
                     [&](const char* word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

std::map<std::string, std::string> RedactedProperties(const MountPoint& mount) {
  std::map<std::string, std::string> shown;
  for (const auto& [key, value] : mount.properties) {
    shown[key] = LooksSecret(key) ? "******" : value;
  }
  return shown;
}

}  // namespace alluxio::master
