#include "cli/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "cli/help_text.h"

namespace alluxio::cli {
namespace {

Result<const Command*> FindIn(const std::vector<Command>& commands,
                              const std::optional<std::string>& name) {
  if (!name) return InvalidArgument("No sub-command is specified");
  for (const Command& command : commands) {
    if (command.name == *name) return &command;
  }
  return InvalidArgument("Unknown sub-command: " + *name);
}

}  // namespace

Shell::Shell(ShellOptions options) : options_(std::move(options)) {
  auto by_name = [](const Command& a, const Command& b) { return a.name < b.name; };
  CHECK(std::is_sorted(options_.commands.begin(), options_.commands.end(), by_name))
      << "the commands of " << options_.name << " are not sorted";
}

const Command* Shell::Find(const std::string& name) const {
  auto alias = options_.aliases.find(name);
  const std::string& wanted = alias == options_.aliases.end() ? name : alias->second;
  for (const Command& command : options_.commands) {
    if (command.name == wanted) return &command;
  }
  return nullptr;
}

void Shell::PrintUsage(Printer& printer) const {
  printer.Line("Usage: alluxio {} [generic options]", options_.name);
  for (const Command& command : options_.commands) {
    printer.Line("{:<60}", "\t [" + command.usage + "]");
  }
}

void Shell::PrintCommandError(const Command& command, const Status& status,
                              Printer& printer) const {
  printer.Line("{}", status.message());
  printer.Line("Usage: {}", command.usage);
  printer.Line("{}", command.description);
}

int Shell::Run(const std::vector<std::string>& words, Printer& printer) const {
  if (words.empty()) {
    PrintUsage(printer);
    return kExitFailure;
  }
  if (words[0] == "--help") {
    PrintUsage(printer);
    return kExitOk;
  }
  const Command* command = Find(words[0]);
  if (command == nullptr) {
    printer.ErrorLine("{} is an unknown command.", words[0]);
    PrintUsage(printer);
    return kExitFailure;
  }
  size_t next = 1;  // of words: the first that is not a command's name
  while (true) {
    // Only there: behind it, "--help" may be the name of a file.
    if (next < words.size() && words[next] == "--help") {
      printer.Print("{}", HelpWithExamples(*command));
      return kExitOk;
    }
    if (command->subcommands.empty()) break;
    Result<const Command*> found = FindIn(
        command->subcommands, next < words.size() ? std::optional(words[next]) : std::nullopt);
    if (!found.ok()) {
      PrintCommandError(*command, found.status(), printer);
      return kExitFailure;
    }
    command = *found;
    ++next;
  }
  Result<ParsedArgs> args = ParseOptions(
      command->options, {words.begin() + static_cast<std::ptrdiff_t>(next), words.end()});
  if (!args.ok()) {
    PrintCommandError(*command,
                      args.status().WithContext("Failed to parse args for " + command->name),
                      printer);
    return kExitFailure;
  }
  if (Status valid = ValidateArgs(*command, *args); !valid.ok()) {
    PrintCommandError(*command, valid, printer);
    return kExitFailure;
  }
  Result<int> code = command->run(*args, printer);
  if (!code.ok()) {
    printer.Line("{}", code.status().message());
    LOG_DEBUG("cli: {} failed: {}", command->name, code.status().ToString());
    return kExitFailure;
  }
  return *code;
}

Command HelpCommand(const std::vector<Command>& commands) {
  Command help;
  help.name = "help";
  help.usage = "help [<command>]";
  help.description =
      "Prints help message for the given command. If there isn't given command, prints help "
      "messages for all supported commands.";
  help.max_args = 1;
  std::vector<Command> all = commands;
  all.push_back(help);
  std::sort(all.begin(), all.end(),
            [](const Command& a, const Command& b) { return a.name < b.name; });
  help.run = [all](const ParsedArgs& args, Printer& printer) -> Result<int> {
    for (const Command& command : all) {
      if (args.count() == 1 && command.name != args.arg(0)) continue;
      printer.Line("{}", HelpText(command));
      if (args.count() == 1) return kExitOk;
    }
    if (args.count() == 0) return kExitOk;
    printer.Line("{} is an unknown command.", args.arg(0));
    return kExitFailure;
  };
  return help;
}

}  // namespace alluxio::cli
