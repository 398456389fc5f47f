// Chores: what a serving master does without being asked. chores.def lists them; one file each.
//
// Each chore runs on a thread of its own, one tick at a time, only while the master serves. Ticks
// may block. Destruction waits for running ticks.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/mutex.h"
#include "base/result.h"
#include "env/executor.h"
#include "model/ids.h"

namespace alluxio {
class Clock;
}

namespace alluxio::master {

class BlockMaster;
class FsOperations;
class InodeTree;
class OpContext;
class PersistQueue;
class ReplicationDesk;
class ServingGate;
struct OpContextOptions;

// Not owned; all outlive the chores.
struct ChoreParts {
  FsOperations* operations = nullptr;
  InodeTree* tree = nullptr;
  BlockMaster* blocks = nullptr;
  PersistQueue* persist = nullptr;
  ReplicationDesk* replication = nullptr;  // null: nobody is asked
  const ServingGate* gate = nullptr;
  const Clock* clock = nullptr;
  std::function<Status()> checkpoint;               // writes one now; blocks
  std::function<int64_t()> entries_since_checkpoint;
  std::function<Status(int keep)> daily_backup;  // takes one, and keeps the newest `keep`; blocks
};

// Intervals and limits, by the property they come from.
struct ChoreSettings {
  Duration ttl_interval = std::chrono::hours(1);  // alluxio.master.ttl.checker.interval
  Duration lost_workers_interval =
      std::chrono::seconds(10);  // alluxio.master.lost.worker.detection.interval
  Duration lost_files_interval =
      std::chrono::minutes(5);  // alluxio.master.lost.worker.file.detection.interval
  Duration persist_interval = std::chrono::seconds(1);  // ...persistence.scheduler.interval
  Duration checkpoint_interval = std::chrono::seconds(10);  // how often the limits are looked at
  Duration stray_blocks_interval = std::chrono::seconds(30);
  Duration block_integrity_interval =
      std::chrono::hours(1);  // alluxio.master.periodic.block.integrity.check.interval
  Duration replication_interval =
      std::chrono::minutes(1);  // alluxio.master.replication.check.interval
  bool ufs_cleanup_enabled = false;                         // alluxio.underfs.cleanup.enabled
  Duration ufs_cleanup_interval = std::chrono::hours(24);   // alluxio.underfs.cleanup.interval
  Duration ufs_cleanup_look = std::chrono::seconds(1);      // how often it is looked at
  bool block_integrity_repair = true;  // ...integrity.check.repair
  int64_t checkpoint_entries = 2'000'000;  // alluxio.master.journal.checkpoint.period.entries
  bool daily_backup_enabled = false;        // alluxio.master.daily.backup.enabled
  int daily_backup_minute = 5 * 60;         // of the day, UTC: ...daily.backup.time
  int daily_backups_kept = 3;               // ...daily.backup.files.retained
  Duration daily_backup_look = std::chrono::seconds(1);  // how often it is looked at
  Duration checkpoint_age = std::chrono::hours(24);  // with at least one new entry
};

// What was asked for and what did not work, of blocks; bounded by replication.cc.
struct ReplicationMemory {
  struct Rest {
    Duration until{};
    Duration pause{};
  };
  std::map<int64_t, BlockId> under_way;  // by the id of what does it
  std::set<BlockId> asked;               // those of under_way
  std::map<BlockId, Rest> resting;
};

// What a chore keeps from tick to tick.
struct ChoreMemory {
  Duration last_checkpoint{};
  std::optional<Duration> next_ufs_cleanup;  // none before the first
  std::optional<int64_t> next_backup_ms;  // none before the first look, and when there are none
  int backup_minute = 0;                  // that next_backup_ms was made of
  std::set<BlockId> orphans;  // blocks without a file at the last integrity check
  ReplicationMemory replication;
};

class Chores {
 public:
  Chores(const ChoreParts& parts, const ChoreSettings& settings);
  ~Chores();
  Chores(const Chores&) = delete;
  Chores& operator=(const Chores&) = delete;

  // From the next ticks on; a tick that runs goes on as it began.
  void Change(const ChoreSettings& settings) EXCLUDES(mutex_);

 private:
  ChoreSettings Settings() const EXCLUDES(mutex_);

  const ChoreParts parts_;
  mutable Mutex mutex_{LockRank::kLeaf};
  ChoreSettings settings_ GUARDED_BY(mutex_);
  ChoreMemory memory_;  // each member is used by one chore only
  std::vector<std::unique_ptr<PeriodicTask>> tasks_;  // last: ends before what it uses
};

// One tick each.
void ExpireTtl(const ChoreParts& parts, const ChoreSettings& settings, ChoreMemory& memory);
void CheckLostWorkers(const ChoreParts& parts, const ChoreSettings& settings,
                      ChoreMemory& memory);
void MarkLostFiles(const ChoreParts& parts, const ChoreSettings& settings, ChoreMemory& memory);
void FillPersistQueue(const ChoreParts& parts, const ChoreSettings& settings,
                      ChoreMemory& memory);
void FinishStoreEdits(const ChoreParts& parts, const ChoreSettings& settings,
                      ChoreMemory& memory);
void CleanUnderStores(const ChoreParts& parts, const ChoreSettings& settings,
                      ChoreMemory& memory);
void TakeDailyBackup(const ChoreParts& parts, const ChoreSettings& settings, ChoreMemory& memory);
void CheckpointJournal(const ChoreParts& parts, const ChoreSettings& settings,
                       ChoreMemory& memory);
void FreeStrayBlocks(const ChoreParts& parts, const ChoreSettings& settings, ChoreMemory& memory);
void CheckBlockIntegrity(const ChoreParts& parts, const ChoreSettings& settings,
                         ChoreMemory& memory);
void CheckReplication(const ChoreParts& parts, const ChoreSettings& settings, ChoreMemory& memory);

// "5:30" -> 330; INVALID_ARGUMENT. The form of alluxio.master.daily.backup.time.
Result<int> MinuteOfDay(std::string_view text);

// The context of a chore's operations: nobody's, may block.
OpContextOptions ChoreContext(const Clock& clock);

}  // namespace alluxio::master
