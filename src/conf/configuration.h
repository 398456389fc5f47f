// Configuration: the properties of a process, loaded once and typed.
//
//   ASSIGN_OR_RETURN(Configuration conf, Configuration::Load(LoadOptions::OfProcess(role, c, v)));
//   int port = conf.GetInt("alluxio.master.rpc.port");
//
// Weakest first: built-in default, cluster default, alluxio-site.properties, -D and ALLUXIO_*
// variables, path default, Set(). ${name} inside a value stands for the value of that name.
//
// Load checks every value, so the typed accessors cannot fail on input: asking for an unknown name,
// a name without a value, or a value as a type it cannot have is a programmer error (CHECK).
// Thread-safe as long as nobody calls Set or MergeClusterDefaults; copyable.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "conf/key.h"
#include "conf/load_options.h"
#include "conf/source.h"

namespace alluxio::conf {

struct Entry {
  std::string name;
  std::string raw;    // ${...} not replaced
  std::string value;  // ${...} replaced; "******" for a secret
  Source source;
  const Key* key = nullptr;  // null for a name nobody knows
};

class Configuration {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  // INVALID_ARGUMENT names file, line, key, value and what was expected. Things that only deserve
  // a remark (unknown names, names without effect here) are in warnings().
  static Result<Configuration> Load(const LoadOptions& options);
  // Defaults of a four-processor machine called "localhost" plus `values`; CHECKs that they parse.
  static Configuration ForTest(const Pairs& values = {});

  // Whether the name has a value, be it the default.
  bool Has(std::string_view name) const;
  // Whether somebody chose the value, so that it is not the default.
  bool IsSetByUser(std::string_view name) const;

  // With ${...} replaced. GetString gives "" and Find nothing for a name without a value.
  std::string GetString(std::string_view name) const;
  std::optional<std::string> Find(std::string_view name) const;
  bool GetBool(std::string_view name) const;
  int GetInt(std::string_view name) const;
  int64_t GetLong(std::string_view name) const;
  double GetDouble(std::string_view name) const;
  int64_t GetBytes(std::string_view name) const;
  Duration GetDuration(std::string_view name) const;
  // Split at `separator`, trimmed, empty elements dropped.
  std::vector<std::string> GetList(std::string_view name, char separator = ',') const;

  // "alluxio.worker.tieredstore.level{}.alias" with 0 -> "alluxio.worker.tieredstore.level0.alias".
  static std::string NameOf(std::string_view pattern, int64_t number);
  static std::string NameOf(std::string_view pattern, std::string_view word);

  // What follows `prefix`, and the value, of every name below it that has one; sorted.
  Pairs Below(std::string_view prefix) const;

  // Without replacing ${...}; nothing for a name without a value.
  std::optional<std::string> FindRaw(std::string_view name) const;
  Source SourceOf(std::string_view name) const;
  // Every name that has a value, sorted.
  std::vector<Entry> Entries() const;
  // MD5 in hex over "name:raw value:source" of Entries(), what GetConfigHash answers.
  std::string Hash() const;

  // Replaces one value; the value is checked as Load does. Thread-compatible.
  Status Set(std::string_view name, std::string_view value);
  // Takes values a master sent for processes of `role`, a worker or a client: unknown names and
  // names that such a process does not read are left out, and so is what was chosen here.
  // INVALID_ARGUMENT, and nothing taken, for a value that does not parse.
  Status MergeClusterDefaults(const Pairs& values, Role role);
  // A copy for a client's paths below a prefix with properties of its own: these come before
  // everything but Set().
  Result<Configuration> WithPathDefaults(const Pairs& values) const;

  // Remarks of Load, one line each.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // What the machine said about itself when this was loaded.
  const HostFacts& host() const { return host_; }
  // Logs warnings() at WARN.
  void LogWarnings() const;

 private:
  struct Setting {
    std::string raw;
    Source source;
  };
  // A name being replaced inside another; the chain shows a circle.
  struct Chain {
    std::string_view name;
    const Chain* outer = nullptr;
  };
  explicit Configuration(HostFacts host) : host_(std::move(host)) {}

  Status Merge(const Pairs& values, Role role, SourceKind kind);
  // The steps of Load.
  void TakeVariables(const LoadOptions& options);
  void TakeDefinitions(const std::vector<std::string>& words);
  Status LoadSiteFile(const LoadOptions& options);
  void TakeSiteProperty(std::string_view name, std::string_view value, const Source& source);
  Status CheckAll() const;
  Status CheckOne(const std::string& name, const Setting& setting) const;
  void CollectWarnings();

  const Setting* FindSetting(std::string_view name) const;
  std::string DefaultOf(const Key& key) const;
  std::string NeedValue(std::string_view name) const;
  // Nothing when a name inside has no value; INVALID_ARGUMENT for a circle or a missing brace.
  Result<std::optional<std::string>> Replace(std::string_view text, const Chain& chain) const;
  Result<std::optional<std::string>> Variable(std::string_view name, const Chain& chain) const;
  template <typename T>
  T Typed(std::string_view name, Result<T> (*parse)(std::string_view)) const;

  HostFacts host_;
  std::map<std::string, Setting, std::less<>> settings_;  // by canonical name; no defaults
  std::vector<std::string> warnings_;
};

// Values given to the secrets of a configuration where they are shown.
inline constexpr std::string_view kMaskedValue = "******";

}  // namespace alluxio::conf
