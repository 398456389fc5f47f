// fsadmin backup: asks the primary for a backup and waits until it is written.
#include <fmt/format.h>

#include "cli/admin/commands.h"
#include "cli/pause.h"

namespace alluxio::cli {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(500);

}  // namespace

Command BackupCommand(AdminContext& context) {
  Command command;
  command.name = "backup";
  command.usage = "backup [directory] [--local] [--allow-leader] [--bypass-delegation]";
  command.description =
      "backup backs up all Alluxio metadata to the backup directory configured on master. The "
      "directory to back up to can be overridden by specifying a directory here. The directory "
      "path is relative to the root UFS. To write the backup to the local disk of the primary "
      "master, use --local and specify a filesystem path. Edits go on meanwhile.";
  command.options = {{"", "local", "write to the primary master's local file system"},
                     {"", "allow-leader", "accepted; the leader always takes it here"},
                     {"", "bypass-delegation", "accepted; the leader always takes it here"}};
  command.max_args = 1;
  command.examples = {"alluxio fsadmin backup", "alluxio fsadmin backup /backups --local"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    std::string directory = args.count() > 0 ? args.arg(0) : "";
    ASSIGN_OR_RETURN(stub::BackupStatus status,
                     context.meta->BeginBackup(directory, args.Has("local")));
    std::string id = status.id;
    while (status.state == "Running" || status.state == "Initiating") {
      PauseFor(kLook);
      ASSIGN_OR_RETURN(status, context.meta->GetBackupStatus(id));
    }
    if (status.state != "Completed") {
      return UnknownError("backup " + id + " is " + status.state +
                          ": the master has changed or started again meanwhile");
    }
    printer.Line("Backup Host        : {}", status.host);
    printer.Line("Backup URI         : {}", status.uri);
    printer.Line("Backup Entry Count : {}", status.entries);
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
