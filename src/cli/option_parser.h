// OptionParser: splits the words after a command's name into options and arguments, the way
// Alluxio 2.9 does it (Apache commons-cli, DefaultParser).
//
//   -R            -Rf (combined)        -c 5   -c5   -c=5
//   --sort name   --sort=name           --rec (any unambiguous beginning of a long name)
//   --            everything after it is an argument
//
// Options and arguments may be mixed. A negative number is a value, never an option.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alluxio::cli {

struct Option {
  std::string short_name;  // "R", or "" when there is only a long name
  std::string long_name;   // "recursive", or ""
  std::string description;
  bool has_value = false;
  std::string value_name = "arg";  // shown in help as <arg>
  bool required = false;

  // The name Alluxio uses in messages: the short one when there is one.
  const std::string& key() const { return short_name.empty() ? long_name : short_name; }
};

// What was given. Options are asked for by short or long name without dashes.
class ParsedArgs {
 public:
  bool Has(std::string_view name) const;
  // The first value of an option, `fallback` when the option was not given.
  std::string Value(std::string_view name, std::string_view fallback = "") const;
  std::vector<std::string> Values(std::string_view name) const;

  const std::vector<std::string>& args() const { return args_; }
  size_t count() const { return args_.size(); }
  const std::string& arg(size_t index) const { return args_[index]; }

 private:
  friend class OptionParser;
  std::map<std::string, std::vector<std::string>, std::less<>> given_;  // under both names
  std::vector<std::string> args_;
};

// INVALID_ARGUMENT with the texts of commons-cli: "Unrecognized option: -z",
// "Missing argument for option: c", "Ambiguous option: '--re'  (could be: 'recursive', ...)",
// "Missing required option: f".
Result<ParsedArgs> ParseOptions(const std::vector<Option>& options,
                                const std::vector<std::string>& words);

}  // namespace alluxio::cli
