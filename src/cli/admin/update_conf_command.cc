#include "cli/admin/commands.h"

namespace alluxio::cli {

Command UpdateConfCommand(AdminContext& context) {
  Command command;
  command.name = "updateConf";
  command.usage = "updateConf key1=val1 [key2=val2 ...]";
  command.description = "Update config for alluxio master.";
  command.examples = {"alluxio fsadmin updateConf alluxio.master.audit.logging.enabled=true"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    std::map<std::string, std::string> properties;
    for (const std::string& arg : args.args()) {
      size_t sign = arg.find('=');
      if (sign != std::string::npos && sign > 0) {
        properties[arg.substr(0, sign)] = arg.substr(sign + 1);
      }
    }
    if (properties.empty()) {
      printer.Line("No config to update");
      return -1;
    }
    ASSIGN_OR_RETURN(auto taken, context.meta->UpdateConfiguration(properties));
    printer.Line("Updated {} configs", taken.size());
    int code = kExitOk;
    for (const auto& [name, ok] : taken) {
      if (ok) continue;
      printer.Line("Failed to Update {}", name);
      code = -2;
    }
    return code;
  };
  return command;
}

}  // namespace alluxio::cli
