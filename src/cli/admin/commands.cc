#include "cli/admin/commands.h"

namespace alluxio::cli {

std::vector<Command> AdminCommands(AdminContext& context) {
  return {BackupCommand(context),       DecommissionWorkerCommand(context),
          DoctorCommand(context),       EnableWorkerCommand(context),
          GetBlockInfoCommand(context), JournalCommand(context),
          MetricsCommand(context),      PathConfCommand(context),
          ReportCommand(context),       StateLockCommand(context),
          UfsModeCommand(context),      UpdateConfCommand(context)};
}

}  // namespace alluxio::cli
