#include "conf/configuration.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/check.h"
#include "base/log.h"
#include "conf/computed_default.h"
#include "conf/md5.h"
#include "conf/secret_name.h"
#include "conf/value_format.h"

namespace alluxio::conf {
namespace {

// Names of Java's own that values refer to.
std::optional<std::string> JavaProperty(std::string_view name, const HostFacts& host) {
  if (name == "user.home") return host.user_home;
  if (name == "user.name") return host.user_name;
  if (name == "user.dir") return host.working_folder;
  if (name == "java.io.tmpdir") return "/tmp";
  return std::nullopt;
}

}  // namespace

Configuration Configuration::ForTest(const Pairs& values) {
  HostFacts host;
  host.cpus = 4;
  host.memory_bytes = int64_t{3} << 30;
  host.hostname = "localhost";
  host.user_name = "tester";
  host.user_home = "/home/tester";
  host.working_folder = "/";
  Configuration conf(std::move(host));
  for (const auto& [name, value] : values) {
    Status status = conf.Set(name, value);
    CHECK(status.ok()) << status.ToString();
  }
  return conf;
}

const Configuration::Setting* Configuration::FindSetting(std::string_view name) const {
  auto at = settings_.find(CanonicalName(name));
  return at == settings_.end() ? nullptr : &at->second;
}

std::string Configuration::DefaultOf(const Key& key) const {
  return ComputedDefault(key.default_value, host_);
}

std::optional<std::string> Configuration::FindRaw(std::string_view name) const {
  if (const Setting* setting = FindSetting(name)) {
    if (setting->raw.empty()) return std::nullopt;
    return setting->raw;
  }
  const Key* key = FindKey(name);
  if (key == nullptr || key->default_value.empty()) return std::nullopt;
  return DefaultOf(*key);
}

Result<std::optional<std::string>> Configuration::Variable(std::string_view name,
                                                           const Chain& chain) const {
  for (const Chain* link = &chain; link != nullptr; link = link->outer) {
    if (link->name == CanonicalName(name)) {
      return InvalidArgument("${" + std::string(name) + "} refers to itself");
    }
  }
  std::optional<std::string> raw = FindRaw(name);
  if (!raw) return JavaProperty(name, host_);
  return Replace(*raw, Chain{CanonicalName(name), &chain});
}

Result<std::optional<std::string>> Configuration::Replace(std::string_view text,
                                                          const Chain& chain) const {
  std::string out;
  while (true) {
    size_t begin = text.find("${");
    if (begin == std::string_view::npos) return std::optional<std::string>(out.append(text));
    // The innermost reference comes first: ${a.${b}} looks up b before a.<value of b>.
    size_t end = text.find('}', begin);
    if (end == std::string_view::npos) {
      return InvalidArgument("\"" + std::string(text.substr(begin)) + "\" lacks a closing brace");
    }
    begin = text.rfind("${", end);
    ASSIGN_OR_RETURN(std::optional<std::string> value,
                     Variable(text.substr(begin + 2, end - begin - 2), chain));
    if (!value) return std::optional<std::string>();
    if (text.find("${") == begin) {
      out.append(text.substr(0, begin)).append(*value);
      text.remove_prefix(end + 1);
      continue;
    }
    std::string nested = std::string(text.substr(0, begin)) + *value +
                         std::string(text.substr(end + 1));
    ASSIGN_OR_RETURN(std::optional<std::string> rest, Replace(nested, chain));
    if (!rest) return rest;
    return std::optional<std::string>(out.append(*rest));
  }
}

std::optional<std::string> Configuration::Find(std::string_view name) const {
  CHECK(FindKey(name) != nullptr || FindSetting(name) != nullptr)
      << "no property is called " << name;
  std::optional<std::string> raw = FindRaw(name);
  if (!raw) return std::nullopt;
  Result<std::optional<std::string>> value = Replace(*raw, Chain{CanonicalName(name)});
  CHECK(value.ok()) << name << ": " << value.status().ToString();
  return *value;
}

bool Configuration::Has(std::string_view name) const { return Find(name).has_value(); }

bool Configuration::IsSetByUser(std::string_view name) const {
  const Setting* setting = FindSetting(name);
  return setting != nullptr && !setting->raw.empty();
}

std::string Configuration::GetString(std::string_view name) const {
  return Find(name).value_or("");
}

std::string Configuration::NeedValue(std::string_view name) const {
  std::optional<std::string> value = Find(name);
  CHECK(value.has_value()) << name << " has no value";
  return *std::move(value);
}

template <typename T>
T Configuration::Typed(std::string_view name, Result<T> (*parse)(std::string_view)) const {
  Result<T> value = parse(NeedValue(name));
  CHECK(value.ok()) << name << ": " << value.status().ToString();
  return *value;
}

bool Configuration::GetBool(std::string_view name) const { return Typed(name, ParseBool); }
int Configuration::GetInt(std::string_view name) const { return Typed(name, ParseInt); }
int64_t Configuration::GetLong(std::string_view name) const { return Typed(name, ParseLong); }
double Configuration::GetDouble(std::string_view name) const { return Typed(name, ParseDouble); }
int64_t Configuration::GetBytes(std::string_view name) const { return Typed(name, ParseBytes); }
Duration Configuration::GetDuration(std::string_view name) const {
  return Typed(name, ParseDuration);
}

std::vector<std::string> Configuration::GetList(std::string_view name, char separator) const {
  return SplitList(GetString(name), separator);
}

std::string Configuration::NameOf(std::string_view pattern, int64_t number) {
  return NameOf(pattern, std::string_view(std::to_string(number)));
}

std::string Configuration::NameOf(std::string_view pattern, std::string_view word) {
  size_t hole = pattern.find("{}");
  CHECK(hole != std::string_view::npos) << pattern << " has no {}";
  return std::string(pattern.substr(0, hole)).append(word).append(pattern.substr(hole + 2));
}

Configuration::Pairs Configuration::Below(std::string_view prefix) const {
  Pairs pairs;
  for (const Entry& entry : Entries()) {
    if (entry.name.size() > prefix.size() && entry.name.compare(0, prefix.size(), prefix) == 0) {
      pairs.emplace_back(entry.name.substr(prefix.size()), GetString(entry.name));
    }
  }
  return pairs;
}

Source Configuration::SourceOf(std::string_view name) const {
  if (const Setting* setting = FindSetting(name)) return setting->source;
  return {FindRaw(name) ? SourceKind::kDefault : SourceKind::kUnset};
}

std::vector<Entry> Configuration::Entries() const {
  std::vector<std::string> names;
  for (const Key* key : AllKeys()) names.emplace_back(key->name);
  for (const auto& [name, setting] : settings_) names.push_back(name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());

  std::vector<Entry> entries;
  for (std::string& name : names) {
    std::optional<std::string> value = Find(name);
    if (!value) continue;
    const Key* key = FindKey(name);
    Entry entry;
    entry.raw = ShownValue(name, *FindRaw(name));
    entry.value = ShownValue(name, *value);
    entry.source = SourceOf(name);
    entry.key = key;
    entry.name = std::move(name);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string Configuration::Hash() const {
  std::string text;
  for (const Entry& entry : Entries()) {
    text.append(entry.name).append(":").append(entry.raw).append(":");
    text.append(entry.source.ToString()).append("\n");
  }
  return Md5Hex(text);
}

Status Configuration::Set(std::string_view name, std::string_view value) {
  std::string key(CanonicalName(Trimmed(name)));
  Setting setting{std::string(Trimmed(value)), {SourceKind::kRuntime}};
  auto before = settings_.find(key);
  std::optional<Setting> old;
  if (before != settings_.end()) old = before->second;
  settings_[key] = setting;
  Status status = CheckAll();  // Others may refer to this one.
  if (status.ok()) return status;
  if (old) {
    settings_[key] = *std::move(old);
  } else {
    settings_.erase(key);
  }
  return status;
}

Status Configuration::Merge(const Pairs& values, Role role, SourceKind kind) {
  std::map<std::string, Setting, std::less<>> before = settings_;
  for (const auto& [name, value] : values) {
    const Key* key = FindKey(name);
    if (key == nullptr || value.empty()) continue;
    if (key->secret && value == kMaskedValue) continue;  // Secrets do not travel.
    bool reaches = role == Role::kWorker ? ReachesWorkers(key->scope) : ReachesClients(key->scope);
    if (!reaches) continue;
    auto [at, added] = settings_.try_emplace(std::string(CanonicalName(name)));
    if (!added && at->second.source.kind > kind) continue;
    at->second = {value, {kind}};
  }
  Status status = CheckAll();
  if (!status.ok()) settings_ = std::move(before);
  return status;
}

Status Configuration::MergeClusterDefaults(const Pairs& values, Role role) {
  return Merge(values, role, SourceKind::kClusterDefault);
}

Result<Configuration> Configuration::WithPathDefaults(const Pairs& values) const {
  Configuration copy = *this;
  RETURN_IF_ERROR(copy.Merge(values, Role::kClient, SourceKind::kPathDefault));
  return copy;
}

void Configuration::LogWarnings() const {
  for (const std::string& warning : warnings_) LOG_WARN("conf: {}", warning);
}

}  // namespace alluxio::conf
