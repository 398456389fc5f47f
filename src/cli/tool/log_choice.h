// LogChoice: which files of a log folder "collectInfo collectLog" takes. Immutable once made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alluxio::cli {

struct LogChoice {
  std::vector<std::string> included;  // beginnings of names
  std::vector<std::string> excluded;
  std::optional<int64_t> from_ms;  // files that ended before are left out
  std::optional<int64_t> until_ms;  // and those that began after

  // Comma lists and times as the options have them; "" = not given. --include-logs goes with
  // neither of the other two.
  static Result<LogChoice> Of(const std::string& include, const std::string& exclude,
                              const std::string& additional, const std::string& start,
                              const std::string& end);
  bool WantsName(std::string_view name) const;
};

// "2026-11-28T12:11:10.055", "2026-11-28 12:11", "20/01/03 12:10:11" at the beginning of a text, in
// this host's time zone.
std::optional<int64_t> TimeAtStart(std::string_view text);

}  // namespace alluxio::cli
