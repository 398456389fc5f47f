#include "conf/value_format.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "conf/key.h"

namespace alluxio::conf {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr double kKilo = 1024;
constexpr Unit kByteUnits[] = {
    {"", 1}, {"b", 1},
    {"k", kKilo}, {"kb", kKilo},
    {"m", kKilo * kKilo}, {"mb", kKilo * kKilo},
    {"g", kKilo * kKilo * kKilo}, {"gb", kKilo * kKilo * kKilo},
    {"t", kKilo * kKilo * kKilo * kKilo}, {"tb", kKilo * kKilo * kKilo * kKilo},
    {"p", kKilo * kKilo * kKilo * kKilo * kKilo}, {"pb", kKilo * kKilo * kKilo * kKilo * kKilo},
};

// In milliseconds. Single letters and long forms as 2.9 takes them.
constexpr Unit kTimeUnits[] = {
    {"", 1}, {"ms", 1}, {"msec", 1}, {"millisecond", 1}, {"milliseconds", 1},
    {"s", 1e3}, {"sec", 1e3}, {"second", 1e3}, {"seconds", 1e3},
    {"m", 60e3}, {"min", 60e3}, {"minute", 60e3}, {"minutes", 60e3},
    {"h", 3600e3}, {"hr", 3600e3}, {"hour", 3600e3}, {"hours", 3600e3},
    {"d", 86400e3}, {"day", 86400e3}, {"days", 86400e3},
};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

Status Wrong(std::string_view text, ValueType type) {
  return InvalidArgument("\"" + std::string(text) + "\" is not " +
                         std::string(ExpectedForm(type)));
}

template <typename Number>
bool ReadNumber(std::string_view text, Number* number) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

// A number and a unit, as the number of base units, saturated at the ends of int64.
template <size_t kCount>
Result<int64_t> ParseWithUnit(std::string_view text, const Unit (&units)[kCount],
                              ValueType type) {
  std::string_view trimmed = Trimmed(text);
  // Whole numbers go past double, which cannot hold the large ones exactly.
  int64_t whole = 0;
  if (ReadNumber(trimmed, &whole)) return whole;
  size_t unit_at = trimmed.find_last_not_of(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (unit_at == std::string_view::npos) return Wrong(text, type);
  std::string unit = Lower(trimmed.substr(unit_at + 1));
  double number = 0;
  if (!ReadNumber(Trimmed(trimmed.substr(0, unit_at + 1)), &number) || !std::isfinite(number)) {
    return Wrong(text, type);
  }
  for (const Unit& known : units) {
    if (known.name != unit) continue;
    double total = number * known.factor;
    if (total >= 9.2233720368547e18) return std::numeric_limits<int64_t>::max();
    if (total <= -9.2233720368547e18) return std::numeric_limits<int64_t>::min();
    return static_cast<int64_t>(total);
  }
  return Wrong(text, type);
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

Result<int64_t> ParseBytes(std::string_view text) {
  return ParseWithUnit(text, kByteUnits, ValueType::kBytes);
}

Result<Duration> ParseDuration(std::string_view text) {
  ASSIGN_OR_RETURN(int64_t ms, ParseWithUnit(text, kTimeUnits, ValueType::kDuration));
  // Nanoseconds reach 292 years; what is meant by more is "for ever".
  constexpr int64_t kMostMs = std::numeric_limits<int64_t>::max() / 1000000;
  return Duration(std::clamp(ms, -kMostMs, kMostMs) * 1000000);
}

Result<bool> ParseBool(std::string_view text) {
  std::string lower = Lower(Trimmed(text));
  if (lower == "true") return true;
  if (lower == "false") return false;
  return Wrong(text, ValueType::kBool);
}

Result<int> ParseInt(std::string_view text) {
  int number = 0;
  if (!ReadNumber(Trimmed(text), &number)) return Wrong(text, ValueType::kInt);
  return number;
}

Result<int64_t> ParseLong(std::string_view text) {
  int64_t number = 0;
  if (!ReadNumber(Trimmed(text), &number)) return Wrong(text, ValueType::kLong);
  return number;
}

Result<double> ParseDouble(std::string_view text) {
  double number = 0;
  if (!ReadNumber(Trimmed(text), &number)) return Wrong(text, ValueType::kDouble);
  return number;
}

std::vector<std::string> SplitList(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    size_t end = text.find(separator);
    std::string_view part = Trimmed(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace alluxio::conf
