// ParseBytes and its like: the text forms of property values, as Alluxio 2.9 reads them.
//
// All are INVALID_ARGUMENT with what was expected when the text has another form. Blank space
// around a value is ignored and letter case does not matter. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/result.h"

namespace alluxio::conf {

// "64MB", "1.5GB", "1024", "1k", "2TB": powers of 1024; a plain number is bytes; -1 passes.
Result<int64_t> ParseBytes(std::string_view text);
// "10s", "1h", "5min", "100ms", "2day", "1.5h"; a plain number is milliseconds; -1 passes.
Result<Duration> ParseDuration(std::string_view text);
Result<bool> ParseBool(std::string_view text);
Result<int> ParseInt(std::string_view text);
Result<int64_t> ParseLong(std::string_view text);
Result<double> ParseDouble(std::string_view text);
// Split at `separator`, trimmed, empty elements dropped.
std::vector<std::string> SplitList(std::string_view text, char separator);

std::string_view Trimmed(std::string_view text);

}  // namespace alluxio::conf
