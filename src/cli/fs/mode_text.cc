#include "cli/fs/mode_text.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <vector>

namespace alluxio::cli {
namespace {

// "a,b,,": the parts between separators; like Java's split, empty parts at the end do not count.
std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  while (parts.size() > 1 && parts.back().empty()) parts.pop_back();
  return parts;
}

bool OnlyOf(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

// Adds one "ug=rx".
Status AddSegment(const std::string& text, std::string_view segment, uint16_t* bits) {
  std::string invalid = fmt::format("Invalid mode {} - contains invalid segment {}", text, segment);
  std::vector<std::string_view> parts = Split(segment, '=');
  if (parts.size() != 2) return InvalidArgument(invalid);
  if (!OnlyOf(parts[0], "ugoa")) {
    return InvalidArgument(fmt::format("{} which has invalid targets {}", invalid, parts[0]));
  }
  if (!OnlyOf(parts[1], "rwx")) {
    return InvalidArgument(fmt::format("{} which has invalid permissions {}", invalid, parts[1]));
  }
  int permissions = 0;
  for (char c : parts[1]) permissions |= c == 'r' ? 4 : c == 'w' ? 2 : 1;
  for (char c : parts[0]) {
    int shifted = c == 'u'   ? permissions << 6
                  : c == 'g' ? permissions << 3
                  : c == 'o' ? permissions
                             : permissions * 0111;
    *bits = static_cast<uint16_t>(*bits | shifted);
  }
  return OkStatus();
}

// Octal digits of at most 15 bits; what is above the nine bits of a mode is dropped.
bool ParseOctal(const std::string& text, uint16_t* bits) {
  if (text.empty() || !OnlyOf(text, "01234567")) return false;
  unsigned long value = std::strtoul(text.c_str(), nullptr, 8);
  if (value > 077777) return false;
  *bits = static_cast<uint16_t>(value & 0777);
  return true;
}

}  // namespace

Result<Mode> ParseMode(const std::string& text) {
  if (OnlyOf(text, " ")) return InvalidArgument(fmt::format("Invalid mode {}", text));
  Mode mode;
  if (ParseOctal(text, &mode.bits)) return mode;
  for (std::string_view segment : Split(text, ',')) {
    RETURN_IF_ERROR(AddSegment(text, segment, &mode.bits));
  }
  return mode;
}

}  // namespace alluxio::cli
