// SizeText, DateText: sizes and times as Alluxio 2.9 prints them in its shell and on its pages.
// Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace alluxio {

// 5120 -> "5120B", 5121 -> "5.00KB", ... up to EB: a unit is used up to five times the next.
std::string SizeText(int64_t bytes);

// `ms` since 1970 in local time by a Java date pattern such as "MM-dd-yyyy HH:mm:ss:SSS".
std::string DateText(int64_t ms, std::string_view pattern);
// The same in UTC.
std::string UtcDateText(int64_t ms, std::string_view pattern);
// "1 day(s), 2 hour(s), 3 minute(s), and 4 second(s)"
std::string ClockText(int64_t ms);

}  // namespace alluxio
