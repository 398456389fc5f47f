// HelpText: usage and options of a command in 80 columns, laid out as commons-cli does.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace alluxio::cli {

inline constexpr size_t kHelpWidth = 80;

// "<name>: <description>", "usage: <usage>" and the option table.
std::string HelpText(const Command& command);
// And its examples, which Alluxio 2.9 does not have: for `--help`.
std::string HelpWithExamples(const Command& command);

// `text` broken at blanks into lines of at most `width` characters; lines after the first start
// with `indent` blanks. No line end at the end.
std::string WrapText(std::string_view text, size_t width, size_t indent);

}  // namespace alluxio::cli
