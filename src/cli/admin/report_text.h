// The reports of "fsadmin report", each in a file of its own. Functions without state; the master's
// errors come back unchanged.
#pragma once

#include "base/status.h"
#include "cli/admin/admin_context.h"
#include "cli/option_parser.h"
#include "cli/printer.h"

namespace alluxio::cli {

Status ReportSummary(AdminContext& context, Printer& printer);
Status ReportCapacity(AdminContext& context, const ParsedArgs& args, Printer& printer);
Status ReportMetrics(AdminContext& context, Printer& printer);
Status ReportUfs(AdminContext& context, Printer& printer);
Status ReportJobService(AdminContext& context, Printer& printer);

}  // namespace alluxio::cli
