// ParseSpaceSize and its like: sizes, times and numbers as Alluxio 2.9's shell reads them. How it
// prints them is in base/text_forms.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text_forms.h"  // IWYU pragma: export

namespace alluxio::cli {

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

}  // namespace alluxio::cli
