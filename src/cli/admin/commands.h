// AdminCommands: the command list of "alluxio fsadmin". One file per command; this header names
// them all. Texts and exit codes are those of Alluxio 2.9.6.
//
// `context` outlives the commands. To add one: its file, a line here and a line in commands.cc.
#pragma once

#include <vector>

#include "cli/admin/admin_context.h"
#include "cli/command.h"

namespace alluxio::cli {

// Sorted by name.
std::vector<Command> AdminCommands(AdminContext& context);

Command BackupCommand(AdminContext& context);
Command DecommissionWorkerCommand(AdminContext& context);
Command DoctorCommand(AdminContext& context);
Command EnableWorkerCommand(AdminContext& context);
Command GetBlockInfoCommand(AdminContext& context);
Command JournalCommand(AdminContext& context);
Command MetricsCommand(AdminContext& context);
Command PathConfCommand(AdminContext& context);
Command ReportCommand(AdminContext& context);
Command StateLockCommand(AdminContext& context);
Command UfsModeCommand(AdminContext& context);
Command UpdateConfCommand(AdminContext& context);

}  // namespace alluxio::cli
