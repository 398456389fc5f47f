#include "cli/fs/mode_text.h"

#include <fmt/format.h>

#include <string_view>

namespace alluxio::cli {
namespace {

// Adds one "ug=rx"; false when it cannot be read.
bool AddSegment(std::string_view segment, uint16_t* bits) {
  size_t equal = segment.find('=');
  if (equal == std::string_view::npos || equal == 0) return false;
  uint16_t permissions = 0;
  for (char c : segment.substr(equal + 1)) {
    if (c != 'r' && c != 'w' && c != 'x') return false;
    permissions |= c == 'r' ? 4 : c == 'w' ? 2 : 1;
  }
  for (char c : segment.substr(0, equal)) {
    if (c != 'u' && c != 'g' && c != 'o' && c != 'a') return false;
    if (c == 'u' || c == 'a') *bits |= static_cast<uint16_t>(permissions << 6);
    if (c == 'g' || c == 'a') *bits |= static_cast<uint16_t>(permissions << 3);
    if (c == 'o' || c == 'a') *bits |= permissions;
  }
  return true;
}

}  // namespace

Result<Mode> ParseMode(const std::string& text) {
  Status invalid = InvalidArgument(fmt::format("Invalid mode {}", text));
  if (text.empty()) return invalid;
  Mode mode;
  if (text[0] >= '0' && text[0] <= '9') {
    char* end = nullptr;
    unsigned long bits = std::strtoul(text.c_str(), &end, 8);
    if (*end != '\0' || bits > 0777) return invalid;
    mode.bits = static_cast<uint16_t>(bits);
    return mode;
  }
  std::string_view rest = text;
  while (true) {
    size_t comma = rest.find(',');
    if (!AddSegment(rest.substr(0, comma), &mode.bits)) return invalid;
    if (comma == std::string_view::npos) return mode;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace alluxio::cli
