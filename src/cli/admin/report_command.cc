#include <fmt/format.h>

#include "cli/admin/commands.h"
#include "cli/admin/report_text.h"

namespace alluxio::cli {
namespace {

constexpr char kUsage[] = "report [category] [category args]";
constexpr char kDescription[] =
    "Report Alluxio running cluster information.\n"
    "Where [category] is an optional argument. If no arguments are passed in, summary information "
    "will be printed out.\n"
    "[category] can be one of the following:\n"
    "    capacity         worker capacity information\n"
    "    metrics          metrics information\n"
    "    summary          cluster summary\n"
    "    ufs              under storage system information\n"
    "    jobservice       job service metrics information\n";
constexpr char kCapacityHelp[] =
    "alluxio fsadmin report capacity [filter arg]\n"
    "Report Alluxio capacity information.\n"
    "Where [filter arg] is an optional argument. If no arguments passed in, capacity information "
    "of all workers will be printed out.\n"
    "[filter arg] can be one of the following:\n"
    "    -live                   Live workers\n"
    "    -lost                   Lost workers\n"
    "    -workers <worker_names>  Specified workers, host names or ip addresses separated by "
    "\",\"\n";
constexpr const char* kCapacityOptions[] = {"live", "lost", "decommissioned", "workers"};

Status Report(AdminContext& context, const std::string& category, const ParsedArgs& args,
              Printer& printer) {
  if (category == "summary") return ReportSummary(context, printer);
  if (category == "capacity") return ReportCapacity(context, args, printer);
  if (category == "metrics") return ReportMetrics(context, printer);
  if (category == "ufs") return ReportUfs(context, printer);
  if (category == "jobservice") return ReportJobService(context, printer);
  return FailedPrecondition("report " + category + " is not there yet: there is no proxy");
}

bool Known(const std::string& category) {
  for (const char* known : {"summary", "capacity", "metrics", "ufs", "jobservice", "proxy"}) {
    if (category == known) return true;
  }
  return false;
}

Result<int> Run(AdminContext& context, const ParsedArgs& args, Printer& printer) {
  std::string category = args.count() == 0 ? "summary" : args.arg(0);
  if (args.Has("h")) {
    printer.Line("{}", category == "capacity" ? std::string(kCapacityHelp)
                                              : std::string(kUsage) + "\n" + kDescription);
    return kExitOk;
  }
  if (!Known(category)) {
    printer.Line("{}\n{}", kUsage, kDescription);
    return InvalidArgument("report category is invalid.");
  }
  if (category != "capacity") {
    for (const char* option : kCapacityOptions) {
      if (!args.Has(option)) continue;
      return InvalidArgument(
          fmt::format("report {} does not support arguments: {}", category, option));
    }
  }
  Status reported = Report(context, category, args, printer);
  if (reported.Is(StatusCode::kUnavailable)) {
    printer.ErrorLine("The Alluxio leader master is not currently serving requests.");
    printer.ErrorLine("Please check your Alluxio master status");
    printer.ErrorLine("{}", reported.message());
    return 1;
  }
  RETURN_IF_ERROR(reported);
  return kExitOk;
}

}  // namespace

Command ReportCommand(AdminContext& context) {
  Command command;
  command.name = "report";
  command.usage = kUsage;
  command.description = kDescription;
  command.options = {
      {"live", "", "show capacity information of live workers."},
      {"lost", "", "show capacity information of lost workers."},
      {"decommissioned", "", "show capacity information of decommissioned workers."},
      {"workers", "", "show capacity information of specified workers.", true, "worker_names"},
      {"h", "", "print help information."}};
  command.max_args = 1;
  command.examples = {"alluxio fsadmin report", "alluxio fsadmin report capacity -live",
                      "alluxio fsadmin report capacity -workers worker1,worker2",
                      "alluxio fsadmin report ufs"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) {
    return Run(context, args, printer);
  };
  return command;
}

}  // namespace alluxio::cli
