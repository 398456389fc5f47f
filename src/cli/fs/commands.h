// FsCommands: the command list of "alluxio fs". One file per command; this header names them all.
//
// `context` outlives the commands. To add one: its file, a line here and a line in commands.cc.
#pragma once

#include <vector>

#include "cli/command.h"
#include "cli/fs/fs_context.h"

namespace alluxio::cli {

// Sorted by name, "help" included.
std::vector<Command> FsCommands(FsContext& context);

Command CatCommand(FsContext& context);
Command CheckConsistencyCommand(FsContext& context);
Command ChecksumCommand(FsContext& context);
Command ChgrpCommand(FsContext& context);
Command ChmodCommand(FsContext& context);
Command ChownCommand(FsContext& context);
Command CopyFromLocalCommand(FsContext& context);
Command CopyToLocalCommand(FsContext& context);
Command CountCommand(FsContext& context);
Command CpCommand(FsContext& context);
Command DistributedCpCommand(FsContext& context);
Command DistributedLoadCommand(FsContext& context);
Command DistributedMvCommand(FsContext& context);
Command DuCommand(FsContext& context);
Command FreeCommand(FsContext& context);
Command GetCapacityBytesCommand(FsContext& context);
Command GetUsedBytesCommand(FsContext& context);
Command GetfaclCommand(FsContext& context);
Command GetSyncPathListCommand(FsContext& context);
Command HeadCommand(FsContext& context);
Command LeaderCommand(FsContext& context);
Command LoadCommand(FsContext& context);
Command LoadMetadataCommand(FsContext& context);
Command LocationCommand(FsContext& context);
Command LsCommand(FsContext& context);
Command MasterInfoCommand(FsContext& context);
Command MkdirCommand(FsContext& context);
Command MountCommand(FsContext& context);
Command MvCommand(FsContext& context);
Command NeedsSyncCommand(FsContext& context);
Command PersistCommand(FsContext& context);
Command PinCommand(FsContext& context);
Command RmCommand(FsContext& context);
Command SetReplicationCommand(FsContext& context);
Command SetTtlCommand(FsContext& context);
Command SetfaclCommand(FsContext& context);
Command StartSyncCommand(FsContext& context);
Command StatCommand(FsContext& context);
Command StopSyncCommand(FsContext& context);
Command SyncDirNextTimeCommand(FsContext& context);
Command TailCommand(FsContext& context);
Command TestCommand(FsContext& context);
Command TouchCommand(FsContext& context);
Command UnmountCommand(FsContext& context);
Command UnpinCommand(FsContext& context);
Command UnsetTtlCommand(FsContext& context);
Command UpdateMountCommand(FsContext& context);

}  // namespace alluxio::cli
