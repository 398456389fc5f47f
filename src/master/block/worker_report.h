// What workers tell the master, and what it tells them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/worker_info.h"

namespace alluxio::master {

// Blocks in one place of a worker.
struct TierBlocks {
  std::string tier;    // "MEM"
  std::string medium;  // "" = as the tier
  std::vector<BlockId> blocks;
};

// The head of a registration; the block lists follow in one or more pieces.
struct WorkerRegistration {
  WorkerId worker = 0;
  std::vector<std::string> tiers;
  std::map<std::string, int64_t> capacity_on_tiers;
  std::map<std::string, int64_t> used_on_tiers;
  std::map<std::string, std::vector<std::string>> lost_storage;
  std::string version;
  std::string revision;
  int32_t cpus = 0;
};

struct WorkerHeartbeat {
  WorkerId worker = 0;
  std::map<std::string, int64_t> capacity_on_tiers;  // empty = unchanged
  std::map<std::string, int64_t> used_on_tiers;
  std::vector<BlockId> removed;
  std::vector<TierBlocks> added;
  std::map<std::string, std::vector<std::string>> lost_storage;
};

// Numbers are those of the wire's CommandType.
enum class WorkerCommandKind : uint8_t {
  kNothing = 1, kRegister = 2, kFree = 3, kDecommissioned = 6, kDisabled = 7
};

struct WorkerCommand {
  WorkerCommandKind kind = WorkerCommandKind::kNothing;
  std::vector<BlockId> blocks;  // to free
};

struct BlockCommit {
  WorkerId worker = 0;
  BlockId block = 0;
  int64_t length = 0;
  std::string tier;
  std::string medium;
  int64_t used_bytes_on_tier = 0;
};

struct LostStorage {
  WorkerNetAddress address;
  std::map<std::string, std::vector<std::string>> storage;  // by tier
};

}  // namespace alluxio::master
