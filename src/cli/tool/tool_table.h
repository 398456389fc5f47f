// ToolTable: every word that may follow "alluxio", in one sorted table: what `alluxio`, `--help`
// and completion show, and what became of the words of other releases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace alluxio::cli {

// Sorted by name; without `run`, which the programs know. Some words are answered by bin/alluxio
// itself, which asks this table for their help.
const std::vector<Command>& ToolTable();

// The list of commands that "alluxio" alone prints.
std::string ToolUsage();
// Usage, what the tool does and examples; empty when no tool has that name, and for the trees "fs"
// and "fsadmin", which have a help of their own.
std::string ToolHelp(std::string_view tool);
// What to do instead of a verb that Alluxio has or had and this product has not; empty for others.
std::string ReplacedBy(std::string_view tool);

}  // namespace alluxio::cli
