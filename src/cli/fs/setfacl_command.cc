#include <fmt/format.h>

#include "cli/fs/acl_text.h"
#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {
namespace {

struct Change {
  SetAclAction action = SetAclAction::kReplace;
  std::vector<AclEntry> entries;
};

Result<Change> ParseChange(const ParsedArgs& args) {
  std::vector<std::string> asked;
  Change change;
  bool all_default = args.Has("d");
  if (args.Has("set")) {
    asked.push_back("REPLACE");
    change.action = SetAclAction::kReplace;
    ASSIGN_OR_RETURN(change.entries, ParseAclEntries(args.Value("set"), true, all_default));
  }
  if (args.Has("m")) {
    asked.push_back("MODIFY");
    change.action = SetAclAction::kModify;
    ASSIGN_OR_RETURN(change.entries, ParseAclEntries(args.Value("m"), true, all_default));
  }
  if (args.Has("x")) {
    asked.push_back("REMOVE");
    change.action = SetAclAction::kRemove;
    ASSIGN_OR_RETURN(change.entries, ParseAclEntries(args.Value("x"), false, all_default));
  }
  if (args.Has("b")) {
    asked.push_back("REMOVE_ALL");
    change.action = SetAclAction::kRemoveAll;
  }
  if (args.Has("k")) {
    asked.push_back("REMOVE_DEFAULT");
    change.action = SetAclAction::kRemoveDefault;
  }
  if (asked.empty()) return InvalidArgument("No actions specified.");
  if (asked.size() > 1) {
    std::string names = asked[0];
    for (size_t i = 1; i < asked.size(); ++i) names += ", " + asked[i];
    return InvalidArgument("Only 1 action can be specified: " + names);
  }
  return change;
}

}  // namespace

Command SetfaclCommand(FsContext& context) {
  Command command;
  command.name = "setfacl";
  command.usage = "setfacl [-d] [-R] [--set | -m | -x <acl_entries> <path>] | [-b | -k <path>]";
  command.description = "Sets the access control list (ACL) for a path.";
  command.options = {
      {"b", "", "Removes all of the ACL entries, except for the base entries."},
      {"d", "", "Operations apply to the default ACL"},
      {"k", "",
       "Remove the default acl. If no default acl exists, no warnings are given."},
      {"m", "", "Modify the ACL by adding/overwriting new entries.", true},
      {"R", "", "Apply to all files and directories recursively"},
      {"", "set",
       "Fully replace the ACL while discarding existing entries. New ACL must be a comma separated "
       "list of entries, and must include user, group, and other for compatibility with permission "
       "bits.",
       true},
      {"x", "", "Removes specified ACL entries.", true}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer&) -> Result<int> {
    ASSIGN_OR_RETURN(Change change, ParseChange(args));
    SetAclOptions options;
    options.recursive = args.Has("R");
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), [&](const PathArg& path) {
      return context.fs->SetAcl(path.path, change.action, change.entries, options);
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
