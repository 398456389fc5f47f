#include "cli/admin/report_text.h"
#include "cli/fs/mount_table_text.h"

namespace alluxio::cli {

Status ReportUfs(AdminContext& context, Printer& printer) {
  ASSIGN_OR_RETURN(auto table, context.files->GetMountTable());
  printer.Line("Alluxio under storage system information:");
  PrintMountTable(table, printer);
  return OkStatus();
}

}  // namespace alluxio::cli
