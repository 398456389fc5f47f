#include "cli/help_text.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace alluxio::cli {
namespace {

constexpr size_t kLeftPadding = 1;
constexpr size_t kDescriptionPadding = 3;

std::string RightTrimmed(std::string_view text) {
  size_t end = text.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? std::string() : std::string(text.substr(0, end + 1));
}

std::string Trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string() : RightTrimmed(text.substr(begin));
}

// Where the first line of `text` ends; npos when all of it fits. A tab ends a line as well.
size_t BreakPosition(std::string_view text, size_t width) {
  size_t tab = text.find('\t');
  if (tab != std::string_view::npos && tab <= width) return tab + 1;
  if (width >= text.size()) return std::string_view::npos;
  size_t blank = text.find_last_of(" \r", width);
  return blank != std::string_view::npos && blank > 0 ? blank : width;
}

// Wraps one line of text that has no line end in it.
std::string WrapLine(std::string text, size_t width, size_t indent) {
  size_t position = BreakPosition(text, width);
  if (position == std::string::npos) return RightTrimmed(text);
  std::string out = RightTrimmed(std::string_view(text).substr(0, position)) + "\n";
  if (indent >= width) indent = 1;
  while (true) {
    text = std::string(indent, ' ') + Trimmed(std::string_view(text).substr(position));
    position = BreakPosition(text, width);
    if (position == std::string::npos) return out + text;
    // A word longer than the line is cut instead of leaving an empty line.
    if (text.size() > width && indent > 0 && position == indent - 1) position = width;
    out += RightTrimmed(std::string_view(text).substr(0, position)) + "\n";
  }
}

std::string OptionColumn(const Option& option) {
  std::string text(kLeftPadding, ' ');
  if (option.short_name.empty()) {
    text += "   --" + option.long_name;
  } else {
    text += "-" + option.short_name;
    if (!option.long_name.empty()) text += ",--" + option.long_name;
  }
  if (option.has_value) text += " <" + option.value_name + ">";
  return text;
}

std::string Lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string OptionTable(std::vector<Option> options) {
  std::stable_sort(options.begin(), options.end(), [](const Option& a, const Option& b) {
    return Lowered(a.key()) < Lowered(b.key());
  });
  size_t widest = 0;
  for (const Option& option : options) widest = std::max(widest, OptionColumn(option).size());
  std::string out;
  for (const Option& option : options) {
    std::string line = OptionColumn(option);
    line.resize(widest + kDescriptionPadding, ' ');
    out += WrapLine(line + option.description, kHelpWidth, line.size()) + "\n";
  }
  return out;
}

}  // namespace

std::string WrapText(std::string_view text, size_t width, size_t indent) {
  std::string out;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = std::min(text.find('\n', begin), text.size());
    if (begin > 0) out += "\n";
    out += WrapLine(std::string(text.substr(begin, end - begin)), width, indent);
    begin = end + 1;
  }
  return out;
}

std::string HelpText(const Command& command) {
  std::string out = WrapText(command.name + ": " + command.description, kHelpWidth, 0) + "\n";
  constexpr std::string_view kPrefix = "usage: ";
  size_t first_blank = command.usage.find(' ');
  size_t indent = kPrefix.size() + (first_blank == std::string::npos ? 0 : first_blank + 1);
  out += WrapText(std::string(kPrefix) + command.usage, kHelpWidth, indent) + "\n";
  out += OptionTable(command.options);
  return out;
}

std::string HelpWithExamples(const Command& command) {
  std::string out = HelpText(command);
  if (!command.examples.empty()) out += "examples:\n";
  for (const std::string& example : command.examples) out += "  " + example + "\n";
  return out;
}

}  // namespace alluxio::cli
