// The worker side of BlockMaster: registration, heartbeats, losses, reports.
#include <algorithm>

#include "base/log.h"
#include "master/block/block_master.h"

namespace alluxio::master {
namespace {

constexpr size_t kScrubShardsAtOnce = 16;
constexpr size_t kMaxLostNoted = 1'000'000;

Status UnknownWorker(WorkerId id) {
  return NotFound("No worker with workerId " + std::to_string(id) + " is found");
}

int64_t Sum(const std::map<std::string, int64_t>& bytes) {
  int64_t sum = 0;
  for (const auto& [tier, amount] : bytes) sum += amount;
  return sum;
}

}  // namespace

Result<WorkerId> BlockMaster::GetWorkerId(const WorkerNetAddress& address) {
  if (address.host.empty()) return InvalidArgument("worker address: it has no host");
  WriterLock lock(lock_);
  return workers_.IdFor(address, rng_, clock_.Monotonic());
}

Status BlockMaster::NotifyWorkerId(WorkerId id, const WorkerNetAddress& address) {
  if (address.host.empty()) return InvalidArgument("worker address: it has no host");
  WriterLock lock(lock_);
  return workers_.Notify(id, address, clock_.Monotonic());
}

Status BlockMaster::Locate(const Worker& worker, WorkerSlot slot,
                           std::span<const TierBlocks> blocks) {
  for (const TierBlocks& place : blocks) {
    ASSIGN_OR_RETURN(uint8_t tier, workers_.TierIndex(place.tier, place.medium));
    for (BlockId id : place.blocks) {
      bool added = false;
      SlotLocation place{slot, tier};
      if (!table_.AddLocation(id, place, &added)) {
        following_ ? AddEarly(id, place) : NoteStray(worker.id, id);
      }
      if (added) workers_.CountBlocks(slot, 1);
    }
  }
  return OkStatus();
}

Status BlockMaster::BeginRegister(const WorkerRegistration& registration) {
  WriterLock lock(lock_);
  Worker* worker = workers_.Find(registration.worker);
  if (worker == nullptr) return UnknownWorker(registration.worker);
  return workers_.BeginRegister(*worker, registration, clock_.Monotonic());
}

Status BlockMaster::AddRegisterBlocks(WorkerId id, std::span<const TierBlocks> blocks) {
  WriterLock lock(lock_);
  Worker* worker = workers_.Find(id);
  if (worker == nullptr) return UnknownWorker(id);
  if (worker->filling_slot == kNoSlot) {
    return FailedPrecondition("worker " + std::to_string(id) + ": no registration is under way");
  }
  worker->last_contact = clock_.Monotonic();
  return Locate(*worker, worker->filling_slot, blocks);
}

Status BlockMaster::FinishRegister(WorkerId id) {
  std::string host;
  int64_t blocks = 0;
  {
    WriterLock lock(lock_);
    Worker* worker = workers_.Find(id);
    if (worker == nullptr) return UnknownWorker(id);
    if (worker->filling_slot == kNoSlot) {
      return FailedPrecondition("worker " + std::to_string(id) +
                                ": no registration is under way");
    }
    workers_.FinishRegister(*worker, clock_.Monotonic(), clock_.NowMs());
    host = worker->address.host;
    blocks = workers_.BlocksOf(worker->slot);
  }
  LOG_INFO("block: worker registered id={} host={} blocks={}", id, host, blocks);
  return OkStatus();
}

void BlockMaster::AbandonRegister(WorkerId id) {
  WriterLock lock(lock_);
  Worker* worker = workers_.Find(id);
  if (worker != nullptr) workers_.AbandonRegister(*worker);
}

WorkerCommand BlockMaster::Heartbeat(const WorkerHeartbeat& heartbeat) {
  WorkerCommand command;
  WriterLock lock(lock_);
  Worker* worker = workers_.Find(heartbeat.worker);
  command.kind = WorkerCommandKind::kRegister;
  if (worker == nullptr) return command;
  if (worker->state == WorkerState::kDisabled) command.kind = WorkerCommandKind::kDisabled;
  if (worker->state == WorkerState::kDecommissioned) {
    command.kind = WorkerCommandKind::kDecommissioned;
  }
  worker->last_contact = clock_.Monotonic();
  if (worker->slot == kNoSlot) return command;
  if (!heartbeat.capacity_on_tiers.empty()) {
    worker->facts.capacity_on_tiers = heartbeat.capacity_on_tiers;
  }
  worker->facts.used_on_tiers = heartbeat.used_on_tiers;
  for (const auto& [tier, storage] : heartbeat.lost_storage) {
    std::vector<std::string>& known = worker->facts.lost_storage[tier];
    for (const std::string& folder : storage) {
      if (std::find(known.begin(), known.end(), folder) == known.end()) known.push_back(folder);
    }
  }
  for (BlockId id : heartbeat.removed) {
    DropLocation(id, worker->slot);
    DropEarly(id, worker->slot);
  }
  if (Status located = Locate(*worker, worker->slot, heartbeat.added); !located.ok()) {
    LogIfError(located, "blocks of a heartbeat without a place for their tier");
  }
  command.kind = WorkerCommandKind::kNothing;
  if (worker->to_free.empty()) return command;
  size_t count = std::min(options_.free_blocks_per_heartbeat, worker->to_free.size());
  auto first = worker->to_free.end() - static_cast<ptrdiff_t>(count);
  command.kind = WorkerCommandKind::kFree;
  command.blocks.assign(first, worker->to_free.end());
  worker->to_free.erase(first, worker->to_free.end());
  return command;
}

bool BlockMaster::ScrubSome() {
  if (scrubbing_.empty()) {
    scrubbing_ = workers_.RetiredSlots();
    next_scrub_shard_ = 0;
    if (scrubbing_.empty()) return false;
  }
  auto dead = [this](WorkerSlot slot) NO_THREAD_SAFETY_ANALYSIS {
    return workers_.IsRetired(slot);
  };
  auto bare = [this](BlockId id) NO_THREAD_SAFETY_ANALYSIS {
    if (lost_.size() < kMaxLostNoted) lost_.push_back(id);
  };
  for (size_t i = 0; i < kScrubShardsAtOnce && next_scrub_shard_ < BlockTable::kShards; ++i) {
    table_.ScrubShard(next_scrub_shard_++, dead, bare);
  }
  if (next_scrub_shard_ == BlockTable::kShards) {
    ScrubEarly();
    workers_.Recycle(scrubbing_);
    scrubbing_.clear();
  }
  return true;
}

void BlockMaster::CheckWorkers() {
  std::vector<WorkerId> lost;
  {
    WriterLock lock(lock_);
    lost = workers_.FindLost(clock_.Monotonic(), options_.worker_timeout,
                             options_.forget_lost_after);
  }
  for (WorkerId id : lost) LOG_WARN("block: worker lost id={}", id);
  bool more = true;
  while (more) {
    WriterLock lock(lock_);
    more = ScrubSome();
  }
}

Status BlockMaster::DecommissionWorker(const std::string& host, int64_t web_port,
                                       bool can_register_again) {
  WriterLock lock(lock_);
  return workers_.Decommission(host, web_port, can_register_again);
}

Status BlockMaster::RemoveDisabledWorker(const std::string& host, int64_t web_port) {
  WriterLock lock(lock_);
  return workers_.RemoveDisabled(host, web_port);
}

WorkerInfo BlockMaster::Describe(const Worker& worker) const {
  WorkerInfo info;
  info.id = worker.id;
  info.address = worker.address;
  Duration silent = clock_.Monotonic() - worker.last_contact;
  info.last_contact_sec = static_cast<int32_t>(ToMillis(silent) / 1000);
  info.state = std::string(WorkerStateText(worker.state));
  info.capacity_on_tiers = worker.facts.capacity_on_tiers;
  info.used_on_tiers = worker.facts.used_on_tiers;
  info.capacity_bytes = Sum(info.capacity_on_tiers);
  info.used_bytes = Sum(info.used_on_tiers);
  info.start_time_ms = worker.start_time_ms;
  info.block_count = workers_.BlocksOf(worker.slot);
  info.version = worker.facts.version;
  info.revision = worker.facts.revision;
  info.cpus = worker.facts.cpus;
  return info;
}

std::vector<WorkerInfo> BlockMaster::LiveWorkers() const {
  std::vector<WorkerInfo> live;
  ReaderLock lock(lock_);
  for (const auto& [id, worker] : workers_.workers()) {
    if (worker->state == WorkerState::kActive) live.push_back(Describe(*worker));
  }
  return live;
}

std::vector<WorkerInfo> BlockMaster::AllWorkers() const {
  std::vector<WorkerInfo> all;
  ReaderLock lock(lock_);
  for (const auto& [id, worker] : workers_.workers()) {
    if (worker->state != WorkerState::kNew) all.push_back(Describe(*worker));
  }
  return all;
}

std::optional<WorkerNetAddress> BlockMaster::AddressOf(WorkerId id) const {
  ReaderLock lock(lock_);
  const Worker* worker = workers_.Find(id);
  if (worker == nullptr) return std::nullopt;
  return worker->address;
}

std::vector<LostStorage> BlockMaster::LostStorages() const {
  std::vector<LostStorage> lost;
  ReaderLock lock(lock_);
  for (const auto& [id, worker] : workers_.workers()) {
    if (worker->facts.lost_storage.empty()) continue;
    LostStorage one;
    one.address = worker->address;
    one.storage = worker->facts.lost_storage;
    lost.push_back(std::move(one));
  }
  return lost;
}

wire::BlockMasterTotals BlockMaster::Totals() const {
  wire::BlockMasterTotals totals;
  ReaderLock lock(lock_);
  for (const auto& [id, worker] : workers_.workers()) {
    if (worker->state == WorkerState::kLost) ++totals.lost_workers;
    if (worker->state == WorkerState::kDecommissioned) ++totals.decommissioned_workers;
    if (worker->state == WorkerState::kDisabled) ++totals.decommissioned_workers;
    if (worker->state != WorkerState::kActive) continue;
    ++totals.live_workers;
    for (const auto& [tier, bytes] : worker->facts.capacity_on_tiers) {
      totals.capacity_on_tiers[tier] += bytes;
      totals.capacity_bytes += bytes;
    }
    for (const auto& [tier, bytes] : worker->facts.used_on_tiers) {
      totals.used_on_tiers[tier] += bytes;
      totals.used_bytes += bytes;
    }
  }
  return totals;
}

}  // namespace alluxio::master
