// How a Configuration is filled and checked. Later steps of Load overwrite earlier ones, except
// that the site file, whose place depends on the variables, is read last and gives way to them.

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "conf/configuration.h"
#include "conf/properties.h"
#include "conf/secret_name.h"
#include "conf/value_format.h"

namespace alluxio::conf {
namespace {

constexpr std::string_view kSiteFileName = "alluxio-site.properties";
constexpr int64_t kSiteFileMost = 16 << 20;

struct Variable {
  std::string_view name;
  std::string_view key;
};

// Variables that are short for one property (libexec/alluxio-config.sh of 2.9).
constexpr Variable kVariables[] = {
    {"ALLUXIO_HOME", "alluxio.home"},
    {"ALLUXIO_CONF_DIR", "alluxio.conf.dir"},
    {"ALLUXIO_LOGS_DIR", "alluxio.logs.dir"},
    {"ALLUXIO_USER_LOGS_DIR", "alluxio.user.logs.dir"},
    {"ALLUXIO_MASTER_HOSTNAME", "alluxio.master.hostname"},
    {"ALLUXIO_UNDERFS_ADDRESS", "alluxio.master.mount.table.root.ufs"},
    {"ALLUXIO_MASTER_MOUNT_TABLE_ROOT_UFS", "alluxio.master.mount.table.root.ufs"},
    {"ALLUXIO_WORKER_MEMORY_SIZE", "alluxio.worker.ramdisk.size"},
    {"ALLUXIO_WORKER_RAMDISK_SIZE", "alluxio.worker.ramdisk.size"},
    {"ALLUXIO_LOGSERVER_HOSTNAME", "alluxio.logserver.hostname"},
    {"ALLUXIO_LOGSERVER_PORT", "alluxio.logserver.port"},
    {"ALLUXIO_LOGSERVER_LOGS_DIR", "alluxio.logserver.logs.dir"},
};

std::string_view OptionsVariable(Role role) {
  switch (role) {
    case Role::kMaster: return "ALLUXIO_MASTER_JAVA_OPTS";
    case Role::kWorker: return "ALLUXIO_WORKER_JAVA_OPTS";
    case Role::kClient: return "ALLUXIO_USER_JAVA_OPTS";
    case Role::kJobMaster: return "ALLUXIO_JOB_MASTER_JAVA_OPTS";
    case Role::kJobWorker: return "ALLUXIO_JOB_WORKER_JAVA_OPTS";
  }
  return "ALLUXIO_USER_JAVA_OPTS";
}

// Java's own -D settings travel in the same variables and are none of our business.
bool IsOurs(std::string_view name) {
  if (FindKey(name) != nullptr) return true;
  for (std::string_view prefix : {"alluxio.", "fs.", "s3a."}) {
    if (name.substr(0, prefix.size()) == prefix) return true;
  }
  return false;
}

Result<std::string> ReadWhole(Disk& disk, const std::string& path) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, disk.OpenForRead(path));
  ASSIGN_OR_RETURN(int64_t length, file->Length());
  if (length > kSiteFileMost) return InvalidArgument(path + ": larger than a settings file can be");
  std::string text(static_cast<size_t>(length), '\0');
  ASSIGN_OR_RETURN(size_t got, file->ReadAt(0, std::span<char>(text)));
  text.resize(got);
  return text;
}

Status CheckChoice(const Key& key, const std::string& value) {
  if (key.choices.empty()) return OkStatus();
  for (const std::string& choice : SplitList(key.choices, '|')) {
    if (choice.size() == value.size() &&
        std::equal(choice.begin(), choice.end(), value.begin(),
                   [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 32 : b); })) {
      return OkStatus();
    }
  }
  return InvalidArgument("\"" + value + "\" is not one of " + std::string(key.choices));
}

Status CheckPort(const Key& key, int value) {
  constexpr std::string_view kEnding = ".port";
  bool port = key.name.size() > kEnding.size() &&
              key.name.substr(key.name.size() - kEnding.size()) == kEnding;
  if (!port || (value >= 0 && value <= 65535)) return OkStatus();
  return InvalidArgument("\"" + std::to_string(value) + "\" is not a port from 0 to 65535");
}

Status CheckType(const Key& key, const std::string& value) {
  switch (key.type) {
    case ValueType::kBool: return ParseBool(value).status();
    case ValueType::kInt: {
      ASSIGN_OR_RETURN(int number, ParseInt(value));
      return CheckPort(key, number);
    }
    case ValueType::kLong: return ParseLong(value).status();
    case ValueType::kDouble: return ParseDouble(value).status();
    case ValueType::kBytes: return ParseBytes(value).status();
    case ValueType::kDuration: return ParseDuration(value).status();
    case ValueType::kEnum: return CheckChoice(key, value);
    case ValueType::kString:
    case ValueType::kList:
    case ValueType::kClass: return OkStatus();
  }
  return OkStatus();
}

std::string PlaceOf(const Source& source) {
  if (source.kind != SourceKind::kSiteProperty) return source.ToString();
  return source.file + ":" + std::to_string(source.line);
}

// Embedded journals are the default of 2.9, so people who ask for one by name must not get
// another kind in silence.
Status CheckJournalType(const Configuration& conf) {
  constexpr std::string_view kName = "alluxio.master.journal.type";
  if (conf.GetString(kName) == "UFS") return OkStatus();
  return FailedPrecondition(PlaceOf(conf.SourceOf(kName)) + ": " + std::string(kName) + "=" +
                            conf.GetString(kName) +
                            ": only the UFS journal is there yet; set it to UFS");
}

}  // namespace

Result<Configuration> Configuration::Load(const LoadOptions& options) {
  Configuration conf(options.host);
  conf.TakeVariables(options);
  conf.TakeDefinitions(options.arguments);
  if (options.read_site_file) RETURN_IF_ERROR(conf.LoadSiteFile(options));
  RETURN_IF_ERROR(conf.CheckAll());
  if (options.role == Role::kMaster) RETURN_IF_ERROR(CheckJournalType(conf));
  conf.CollectWarnings();
  return conf;
}

void Configuration::TakeVariables(const LoadOptions& options) {
  auto variable = [&options](std::string_view name) -> std::string {
    auto at = options.environment.find(std::string(name));
    return at == options.environment.end() ? "" : at->second;
  };
  TakeDefinitions(SplitList(variable("ALLUXIO_JAVA_OPTS"), ' '));
  for (const conf::Variable& known : kVariables) {
    std::string value = variable(known.name);
    if (value.empty()) continue;
    settings_[std::string(known.key)] = {value, {SourceKind::kSystemProperty}};
  }
  std::string ram_folder = variable("ALLUXIO_RAM_FOLDER");
  if (!ram_folder.empty()) {
    const std::string level = "alluxio.worker.tieredstore.level0.";
    settings_[level + "alias"] = {"MEM", {SourceKind::kSystemProperty}};
    settings_[level + "dirs.path"] = {ram_folder, {SourceKind::kSystemProperty}};
  }
  TakeDefinitions(SplitList(variable(OptionsVariable(options.role)), ' '));
}

void Configuration::TakeDefinitions(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    std::string_view text = word;
    if (text.size() <= 2 || text.substr(0, 2) != "-D") continue;
    text.remove_prefix(2);
    size_t equals = text.find('=');
    std::string_view name = Trimmed(text.substr(0, equals));
    if (!IsOurs(name)) continue;
    std::string_view value = equals == std::string_view::npos ? "" : text.substr(equals + 1);
    settings_[std::string(CanonicalName(name))] = {std::string(Trimmed(value)),
                                                   {SourceKind::kSystemProperty}};
  }
}

Status Configuration::LoadSiteFile(const LoadOptions& options) {
  Disk& disk = options.disk != nullptr ? *options.disk : Disk::Real();
  for (std::string path : GetList("alluxio.site.conf.dir")) {
    if (path.back() != '/') path.push_back('/');
    path.append(kSiteFileName);
    Result<FileStat> stat = disk.Stat(path);
    if (stat.status().Is(StatusCode::kNotFound)) continue;
    if (!stat.ok()) return stat.status().WithContext(path);
    Result<std::string> text = ReadWhole(disk, path);
    if (!text.ok()) return text.status().WithContext(path);
    Result<Properties> properties = ParseProperties(*text);
    if (!properties.ok()) return properties.status().WithContext(path);
    for (const Property& property : *properties) {
      Source source{SourceKind::kSiteProperty, path, property.line};
      TakeSiteProperty(property.key, property.value, source);
    }
    return OkStatus();  // The first file found is the only one.
  }
  return OkStatus();
}

void Configuration::TakeSiteProperty(std::string_view name, std::string_view value,
                                     const Source& source) {
  auto [at, added] = settings_.try_emplace(std::string(CanonicalName(Trimmed(name))));
  if (!added && at->second.source.kind > source.kind) return;
  at->second = {std::string(Trimmed(value)), source};
}

Status Configuration::CheckOne(const std::string& name, const Setting& setting) const {
  if (setting.raw.empty()) return OkStatus();
  const Key* key = FindKey(name);
  std::string place = PlaceOf(setting.source) + ": " + name + "=" + ShownValue(name, setting.raw);
  Result<std::optional<std::string>> value = Replace(setting.raw, Chain{CanonicalName(name)});
  if (!value.ok()) return value.status().WithContext(place);
  if (!*value) return InvalidArgument(place + ": it refers to a property that has no value");
  if (key == nullptr) return OkStatus();
  Status status = CheckType(*key, **value);
  return status.ok() ? status : status.WithContext(place);  // It says what was expected.
}

Status Configuration::CheckAll() const {
  for (const auto& [name, setting] : settings_) RETURN_IF_ERROR(CheckOne(name, setting));
  return OkStatus();
}

void Configuration::CollectWarnings() {
  for (const auto& [name, setting] : settings_) {
    const Key* key = FindKey(name);
    std::string place = PlaceOf(setting.source) + ": " + name;
    std::string_view removed = RemovedKeyReason(name);
    if (!removed.empty()) {
      warnings_.push_back(place + " was removed: " + std::string(removed));
    } else if (key == nullptr) {
      std::string nearest = NearestKeyName(name);
      warnings_.push_back(place + " is not a known property" +
                          (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
    } else if (key->effect == Effect::Inert) {
      warnings_.push_back(place + " is known but has no effect here");
    }
  }
}

}  // namespace alluxio::conf
