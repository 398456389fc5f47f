#include "cli/command.h"

#include <fmt/format.h>

namespace alluxio::cli {

Status ValidateArgs(const Command& command, const ParsedArgs& args) {
  int count = static_cast<int>(args.count());
  if (command.min_args == command.max_args && count != command.min_args) {
    return InvalidArgument(fmt::format("Command {} takes {} arguments, not {}", command.name,
                                       command.min_args, count));
  }
  if (count < command.min_args) {
    return InvalidArgument(fmt::format("Command {} requires at least {} arguments ({} provided)",
                                       command.name, command.min_args, count));
  }
  if (command.max_args >= 0 && count > command.max_args) {
    return InvalidArgument(fmt::format("Command {} requires at most {} arguments ({} provided)",
                                       command.name, command.max_args, count));
  }
  return command.validate ? command.validate(args) : OkStatus();
}

}  // namespace alluxio::cli
