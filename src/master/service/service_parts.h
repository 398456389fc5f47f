// ServiceParts: what the RPC methods of a master work on. Not owned; all of them outlive the
// server.
#pragma once

#include <cstdint>
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"

namespace alluxio {
class Clock;
class LanePool;
}  // namespace alluxio
namespace alluxio::auth {
class UserGroups;
}
namespace alluxio::conf {
class Configuration;
}
namespace alluxio::journal {
class Journal;
}
namespace alluxio::rpc {
class MethodTable;
}

namespace alluxio::metrics {
class ThroughputGauges;
}
namespace alluxio::master {

class AuditLog;
class BackupDesk;
class BlockMaster;
class ConfigUpdates;
class FsOperations;
class LoadJobs;
class MetaMaster;
class MountTable;
class OpContext;
class PersistQueue;
class ServerConfigs;
class ServingGate;

struct ServiceParts {
  FsOperations* operations = nullptr;
  BlockMaster* blocks = nullptr;
  MetaMaster* meta = nullptr;
  MountTable* mounts = nullptr;
  PersistQueue* persist = nullptr;
  LoadJobs* load_jobs = nullptr;
  journal::Journal* journal = nullptr;
  ServingGate* gate = nullptr;
  LanePool* blocking = nullptr;  // a lane for each mount: RunBlocking()
  auth::UserGroups* groups = nullptr;
  const conf::Configuration* conf = nullptr;
  const Clock* clock = nullptr;
  BackupDesk* backups = nullptr;
  std::function<Status()> checkpoint;  // writes one now; blocks
  std::function<std::vector<std::string>()> other_masters;  // "host:port"; may be empty
  std::string host;                    // as clients reach this master
  // 0 until it is known: a server that takes any free port answers before.
  std::atomic<int> rpc_port{0};
  int web_port = 0;
  int64_t start_time_ms = 0;
  std::string version;  // of Alluxio, as clients compare it
  size_t list_batch = 10'000;
  metrics::ThroughputGauges* throughputs = nullptr;
  ConfigUpdates* updates = nullptr;
  ServerConfigs* server_configs = nullptr;
  // What the other masters have set, by address; those that do not answer are left out. Blocks.
  std::function<std::map<std::string, std::map<std::string, std::string>>()> other_configs;
  const AuditLog* audit = nullptr;  // null: nothing is audited
  // Of a tree that is not all in memory, else empty. Does a walk to `path` read the disk? Such a
  // call leaves the transport's thread. And walks, so that an edit need not read with its lock.
  std::function<bool(const std::string& path)> reads_disk;
  std::function<void(const std::string& path)> warm;
  // Is the file of a block in the namespace? Null: every block has one.
  std::function<bool(int64_t block)> has_file;
  // PERMISSION_DENIED for a caller who is no superuser.
  std::function<Status(OpContext&)> check_superuser;
};

// Registers every method of every service a master serves. `parts` outlives the table.
void AddMasterServices(const ServiceParts& parts, rpc::MethodTable* table);

}  // namespace alluxio::master
