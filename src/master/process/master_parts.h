// MasterParts: every piece of one master, in the order of construction; what comes later uses what
// came before, so destruction in reverse is right. For master_process.cc alone.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "auth/impersonation.h"
#include "auth/user_groups.h"
#include "conf/configuration.h"
#include "env/lane_pool.h"
#include "journal/ufs/ufs_journal.h"
#include "master/access/permission_checker.h"
#include "master/block/block_master.h"
#include "master/chores/chores.h"
#include "master/chores/persist_queue.h"
#include "master/chores/replication_desk.h"
#include "master/jobs/load_jobs.h"
#include "master/meta/meta_master.h"
#include "master/mount/mount_parts.h"
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/ops/listing_cache.h"
#include "master/ops/persist_schedule.h"
#include "master/ops/store_repairs.h"
#include "master/process/last_backup.h"
#include "master/process/primacy.h"
#include "master/process/root_space.h"
#include "master/service/audit_log.h"
#include "master/service/backup_desk.h"
#include "master/service/cluster_metrics.h"
#include "master/service/config_updates.h"
#include "master/service/server_configs.h"
#include "master/service/service_parts.h"
#include "master/state/composite_state_machine.h"
#include "master/state/edit_context.h"
#include "master/state/flat_image.h"
#include "master/state/serving_gate.h"
#include "master/sync/path_sync.h"
#include "master/tree/directory_ids.h"
#include "master/tree/inode_tree.h"
#include "master/tree/path_locks.h"
#include "master/web/master_web.h"
#include "metrics/throughput_gauges.h"
#include "rpc/service.h"

namespace alluxio::master {

struct MasterParts {
  MasterParts(const conf::Configuration& configuration, const FsSettings& fs_settings,
              std::unique_ptr<ufs::UfsFactory> ufs_factory,
              std::unique_ptr<Primacy> entered_primacy,
              std::unique_ptr<journal::UfsJournal> opened_journal, InodeCache inode_cache);

  // Writes a checkpoint now; blocks.
  Status Checkpoint();
  // Runs `inside` with the component's state locked exclusively.
  void WithLock(journal::Component component, const std::function<void()>& inside);
  // The entry that a takeover repeats: it says what is so already, or what a first boot would.
  journal::JournalEntry TakeoverEntry(journal::Component component);
  // What 2.9 writes on a first boot, where it is missing; durable when it returns.
  Status Bootstrap(const std::string& login_user);
  // FAILED_PRECONDITION when the root directory belongs to somebody else.
  Status CheckRootOwner(const std::string& login_user) const;
  Status StartServer();
  // PERMISSION_DENIED when the caller of `context` is no superuser.
  Status CheckSuperuser(OpContext& context);
  Result<std::unique_ptr<AuditLog>> OpenAuditLog();
  Status MakeLoadJobs();
  Status StartWeb();
  // The chores of a master that begins to serve; StopChores() waits for what runs.
  void StartChores(const ChoreParts& what);
  void StopChores();
  // Of a bounded tree, once nobody changes it without its lock any more.
  void StartTrimming();
  void StartGauges();
  void StopGauges();

  const conf::Configuration conf;
  Clock& clock;
  Rng& rng;
  std::unique_ptr<ufs::UfsFactory> factory;
  std::unique_ptr<Primacy> primacy;  // null: alone
  std::unique_ptr<journal::UfsJournal> journal;
  ServingGate gate;
  auth::UserGroups groups;
  auth::Impersonation impersonation;

  // State.
  const std::unique_ptr<ImageFolder> images;  // null: none are made
  UndurableEdits undurable;
  RetryCache retries;
  Ledger ledger;
  InodeTree tree;
  StoreEdits store_edits;
  ListingMarks listings;
  DirectoryIds directory_ids;
  MountTable mounts;
  MountParts mount_parts;
  LoadJobTable load_job_table;
  CompositeStateMachine file_system;
  BlockMaster blocks;
  MetaMaster meta;

  // What works on it.
  PathLocks path_locks;
  PermissionChecker access;
  PathSync sync;
  PersistSchedule persist_schedule;
  StoreRepairs store_repairs;
  ListingCache listing_cache;
  FsOperations operations;
  PersistQueue persist;

  // Who calls it.
  std::unique_ptr<LanePool> blocking;
  std::unique_ptr<LoadJobs> load_jobs;
  std::unique_ptr<ReplicationDesk> replication;  // null: no job service
  std::unique_ptr<BackupDesk> backups;
  std::unique_ptr<metrics::ThroughputGauges> throughputs;
  std::unique_ptr<RootSpace> root_space;
  LastBackup last_backup;
  std::atomic<int64_t> last_checkpoint_ms{0};  // since the start
  std::atomic<int64_t> gained_primacy_ms{0};
  ServerConfigs server_configs;
  ConfigUpdates updates;
  Mutex chores_lock{LockRank::kPath};  // around `chores` itself
  std::unique_ptr<AuditLog> audit;  // null: nothing is audited
  ServiceParts service;
  rpc::MethodTable methods;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<MasterWeb> web;
  std::unique_ptr<Chores> chores;
  std::unique_ptr<PeriodicTask> standby_checkpoints;
  std::unique_ptr<PeriodicTask> trimming;  // null: the tree is all in memory
  std::unique_ptr<PeriodicTask> standby_workers;  // which of them are lost
  std::shared_ptr<std::atomic<bool>> stopping;  // shared with the under stores
  bool stopped = false;
  bool abandoned = false;  // an operation never came back
};

}  // namespace alluxio::master
