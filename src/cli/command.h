// Command: one word of a command tree, with what it accepts, its help and its body.
//
// Trees are explicit sorted lists (for example cli/fs/commands.cc); nothing registers itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/option_parser.h"
#include "cli/printer.h"

namespace alluxio::cli {

// Exit codes; a process shows -1 as 255, as Java's System.exit(-1) does.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = -1;

struct Command {
  std::string name;
  std::string usage;        // "ls [-d|-f] <path> ..."
  std::string description;  // plain text; wrapped when shown by help
  std::vector<Option> options;
  // How many arguments are taken; max -1 = any number.
  int min_args = 0;
  int max_args = -1;
  // Whole command lines, shown by --help after the options; may be empty.
  std::vector<std::string> examples;
  // Checks beyond the number of arguments; may be empty. Errors are shown with the usage.
  std::function<Status(const ParsedArgs&)> validate;
  // When there are some, the next word chooses among them and the rest of the line is that
  // command's; options, validate and run of this one are not used. In the order of the usage.
  std::vector<Command> subcommands;
  // The exit code; an error is printed and becomes kExitFailure.
  std::function<Result<int>(const ParsedArgs&, Printer&)> run;
};

// Checks the number of arguments of `command` and calls its validate; the texts of Alluxio.
Status ValidateArgs(const Command& command, const ParsedArgs& args);

}  // namespace alluxio::cli
