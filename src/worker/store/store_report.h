// What the master is told about the blocks of a worker.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/ids.h"

namespace alluxio::worker {

struct StorageLocation {
  std::string tier_alias;
  std::string medium;
  auto operator<=>(const StorageLocation&) const = default;
};

// A block that has just become readable here.
struct CommittedBlock {
  BlockId id = 0;
  int64_t length = 0;
  StorageLocation location;
  int64_t used_bytes_on_tier = 0;
};

struct StoreUsage {
  std::vector<std::string> tiers;                 // aliases, top first
  std::map<std::string, int64_t> capacity_bytes;  // by tier alias
  std::map<std::string, int64_t> used_bytes;
  std::map<std::string, std::vector<std::string>> lost_dirs;  // by tier alias
  size_t block_count = 0;
};

struct DirUsage {
  std::string tier_alias;
  std::string path;
  int64_t capacity_bytes = 0;
  int64_t used_bytes = 0;
  bool lost = false;
  int64_t recycled_bytes = 0;  // of files kept for the next blocks; not in use
};

struct HeldBlock {
  BlockId id = 0;
  int64_t length = 0;
  std::string tier_alias;
};

// What changed since the last report. A block is in at most one of the two.
struct StoreChanges {
  std::map<BlockId, StorageLocation> added;
  std::set<BlockId> removed;
  bool lost = false;  // there were too many to keep: report everything
  bool empty() const { return added.empty() && removed.empty(); }
};

// Everything, for registration.
struct StoreReport {
  StoreUsage usage;
  std::map<StorageLocation, std::vector<BlockId>> blocks;
};

}  // namespace alluxio::worker
