#include "cli/units.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <ctime>
#include <vector>

namespace alluxio::cli {
namespace {

std::string Lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

Status BadSize(std::string_view text) {
  return InvalidArgument(fmt::format("Fail to parse {} to bytes", text));
}

// The power of 1024 a unit stands for, -1 when nobody knows it.
int UnitPower(std::string_view unit) {
  if (unit.empty() || unit == "b") return 0;
  constexpr std::string_view kLetters = "kmgtp";
  size_t power = kLetters.find(unit[0]);
  if (power == std::string_view::npos) return -1;
  std::string_view rest = unit.substr(1);
  bool known = rest.empty() || rest == "b" || rest == "i" || rest == "ib";
  return known ? static_cast<int>(power) + 1 : -1;
}

int64_t UnitMillis(const std::string& unit) {
  struct Row {
    std::string_view name;
    int64_t millis;
  };
  static constexpr Row kRows[] = {
      {"", 1},        {"ms", 1},         {"millisecond", 1}, {"s", 1000},
      {"sec", 1000},  {"second", 1000},  {"m", 60000},       {"min", 60000},
      {"minute", 60000}, {"h", 3600000}, {"hr", 3600000},    {"hour", 3600000},
      {"d", 86400000}, {"day", 86400000}};
  for (const Row& row : kRows) {
    if (row.name == unit) return row.millis;
  }
  return 0;
}

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

template <typename T>
Result<T> ParseDecimal(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with("+")) digits.remove_prefix(1);
  T value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return InvalidArgument(fmt::format("For input string: \"{}\"", text));
  }
  return value;
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

Result<int64_t> ParseSpaceSize(std::string_view text) {
  size_t unit_at = text.size();
  while (unit_at > 0 && !IsDigit(text[unit_at - 1])) --unit_at;
  std::string number(text.substr(0, unit_at));
  char* end = nullptr;
  double value = std::strtod(number.c_str(), &end);
  int power = UnitPower(Lowered(text.substr(unit_at)));
  if (number.empty() || *end != '\0' || !std::isfinite(value) || power < 0) return BadSize(text);
  // The small addition keeps a number such as 0.3 from losing its last byte to rounding.
  double bytes = value * std::pow(1024.0, power) + 0.0001;
  if (bytes >= 9.2e18 || bytes <= -9.2e18) return BadSize(text);
  return static_cast<int64_t>(bytes);
}

Result<int64_t> ParseTimeSize(std::string_view text) {
  size_t unit_at = text.starts_with("-") ? 1 : 0;
  while (unit_at < text.size() && IsDigit(text[unit_at])) ++unit_at;
  Result<int64_t> number = ParseLongNumber(text.substr(0, unit_at));
  int64_t unit = UnitMillis(Lowered(text.substr(unit_at)));
  if (!number.ok()) {
    return InvalidArgument(fmt::format("Fail to parse {} to milliseconds", text));
  }
  if (*number < 0) return -1;
  if (unit == 0 || *number > INT64_MAX / unit) {
    return InvalidArgument(fmt::format("Fail to parse {} to milliseconds", text));
  }
  return *number * unit;
}

Result<int> ParseNumber(std::string_view text) { return ParseDecimal<int>(text); }
Result<int64_t> ParseLongNumber(std::string_view text) { return ParseDecimal<int64_t>(text); }

bool IsTrue(std::string_view text) { return Lowered(text) == "true"; }

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

}  // namespace alluxio::cli
