#include "cli/fs/commands.h"

#include <algorithm>

#include "cli/fs/examples.h"
#include "cli/shell.h"

namespace alluxio::cli {

std::vector<Command> FsCommands(FsContext& context) {
  std::vector<Command> commands = {
      CatCommand(context), CheckConsistencyCommand(context), ChecksumCommand(context),
      ChgrpCommand(context), ChmodCommand(context), ChownCommand(context),
      CopyFromLocalCommand(context), CopyToLocalCommand(context), CountCommand(context),
      CpCommand(context), DistributedCpCommand(context), DistributedLoadCommand(context),
      DistributedMvCommand(context), DuCommand(context), FreeCommand(context),
      GetCapacityBytesCommand(context), GetUsedBytesCommand(context), GetfaclCommand(context),
      HeadCommand(context), LeaderCommand(context), LoadCommand(context),
      LoadMetadataCommand(context), LocationCommand(context), LsCommand(context),
      MasterInfoCommand(context), MkdirCommand(context), MountCommand(context),
      MvCommand(context), NeedsSyncCommand(context), PersistCommand(context),
      PinCommand(context), RmCommand(context), SetReplicationCommand(context),
      SetTtlCommand(context), SetfaclCommand(context), StatCommand(context),
      GetSyncPathListCommand(context), StartSyncCommand(context), StopSyncCommand(context),
      SyncDirNextTimeCommand(context), TailCommand(context), TestCommand(context),
      TouchCommand(context), UnmountCommand(context), UnpinCommand(context),
      UnsetTtlCommand(context), UpdateMountCommand(context)};
  commands.push_back(HelpCommand(commands));
  std::sort(commands.begin(), commands.end(),
            [](const Command& a, const Command& b) { return a.name < b.name; });
  AddExamples(&commands);
  return commands;
}

}  // namespace alluxio::cli
