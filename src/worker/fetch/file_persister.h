// FilePersister: writes cached files to their under store when the master orders it.
//
// Each order ends in exactly one outcome, which waits to be taken for the next heartbeat. An order
// for a file that is under way already is dropped: the first one answers both. Thread-safe.
#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "env/executor.h"
#include "stub/fs_master_worker_client.h"
#include "worker/fetch/block_cacher.h"

namespace alluxio::worker {

struct PersistOutcomes {
  std::vector<stub::PersistedFile> persisted;
  std::vector<stub::FailedFile> failed;
  bool empty() const { return persisted.empty() && failed.empty(); }
};

class FilePersister {
 public:
  // All must outlive this object.
  FilePersister(Mounts& mounts, BlockStore& store, WorkerDialer dial, size_t threads);
  ~FilePersister();

  void Start(stub::PersistOrder order);  // never blocks
  PersistOutcomes Take();
  // The master was not reached: keep them for the next time.
  void GiveBack(PersistOutcomes outcomes);
  void Stop();

  // Writes one file now; returns its fingerprint. Blocks.
  Result<std::string> Persist(const stub::PersistOrder& order);

 private:
  Status CopyBlock(const BlockInfo& block, ufs::UfsWriter& writer);
  Status CopyRemote(const BlockInfo& block, const BlockLocation& location,
                    ufs::UfsWriter& writer, int64_t* copied);

  Mounts& mounts_;
  BlockStore& store_;
  const WorkerDialer dial_;
  Mutex mutex_;
  std::unordered_set<InodeId> running_ GUARDED_BY(mutex_);
  PersistOutcomes outcomes_ GUARDED_BY(mutex_);
  std::unique_ptr<Executor> executor_;
};

}  // namespace alluxio::worker
