#include "cli/fs/commands.h"

#include <cctype>

#include "cli/fs/path_arg.h"

namespace alluxio::cli {
namespace {

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// A user or group name: a word character, then word characters, '-' and '.', and perhaps a '$'.
bool IsName(std::string_view name) {
  if (name.size() > 1 && name.back() == '$') name.remove_suffix(1);
  if (name.empty() || !IsWordCharacter(name[0])) return false;
  for (char c : name) {
    if (!IsWordCharacter(c) && c != '-' && c != '.') return false;
  }
  return true;
}

}  // namespace

Command ChownCommand(FsContext& context) {
  Command command;
  command.name = "chown";
  command.usage = "chown [-R/--recursive] <owner>[:<group>] <path>";
  command.description =
      "Changes the owner of a file or directory specified by args. Specify -R/--recursive "
      "to change the owner recursively.";
  command.options = {{"R", "recursive", "change owner recursively"}};
  command.min_args = 2;
  command.max_args = 2;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    size_t colon = args.arg(0).find(':');
    std::string owner = args.arg(0).substr(0, colon);
    std::string group = colon == std::string::npos ? "" : args.arg(0).substr(colon + 1);
    if (!IsName(owner) || (colon != std::string::npos && !IsName(group))) {
      printer.Line("Failed to parse {} as user or user:group", args.arg(0));
      return kExitFailure;
    }
    auto each = [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.owner = owner;
      if (!group.empty()) options.group = group;
      options.recursive = args.Has("R");
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      if (group.empty()) {
        printer.Line("Changed owner of {} to {}", path.Shown(), owner);
      } else {
        printer.Line("Changed owner:group of {} to {}:{}.", path.Shown(), owner, group);
      }
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(1), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
