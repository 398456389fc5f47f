// SecretName: which properties and options are credentials, and how texts are shown without them.
// Pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace alluxio::conf {

// By the table of keys, and for other names by the words in them. Wide on purpose: showing a star
// too many harms nobody.
bool IsSecretName(std::string_view name);
// For the settings of a process: by the table, and by words only for the options of the root mount,
// which may be named anything.
bool IsSecretSetting(std::string_view name);
// What may be shown of a setting: "******" for a credential, a root mount without its password.
std::string ShownValue(std::string_view name, std::string_view value);
// "scheme://user:password@host/path" with "******" for the password; any other text as it is.
std::string WithoutPassword(std::string_view uri);

// The values of the credentials among `properties`, but for those too short to be told from other
// words of a text.
std::vector<std::string> SecretsAmong(const std::map<std::string, std::string>& properties);
// The text with "******" for each secret in it.
std::string WithoutSecrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace alluxio::conf
