#include <fmt/format.h>

#include <cmath>

#include "cli/admin/report_text.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

// 1234567 -> "1,234,567"
std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  size_t first = digits[0] == '-' ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string ValueText(const std::string& name, const stub::MetricReading& reading) {
  if (!reading.text.empty()) return reading.text;
  if (name.find("Bytes") != std::string::npos) {
    std::string text = SizeText(static_cast<int64_t>(reading.number));
    return name.find("Throughput") != std::string::npos ? text + "/MIN" : text;
  }
  constexpr double kExact = 1e15;  // beyond, a double has no digit behind the point anyway
  if (std::floor(reading.number) == reading.number && std::abs(reading.number) < kExact) {
    return Grouped(static_cast<int64_t>(reading.number));
  }
  return fmt::format("{}", reading.number);
}

}  // namespace

Status ReportMetrics(AdminContext& context, Printer& printer) {
  ASSIGN_OR_RETURN(auto metrics, context.metrics->GetMetrics());
  for (const auto& [name, reading] : metrics) {
    printer.Line("{}  (Type: {}, Value: {})", name, reading.type, ValueText(name, reading));
  }
  return OkStatus();
}

}  // namespace alluxio::cli
