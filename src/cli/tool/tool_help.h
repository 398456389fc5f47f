// ToolHelp: what `alluxio <tool> --help` says for the tools beside `fs`.
#pragma once

#include <string>
#include <string_view>

namespace alluxio::cli {

// Usage, what the tool does and examples; empty when no tool has that name.
std::string ToolHelp(std::string_view tool);

}  // namespace alluxio::cli
