// WorkerRegistry: who the workers are, what they hold in total, and what they are to be told.
//
//   GetWorkerId -> (id known) -> BeginRegister .. FinishRegister -> kActive -> silence -> kLost
//   kLost or kActive -> BeginRegister again: a new slot, the old one retires
//   kActive -> Decommission -> kDecommissioned -> (may register again) or kDisabled
//
// A registration fills a slot of its own and takes effect at its end, so a worker never shows half
// its blocks. A slot whose worker is gone is retired: its locations no longer count, and it is used
// again only after BlockMaster has scrubbed them from the block table.
//
// Thread-compatible: guarded by the lock of BlockMaster. Nothing here is journaled.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/duration.h"
#include "base/result.h"
#include "env/rng.h"
#include "master/block/block_table.h"
#include "master/block/worker_report.h"
#include "model/worker_info.h"

namespace alluxio::master {

enum class WorkerState : uint8_t { kNew, kActive, kLost, kDecommissioned, kDisabled };
// "ACTIVE", "LOST", "Decommissioned", "Disabled" as tools print them.
std::string_view WorkerStateText(WorkerState state);

struct Worker {
  WorkerId id = 0;
  WorkerNetAddress address;
  std::string written_address;  // wire::WrittenAddress
  WorkerState state = WorkerState::kNew;
  WorkerSlot slot = kNoSlot;         // what counts
  WorkerSlot filling_slot = kNoSlot;  // of a registration under way
  WorkerRegistration facts;
  Duration last_contact{};  // monotonic
  int64_t start_time_ms = 0;
  std::vector<BlockId> to_free;  // not yet sent

  void SetAddress(const WorkerNetAddress& other);
};

class WorkerRegistry {
 public:
  static constexpr size_t kMaxWorkers = 60000;
  static constexpr size_t kMaxTiers = 255;

  // The same id for the same address. RESOURCE_EXHAUSTED beyond kMaxWorkers; FAILED_PRECONDITION
  // for a disabled worker.
  Result<WorkerId> IdFor(const WorkerNetAddress& address, Rng& rng, Duration now);
  // A worker of another master tells its id.
  Status Notify(WorkerId id, const WorkerNetAddress& address, Duration now);

  // Null when unknown. Valid until the worker is forgotten.
  Worker* Find(WorkerId id);
  const Worker* Find(WorkerId id) const;
  const Worker* OfSlot(WorkerSlot slot) const;
  const std::map<WorkerId, std::unique_ptr<Worker>>& workers() const { return workers_; }

  // Gives the worker a filling slot. RESOURCE_EXHAUSTED when no slot is free.
  Status BeginRegister(Worker& worker, const WorkerRegistration& registration, Duration now);
  void FinishRegister(Worker& worker, Duration now, int64_t now_ms);
  void AbandonRegister(Worker& worker);
  // Active workers silent for longer than `timeout` become kLost; lost ones silent for longer than
  // `forget_after` are forgotten. Returns the ids that became lost.
  std::vector<WorkerId> FindLost(Duration now, Duration timeout, Duration forget_after);
  // NOT_FOUND when no worker has that host (and web port, unless 0).
  Status Decommission(const std::string& host, int64_t web_port, bool can_register_again);
  Status RemoveDisabled(const std::string& host, int64_t web_port);

  // A location in this slot counts.
  bool IsLive(WorkerSlot slot) const {
    return slot < slots_.size() && slots_[slot].use == SlotUse::kLive;
  }
  // A location in this slot is to be scrubbed.
  bool IsRetired(WorkerSlot slot) const {
    return slot < slots_.size() && slots_[slot].use == SlotUse::kRetired;
  }
  // Rises when a slot begins or ceases to count, or the address of a worker changes.
  uint64_t changes() const { return changes_; }
  bool HasActive() const;
  void CountBlocks(WorkerSlot slot, int64_t change) { slots_[slot].blocks += change; }
  int64_t BlocksOf(WorkerSlot slot) const {
    return slot < slots_.size() ? slots_[slot].blocks : 0;
  }
  // Slots that are retired now; after a scrub of the whole table they are handed to Recycle.
  std::vector<WorkerSlot> RetiredSlots() const;
  void Recycle(const std::vector<WorkerSlot>& scrubbed);

  // Index of a tier and medium; RESOURCE_EXHAUSTED beyond kMaxTiers.
  Result<uint8_t> TierIndex(const std::string& tier, const std::string& medium);
  const std::pair<std::string, std::string>& Tier(uint8_t index) const { return tiers_[index]; }

 private:
  enum class SlotUse : uint8_t { kFree, kFilling, kLive, kRetired };
  struct Slot {
    SlotUse use = SlotUse::kFree;
    Worker* worker = nullptr;  // while it is live or filling
    int64_t blocks = 0;
  };

  void Retire(WorkerSlot* slot);
  Worker* AtHost(const std::string& host, int64_t web_port);

  std::map<WorkerId, std::unique_ptr<Worker>> workers_;
  std::map<std::string, WorkerId> by_address_;  // "host:rpc:data:web"
  std::vector<Slot> slots_;
  std::vector<std::pair<std::string, std::string>> tiers_;  // alias, medium
  uint64_t changes_ = 0;
};

}  // namespace alluxio::master
