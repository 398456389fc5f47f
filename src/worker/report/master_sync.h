// MasterSync: the timers of everything a worker exchanges with its master: block heartbeats, the
// pin list, persist orders. Each has a thread of its own, so that a slow answer to one holds up
// none of the others. Destruction stops them.
#pragma once

#include <functional>
#include <memory>

#include "env/executor.h"
#include "stub/fs_master_worker_client.h"
#include "worker/report/registration.h"

namespace alluxio::worker {

// Whoever writes files to under stores; see worker/fetch/file_persister.h.
struct PersistHooks {
  std::function<void(stub::PersistOrder)> start;
  std::function<void(std::vector<stub::PersistedFile>*, std::vector<stub::FailedFile>*)> take;
  std::function<void(std::vector<stub::PersistedFile>, std::vector<stub::FailedFile>)> give_back;
};

// Fetches the pin list once. On failure the old list stays.
void SyncPins(stub::FileSystemMasterWorkerClient& master, BlockStore& store);
// Reports outcomes and fetches orders once. On failure the outcomes are kept.
void SyncPersists(stub::FileSystemMasterWorkerClient& master, WorkerId worker,
                  const PersistHooks& hooks);

struct MasterSyncOptions {
  Duration heartbeat_interval = std::chrono::seconds(1);
  Duration storage_check_interval = std::chrono::minutes(1);
};

class MasterSync {
 public:
  // All must outlive this object.
  MasterSync(const MasterSyncOptions& options, Registration& registration,
             stub::FileSystemMasterWorkerClient& master, BlockStore& store, PersistHooks hooks);
  // The next heartbeat comes at once.
  void Wake() { heartbeats_.Trigger(); }
  // So does the next exchange of persist orders.
  void WakePersists() { persists_.Trigger(); }

 private:
  const PersistHooks hooks_;
  PeriodicTask heartbeats_;
  PeriodicTask pins_;
  PeriodicTask persists_;
  PeriodicTask storage_;
};

}  // namespace alluxio::worker
