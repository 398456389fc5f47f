#include "worker/report/master_sync.h"

#include "base/log.h"

namespace alluxio::worker {

void SyncPins(stub::FileSystemMasterWorkerClient& master, BlockStore& store) {
  Result<std::vector<InodeId>> pinned = master.GetPinnedFileIds();
  if (!pinned.ok()) {
    LOG_DEBUG("worker: pin list not fetched error={}", pinned.status().ToString());
    return;
  }
  store.SetPinned({pinned->begin(), pinned->end()});
}

void SyncPersists(stub::FileSystemMasterWorkerClient& master, WorkerId worker,
                  const PersistHooks& hooks) {
  std::vector<stub::PersistedFile> persisted;
  std::vector<stub::FailedFile> failed;
  hooks.take(&persisted, &failed);
  Result<std::vector<stub::PersistOrder>> orders = master.Heartbeat(worker, persisted, failed);
  if (!orders.ok()) {
    LOG_DEBUG("worker: persist orders not fetched error={}", orders.status().ToString());
    return hooks.give_back(std::move(persisted), std::move(failed));
  }
  for (stub::PersistOrder& order : *orders) hooks.start(std::move(order));
}

MasterSync::MasterSync(const MasterSyncOptions& options, Registration& registration,
                       stub::FileSystemMasterWorkerClient& master, BlockStore& store,
                       PersistHooks hooks)
    : hooks_(std::move(hooks)),
      heartbeats_("heartbeat", options.heartbeat_interval,
                  [&registration] { registration.Tick(); }),
      pins_("pins", options.heartbeat_interval,
            [&registration, &master, &store] {
              if (registration.registered()) SyncPins(master, store);
            }),
      persists_("persists", options.heartbeat_interval,
                [this, &registration, &master] {
                  if (registration.registered()) {
                    SyncPersists(master, registration.worker_id(), hooks_);
                  }
                }),
      storage_("storage", options.storage_check_interval, [&store] { store.CheckDirs(); }) {
  heartbeats_.Trigger();
}

}  // namespace alluxio::worker
