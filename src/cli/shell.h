// Shell: finds the command a line names, parses its options, runs it and maps the result to an
// exit code, with the texts and codes of Alluxio 2.9's shells.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.h"

namespace alluxio::cli {

struct ShellOptions {
  std::string name;                            // "fs": shown as "Usage: alluxio fs [...]"
  std::vector<Command> commands;               // sorted by name
  std::map<std::string, std::string> aliases;  // "umount" -> "unmount"
};

class Shell {
 public:
  explicit Shell(ShellOptions options);

  // `words`: the command's name and what follows it. Returns the exit code.
  int Run(const std::vector<std::string>& words, Printer& printer) const;

  const Command* Find(const std::string& name) const;
  const std::vector<Command>& commands() const { return options_.commands; }

 private:
  void PrintUsage(Printer& printer) const;
  void PrintCommandError(const Command& command, const Status& status, Printer& printer) const;

  ShellOptions options_;
};

// The "help" command of a list: "help" shows all of them, "help <command>" one. `commands` is
// copied; the new command shows itself as well.
Command HelpCommand(const std::vector<Command>& commands);

}  // namespace alluxio::cli
