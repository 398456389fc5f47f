// Completion scripts for shells, made from the tables of commands. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace alluxio::cli {

// Every word that may follow `command`, sorted: its sub-commands, or its options as they are typed.
// Options of its usage text count as well.
std::vector<std::string> WordsAfter(const Command& command);

// For `source` in bash 4 and later. `program` is completed; `commands` are what may follow it.
std::string BashCompletion(const std::string& program, const std::vector<Command>& commands);
// For a folder of zsh's fpath, with what each command is for.
std::string ZshCompletion(const std::string& program, const std::vector<Command>& commands);

}  // namespace alluxio::cli
