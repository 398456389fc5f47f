#include <fmt/ranges.h>

#include "cli/admin/commands.h"

namespace alluxio::cli {
namespace {

using Differences = std::map<std::string, std::vector<stub::ConfigDifference>>;

void PrintDifferences(const Differences& scopes, Printer& printer) {
  for (const auto& [scope, list] : scopes) {
    for (const stub::ConfigDifference& difference : list) {
      printer.Line("key: {}", difference.name);
      for (const auto& [value, hosts] : difference.hosts_by_value) {
        printer.Line("    value: {} ({})", value.empty() ? "no value set" : value,
                     fmt::join(hosts, ", "));
      }
    }
  }
}

Status CheckConfiguration(AdminContext& context, Printer& printer) {
  ASSIGN_OR_RETURN(stub::ConfigReport report, context.meta->GetConfigReport());
  if (report.errors.empty() && report.warnings.empty()) {
    printer.Line("No server-side configuration errors or warnings.");
    return OkStatus();
  }
  if (!report.errors.empty()) {
    printer.Line("Server-side configuration errors "
                 "(those properties are required to be identical): ");
    PrintDifferences(report.errors, printer);
  }
  if (!report.warnings.empty()) {
    printer.Line("\nServer-side configuration warnings "
                 "(those properties are recommended to be identical): ");
    PrintDifferences(report.warnings, printer);
  }
  return OkStatus();
}

Status CheckStorage(AdminContext& context, Printer& printer) {
  ASSIGN_OR_RETURN(std::vector<stub::LostStorage> lost, context.blocks->GetLostStorage());
  bool any = false;
  for (const stub::LostStorage& worker : lost) {
    if (worker.paths.empty()) continue;
    any = true;
    printer.Line("The following storage paths are lost in worker {}: ", worker.address.host);
    for (const auto& [tier, paths] : worker.paths) {
      for (const std::string& path : paths) printer.Line("{} ({})", path, tier);
    }
  }
  if (!any) printer.Line("All worker storage paths are in working state.");
  return OkStatus();
}

}  // namespace

Command DoctorCommand(AdminContext& context) {
  Command command;
  command.name = "doctor";
  command.usage = "doctor [category]";
  command.description =
      "Show Alluxio errors and warnings.\n"
      "Where [category] is an optional argument. If no arguments are passed in, all categories of "
      "errors/warnings will be printed out.\n"
      "[category] can be one of the following:\n"
      "    configuration    server-side configuration errors/warnings\n"
      "    storage          worker lost storage warnings\n";
  command.max_args = 1;
  command.examples = {"alluxio fsadmin doctor", "alluxio fsadmin doctor storage"};
  const std::string help = command.usage + "\n" + command.description;
  command.run = [&context, help](const ParsedArgs& args, Printer& printer) -> Result<int> {
    std::string category = args.count() == 0 ? "" : args.arg(0);
    if (!category.empty() && category != "configuration" && category != "storage") {
      printer.Line("{}", help);
      return InvalidArgument("doctor category is invalid.");
    }
    // One that fails does not hide the other.
    Status checked;
    if (category != "storage") checked = CheckConfiguration(context, printer);
    if (category != "configuration") RETURN_IF_ERROR(CheckStorage(context, printer));
    RETURN_IF_ERROR(checked);
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
