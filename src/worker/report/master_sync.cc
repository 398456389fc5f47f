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

Status SyncPersists(stub::FileSystemMasterWorkerClient& master, WorkerId worker,
                    const PersistHooks& hooks) {
  std::vector<stub::PersistedFile> persisted;
  std::vector<stub::FailedFile> failed;
  hooks.take(&persisted, &failed);
  Result<std::vector<stub::PersistOrder>> orders = master.Heartbeat(worker, persisted, failed);
  if (!orders.ok()) {
    LOG_DEBUG("worker: persist orders not fetched error={}", orders.status().ToString());
    hooks.give_back(std::move(persisted), std::move(failed));
    return orders.status();
  }
  for (stub::PersistOrder& order : *orders) hooks.start(std::move(order));
  return OkStatus();
}

MasterSync::MasterSync(const MasterSyncOptions& options, MasterSessions& sessions,
                       stub::FileSystemMasterWorkerClient& master, BlockStore& store,
                       PersistHooks hooks)
    : hooks_(std::move(hooks)),
      pins_("pins", options.heartbeat_interval,
            [&sessions, &master, &store] {
              if (sessions.registered()) SyncPins(master, store);
            }),
      persists_("persists", options.heartbeat_interval,
                [this, &sessions] {
                  MasterSessions::AtPrimary primary = sessions.Primary();
                  if (primary.files == nullptr) return;
                  Status synced = SyncPersists(*primary.files, primary.worker, hooks_);
                  if (stub::IsRetryable(synced)) sessions.Suspect(primary.address);
                }),
      storage_("storage", options.storage_check_interval, [&store] { store.CheckDirs(); }) {}

}  // namespace alluxio::worker
