// BlockSource: where a block is read from, and FailedWorkers: where not to try again.
#pragma once

#include <map>
#include <string>

#include "base/duration.h"
#include "base/result.h"
#include "client/block/worker_directory.h"
#include "model/block_info.h"

namespace alluxio::client {

enum class SourceKind {
  kLocal,   // a worker on this host holds the block
  kRemote,  // a worker on another host holds it
  kUfs,     // nobody holds it; the worker reads the under store
};

struct BlockSource {
  WorkerNetAddress worker;
  SourceKind kind = SourceKind::kRemote;
};

// Workers that failed this reader, by name, with the time. Thread-compatible.
class FailedWorkers {
 public:
  void Add(const WorkerNetAddress& address, Duration now) { since_[WorkerName(address)] = now; }
  bool empty() const { return since_.empty(); }
  bool Contains(const WorkerNetAddress& address) const {
    return since_.find(WorkerName(address)) != since_.end();
  }
  // `candidates` without the failed ones; when all failed, the one whose failure is oldest.
  std::vector<WorkerNetAddress> Usable(const std::vector<WorkerNetAddress>& candidates) const;

 private:
  std::map<std::string, Duration> since_;
};

// `in_ufs`: the file is persisted, or going to be. UNAVAILABLE when there is nobody to ask.
Result<BlockSource> ChooseSource(WorkerDirectory& directory, const BlockInfo& block, bool in_ufs,
                                 const FailedWorkers& failed);

}  // namespace alluxio::client
