#include "cli/fs/commands.h"

#include <cctype>

#include "cli/fs/path_arg.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

Result<TtlAction> ParseAction(const std::string& given) {
  std::string text = given;
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (text == "DELETE") return TtlAction::kDelete;
  if (text == "FREE") return TtlAction::kFree;
  return InvalidArgument("TTL action should be DELETE OR FREE, not " + given);
}

}  // namespace

Command SetTtlCommand(FsContext& context) {
  Command command;
  command.name = "setTtl";
  command.usage = "setTtl [--action delete|free] <path> <time to live>";
  command.description =
      "Sets a new TTL value for the file at path, performing an action, "
      "delete(default)/free after TTL expiry. The TTL to set can be in one of the unit: ms,"
      " millisecond, s, second, m, min, minute, h, hour, d, day, default to ms";
  command.options = {{"", "action",
                      "Action to take after TTL expiry. Delete (default) or free the target",
                      true}};
  command.min_args = 2;
  command.max_args = 2;
  command.validate = [](const ParsedArgs& args) {
    return ParseAction(args.Value("action", "DELETE")).status();
  };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    Result<TtlAction> action = ParseAction(args.Value("action", "DELETE"));
    if (!action.ok()) return action.status();
    Result<int64_t> ttl = ParseTimeSize(args.arg(1));
    if (!ttl.ok()) return InvalidArgument(args.arg(1) + " is not valid time");
    auto each = [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.common.ttl_ms = *ttl;
      options.common.ttl_action = *action;
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      printer.Line(
          "TTL of path '{}' was successfully set to {} milliseconds, with expiry action set to {}",
          path.Shown(), *ttl, *action == TtlAction::kFree ? "FREE" : "DELETE");
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
