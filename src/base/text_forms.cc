#include "base/text_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <utility>

namespace alluxio {
namespace {

// The text of one run of a pattern letter.
std::string DateField(char letter, size_t count, const std::tm& tm, int64_t millis) {
  auto number = [&](int64_t value) { return fmt::format("{:0{}}", value, count); };
  auto named = [&](const char* spec) {
    std::array<char, 32> buffer{};
    size_t used = std::strftime(buffer.data(), buffer.size(), spec, &tm);
    return std::string(buffer.data(), used);
  };
  switch (letter) {
    case 'y':
      return count == 2 ? fmt::format("{:02}", (tm.tm_year + 1900) % 100)
                        : number(tm.tm_year + 1900);
    case 'M':
      return count >= 4 ? named("%B") : count == 3 ? named("%b") : number(tm.tm_mon + 1);
    case 'd': return number(tm.tm_mday);
    case 'H': return number(tm.tm_hour);
    case 'h': return number((tm.tm_hour + 11) % 12 + 1);
    case 'm': return number(tm.tm_min);
    case 's': return number(tm.tm_sec);
    case 'S': return number(millis);
    case 'a': return tm.tm_hour < 12 ? "AM" : "PM";
    case 'E': return count >= 4 ? named("%A") : named("%a");
    case 'Z': return named("%z");
    case 'z': return named("%Z");
    default: return std::string(count, letter);
  }
}

std::string FormatDate(const std::tm& tm, int64_t millis, std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size();) {
    char c = pattern[i];
    if (c == '\'') {  // quoted text; '' is one quote
      size_t end = std::min(pattern.find('\'', i + 1), pattern.size());
      out += end == i + 1 ? "'" : std::string(pattern.substr(i + 1, end - i - 1));
      i = end + 1;
      continue;
    }
    size_t end = i + 1;
    while (end < pattern.size() && pattern[end] == c) ++end;
    bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
    out += letter ? DateField(c, end - i, tm, millis) : std::string(end - i, c);
    i = end;
  }
  return out;
}

// Seconds and milliseconds, rounded down also before 1970.
std::pair<std::time_t, int64_t> SplitMillis(int64_t ms) {
  int64_t millis = ((ms % 1000) + 1000) % 1000;
  return {static_cast<std::time_t>((ms - millis) / 1000), millis};
}

}  // namespace

std::string SizeText(int64_t bytes) {
  static constexpr std::string_view kUnits[] = {"KB", "MB", "GB", "TB", "PB"};
  constexpr double kStep = 1024.0;
  double size = static_cast<double>(bytes);
  if (size <= kStep * 5) return fmt::format("{}B", bytes);
  for (std::string_view unit : kUnits) {
    size /= kStep;
    if (size <= kStep * 5) return fmt::format("{:.2f}{}", size, unit);
  }
  return fmt::format("{:.2f}EB", size / kStep);
}

std::string DateText(int64_t ms, std::string_view pattern) {
  auto [seconds, millis] = SplitMillis(ms);
  std::tm tm{};
  localtime_r(&seconds, &tm);
  return FormatDate(tm, millis, pattern);
}

std::string UtcDateText(int64_t ms, std::string_view pattern) {
  auto [seconds, millis] = SplitMillis(ms);
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  return FormatDate(tm, millis, pattern);
}

std::string ClockText(int64_t ms) {
  int64_t seconds = ms / 1000;
  return fmt::format("{} day(s), {} hour(s), {} minute(s), and {} second(s)", seconds / 86400,
                     seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

}  // namespace alluxio
