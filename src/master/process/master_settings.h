// Settings of a master's rooms, read from its properties. Functions without state; INVALID_ARGUMENT
// names the property.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "conf/configuration.h"
#include "master/block/block_master.h"
#include "master/chores/chores.h"
#include "master/chores/persist_queue.h"
#include "master/mount/mount_point.h"
#include "master/ops/fs_settings.h"
#include "master/sync/path_sync.h"
#include "rpc/service.h"

namespace alluxio::master {

// What this build cannot do yet although the properties ask for it: FAILED_PRECONDITION.
Status CheckSupported(const conf::Configuration& conf);

BlockMasterOptions BlockMasterOptionsOf(const conf::Configuration& conf, ImageFolder* images);
Result<FsSettings> FsSettingsOf(const conf::Configuration& conf);
SyncSettings SyncSettingsOf(const conf::Configuration& conf, const FsSettings& settings);
ChoreSettings ChoreSettingsOf(const conf::Configuration& conf);
PersistQueueOptions PersistQueueOptionsOf(const conf::Configuration& conf);
MountPoint RootMountOf(const conf::Configuration& conf);
// Without may_impersonate.
rpc::ServerOptions ServerOptionsOf(const conf::Configuration& conf);
// False for NOSASL: then nobody has a name, and permissions cannot be checked.
bool Authenticates(const conf::Configuration& conf);
std::map<std::string, std::string> AllProperties(const conf::Configuration& conf);

}  // namespace alluxio::master
