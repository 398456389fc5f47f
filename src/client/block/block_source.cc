#include "client/block/block_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace alluxio::client {
namespace {

// The live workers that could hold a block of this length, or all when none could.
std::vector<WorkerNetAddress> AbleToHold(const std::vector<WorkerInfo>& workers, int64_t length,
                                         const std::vector<WorkerNetAddress>& usable) {
  std::vector<WorkerNetAddress> able;
  for (const WorkerInfo& worker : workers) {
    bool wanted = std::find(usable.begin(), usable.end(), worker.address) != usable.end();
    if (wanted && worker.capacity_bytes >= length) able.push_back(worker.address);
  }
  return able.empty() ? usable : able;
}

}  // namespace

std::vector<WorkerNetAddress> FailedWorkers::Usable(
    const std::vector<WorkerNetAddress>& candidates) const {
  std::vector<WorkerNetAddress> usable;
  const WorkerNetAddress* oldest = nullptr;
  Duration oldest_since = Duration::max();
  for (const WorkerNetAddress& address : candidates) {
    auto found = since_.find(WorkerName(address));
    if (found == since_.end()) {
      usable.push_back(address);
    } else if (found->second < oldest_since) {
      oldest = &address;
      oldest_since = found->second;
    }
  }
  if (usable.empty() && oldest != nullptr) usable.push_back(*oldest);
  return usable;
}

Result<BlockSource> ChooseSource(WorkerDirectory& directory, const BlockInfo& block, bool in_ufs,
                                 const FailedWorkers& failed) {
  std::vector<WorkerNetAddress> holders;
  for (const BlockLocation& location : block.locations) holders.push_back(location.address);
  std::vector<WorkerInfo> live;
  std::vector<WorkerNetAddress> candidates = holders;
  if (in_ufs) {
    ASSIGN_OR_RETURN(live, directory.Live());
    candidates.clear();
    for (const WorkerInfo& worker : live) candidates.push_back(worker.address);
  }
  if (candidates.empty()) {
    return Unavailable(
        fmt::format("Block {} is unavailable in both Alluxio and UFS.", block.id));
  }
  std::vector<WorkerNetAddress> usable = failed.Usable(candidates);
  std::vector<WorkerNetAddress> holding;
  for (const WorkerNetAddress& address : holders) {
    bool ok = std::find(usable.begin(), usable.end(), address) != usable.end();
    if (ok) holding.push_back(address);
  }
  BlockSource source;
  if (!holding.empty()) {
    source.worker = directory.Nearest(holding);
    source.kind = directory.IsLocal(source.worker) ? SourceKind::kLocal : SourceKind::kRemote;
    return source;
  }
  source.worker = directory.Nearest(AbleToHold(live, block.length, usable));
  source.kind = SourceKind::kUfs;
  return source;
}

}  // namespace alluxio::client
