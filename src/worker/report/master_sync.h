// MasterSync: the timers of what a worker exchanges with the primary besides its heartbeats, which
// MasterSessions has: the pin list, persist orders. Each has a thread of its own, so that a slow
// answer to one holds up none of the others. Destruction stops them.
#pragma once

#include <functional>
#include <memory>

#include "env/executor.h"
#include "stub/fs_master_worker_client.h"
#include "worker/report/master_sessions.h"

namespace alluxio::worker {

// Whoever writes files to under stores; see worker/fetch/file_persister.h.
struct PersistHooks {
  std::function<void(stub::PersistOrder)> start;
  std::function<void(std::vector<stub::PersistedFile>*, std::vector<stub::FailedFile>*)> take;
  std::function<void(std::vector<stub::PersistedFile>, std::vector<stub::FailedFile>)> give_back;
};

// Fetches the pin list once. On failure the old list stays.
void SyncPins(stub::FileSystemMasterWorkerClient& master, BlockStore& store);
// Reports outcomes and fetches orders once. On failure, which is returned, the outcomes are kept.
Status SyncPersists(stub::FileSystemMasterWorkerClient& master, WorkerId worker,
                    const PersistHooks& hooks);

struct MasterSyncOptions {
  Duration heartbeat_interval = std::chrono::seconds(1);
  Duration storage_check_interval = std::chrono::minutes(1);
};

class MasterSync {
 public:
  // All must outlive this object.
  MasterSync(const MasterSyncOptions& options, MasterSessions& sessions,
             stub::FileSystemMasterWorkerClient& master, BlockStore& store, PersistHooks hooks);
  // The next exchange of persist orders comes at once.
  void WakePersists() { persists_.Trigger(); }

 private:
  const PersistHooks hooks_;
  PeriodicTask pins_;
  PeriodicTask persists_;
  PeriodicTask storage_;
};

}  // namespace alluxio::worker
