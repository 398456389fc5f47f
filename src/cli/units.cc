#include "cli/units.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cmath>

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

}  // namespace alluxio::cli
