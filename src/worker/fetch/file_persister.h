// FilePersister: writes cached files to their under store when the master orders it.
//
// Each order ends in exactly one outcome, which waits to be taken for the next heartbeat. An order
// for a file that is under way already is dropped: the first one answers both. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "stub/fs_master_worker_client.h"
#include "worker/fetch/block_cacher.h"
#include "worker/fetch/mount_lanes.h"

namespace alluxio::worker {

struct PersistOutcomes {
  std::vector<stub::PersistedFile> persisted;
  std::vector<stub::FailedFile> failed;
  bool empty() const { return persisted.empty() && failed.empty(); }
};

class FilePersister {
 public:
  // All must outlive this object.
  FilePersister(Mounts& mounts, BlockStore& store, WorkerDialer dial,
                const MountLaneOptions& lanes);
  ~FilePersister();

  void Start(stub::PersistOrder order);  // never blocks
  PersistOutcomes Take();
  // The master was not reached: keep them for the next time.
  void GiveBack(PersistOutcomes outcomes);
  // Runs `wake` when many outcomes wait, or the last order is done; for an early heartbeat. Before
  // the first Start; must not block.
  void SetWake(std::function<void()> wake) { wake_ = std::move(wake); }
  void Stop();

  // Writes one file now; returns its fingerprint. Blocks.
  Result<std::string> Persist(const stub::PersistOrder& order);

 private:
  void Finished(InodeId file, const Result<std::string>& fingerprint);
  Status CopyBlock(const BlockInfo& block, ufs::UfsWriter& writer);
  Status CopyRemote(const BlockInfo& block, const BlockLocation& location,
                    ufs::UfsWriter& writer, int64_t* copied);

  Mounts& mounts_;
  BlockStore& store_;
  const WorkerDialer dial_;
  std::function<void()> wake_;
  Mutex mutex_;
  std::unordered_set<InodeId> running_ GUARDED_BY(mutex_);
  PersistOutcomes outcomes_ GUARDED_BY(mutex_);
  MountLanes lanes_;  // last: its work uses what is above
};

}  // namespace alluxio::worker
