#include <algorithm>
#include <set>

#include "cli/admin/commands.h"
#include "conf/key.h"
#include "model/path.h"

namespace alluxio::cli {
namespace {

using Properties = std::map<std::string, std::string>;

Result<Properties> PropertiesOf(const std::vector<std::string>& texts) {
  Properties properties;
  for (const std::string& text : texts) {
    size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0) {
      return InvalidArgument("--property " + text + ": key=value is expected");
    }
    std::string name = text.substr(0, sign);
    const conf::Key* key = conf::FindKey(name);
    if (key == nullptr) return InvalidArgument("Invalid property key " + name);
    if (!conf::ReachesClients(key->scope)) {
      return InvalidArgument(
          "Only properties with scope containing client scope can be set for path level "
          "configuration, but property key " + name + " has scope " +
          std::string(conf::ScopeName(key->scope)));
    }
    properties[name] = text.substr(sign + 1);
  }
  return properties;
}

Command AddCommand(AdminContext& context) {
  Command command;
  command.name = "add";
  command.usage =
      "add [--property <key=value>] [--property <key=value>] <path>\n"
      "\t--property: property associated with the path";
  command.description =
      "Adds properties to the path level configurations. Only client scope properties can be "
      "added.";
  command.options = {{"", "property", "property associated with the path", true, "key=value"}};
  command.min_args = command.max_args = 1;
  command.examples = {
      "alluxio fsadmin pathConf add --property alluxio.user.file.writetype.default=THROUGH /d"};
  command.run = [&context](const ParsedArgs& args, Printer&) -> Result<int> {
    ASSIGN_OR_RETURN(Properties properties, PropertiesOf(args.Values("property")));
    if (!properties.empty()) {
      RETURN_IF_ERROR(context.meta->SetPathConfiguration(args.arg(0), properties));
    }
    return kExitOk;
  };
  return command;
}

Command ListCommand(AdminContext& context) {
  Command command;
  command.name = "list";
  command.usage = "list";
  command.description = "List paths that have path level configuration.";
  command.max_args = 0;
  command.examples = {"alluxio fsadmin pathConf list"};
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(stub::ClusterConfiguration conf,
                     context.meta->GetConfiguration({.skip_cluster = true}));
    for (const auto& [path, entries] : conf.paths) printer.Line("{}", path);
    return kExitOk;
  };
  return command;
}

// The nearest path that sets a property decides.
Properties ApplicableTo(const std::string& path, const stub::ClusterConfiguration& conf) {
  Properties result;
  for (const auto& [owner, entries] : conf.paths) {  // sorted: a parent comes before its children
    bool applies = owner == "/" || path == owner || path.rfind(owner + "/", 0) == 0;
    if (!applies) continue;
    for (const stub::ConfigEntry& entry : entries) result[entry.name] = entry.value;
  }
  return result;
}

Command ShowCommand(AdminContext& context) {
  Command command;
  command.name = "show";
  command.usage =
      "show [--all] <path>\n"
      "\t--all: Whether to show all path level configurations applicable to the path, including "
      "those set on ancestor paths";
  command.description = "Shows path level configurations.";
  command.options = {{"", "all",
                      "Whether to show all path level configurations applicable to the path, "
                      "including those set on ancestor paths"}};
  command.min_args = command.max_args = 1;
  command.examples = {"alluxio fsadmin pathConf show --all /d/part-0"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(stub::ClusterConfiguration conf,
                     context.meta->GetConfiguration({.skip_cluster = true}));
    Properties shown;
    if (args.Has("all")) {
      shown = ApplicableTo(args.arg(0), conf);
    } else {
      for (const stub::ConfigEntry& entry : conf.paths[args.arg(0)]) {
        shown[entry.name] = entry.value;
      }
    }
    for (const auto& [name, value] : shown) printer.Line("{}={}", name, value);
    return kExitOk;
  };
  return command;
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Command RemoveCommand(AdminContext& context) {
  Command command;
  command.name = "remove";
  command.usage =
      "remove [-R/--recursive] [--keys <key1,key2,key3>] <path>\n"
      "\t--keys: property keys to be removed, separated by comma\n"
      "\t--recursive: remove properties set on paths starting from the specified path recursively";
  command.description =
      "Removes all or specific properties from path's path level configurations.";
  command.options = {
      {"", "keys", "property keys to be removed, separated by comma", true, "key1,key2,key3"},
      {"R", "recursive",
       "remove properties set on paths starting from the specified path recursively"}};
  command.min_args = command.max_args = 1;
  command.examples = {
      "alluxio fsadmin pathConf remove --keys alluxio.user.file.writetype.default /d"};
  command.run = [&context](const ParsedArgs& args, Printer&) -> Result<int> {
    std::set<std::string> paths = {args.arg(0)};
    if (args.Has("recursive")) {
      ASSIGN_OR_RETURN(stub::ClusterConfiguration conf,
                       context.meta->GetConfiguration({.skip_cluster = true}));
      for (const auto& [path, entries] : conf.paths) {
        if (args.arg(0) == "/" || path.rfind(args.arg(0) + "/", 0) == 0) paths.insert(path);
      }
    }
    for (const std::string& path : paths) {
      RETURN_IF_ERROR(context.meta->RemovePathConfiguration(path, Split(args.Value("keys"))));
    }
    return kExitOk;
  };
  return command;
}

}  // namespace

Command PathConfCommand(AdminContext& context) {
  Command command;
  command.name = "pathConf";
  command.usage = "pathConf [add] [show] [list] [remove]";
  command.description =
      "Manage path level configuration, see sub-commands' descriptions for more details.";
  command.subcommands = {AddCommand(context), ShowCommand(context), ListCommand(context),
                         RemoveCommand(context)};
  command.examples = {"alluxio fsadmin pathConf list"};
  return command;
}

}  // namespace alluxio::cli
