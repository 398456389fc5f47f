// ParseSpaceSize and its like: sizes, times and columns as Alluxio 2.9's shell reads and prints
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace alluxio::cli {

// 5120 -> "5120B", 5121 -> "5.00KB", ... up to EB: a unit is used up to five times the next.
std::string SizeText(int64_t bytes);
// "1024", "4KB", "1.5g" -> bytes; INVALID_ARGUMENT "Fail to parse <text> to bytes".
Result<int64_t> ParseSpaceSize(std::string_view text);
// "5s", "2min", "1day", "100" (ms), "-1" -> milliseconds; INVALID_ARGUMENT
// "Fail to parse <text> to milliseconds". Every negative time is -1.
Result<int64_t> ParseTimeSize(std::string_view text);
// A decimal number; INVALID_ARGUMENT with Java's text: For input string: "x".
Result<int> ParseNumber(std::string_view text);
Result<int64_t> ParseLongNumber(std::string_view text);

// What Java's Boolean.parseBoolean makes of a text: true for "true" in any case, else false.
bool IsTrue(std::string_view text);

// `ms` since 1970 in local time by a Java date pattern such as "MM-dd-yyyy HH:mm:ss:SSS".
std::string DateText(int64_t ms, std::string_view pattern);
// The same in UTC.
std::string UtcDateText(int64_t ms, std::string_view pattern);

}  // namespace alluxio::cli
