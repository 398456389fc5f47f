#include "master/block/worker_registry.h"

#include <algorithm>

#include "base/check.h"
#include "wire/file_info_encoder.h"

namespace alluxio::master {
namespace {

std::string AddressKey(const WorkerNetAddress& address) {
  return address.host + ":" + std::to_string(address.rpc_port) + ":" +
         std::to_string(address.data_port) + ":" + std::to_string(address.web_port);
}

}  // namespace

std::string_view WorkerStateText(WorkerState state) {
  switch (state) {
    case WorkerState::kNew: return "NEW";
    case WorkerState::kActive: return "ACTIVE";
    case WorkerState::kLost: return "LOST";
    case WorkerState::kDecommissioned: return "Decommissioned";
    case WorkerState::kDisabled: return "Disabled";
  }
  return "NEW";
}

Result<WorkerId> WorkerRegistry::IdFor(const WorkerNetAddress& address, Rng& rng, Duration now) {
  auto known = by_address_.find(AddressKey(address));
  if (known != by_address_.end()) {
    Worker& worker = *workers_.at(known->second);
    if (worker.state == WorkerState::kDisabled) {
      return FailedPrecondition("worker " + AddressKey(address) +
                                ": it was decommissioned and may not register again");
    }
    worker.SetAddress(address);
    ++changes_;
    return worker.id;
  }
  WorkerId id = rng.NonNegativeId();
  while (id == 0 || workers_.count(id) > 0) id = rng.NonNegativeId();
  RETURN_IF_ERROR(Notify(id, address, now));
  return id;
}

Status WorkerRegistry::Notify(WorkerId id, const WorkerNetAddress& address, Duration now) {
  std::string key = AddressKey(address);
  auto known = by_address_.find(key);
  if (known != by_address_.end()) {
    if (known->second == id) return OkStatus();
    return AlreadyExists("worker " + key + ": it is known under another id");
  }
  if (workers_.count(id) > 0) {
    return AlreadyExists("worker id " + std::to_string(id) + ": another worker has it");
  }
  if (workers_.size() >= kMaxWorkers) {
    return ResourceExhausted("worker " + key + ": this master keeps at most " +
                             std::to_string(kMaxWorkers) + " workers");
  }
  auto worker = std::make_unique<Worker>();
  worker->id = id;
  worker->SetAddress(address);
  worker->last_contact = now;
  workers_.emplace(id, std::move(worker));
  by_address_[key] = id;
  return OkStatus();
}

void Worker::SetAddress(const WorkerNetAddress& other) {
  address = other;
  written_address = wire::WrittenAddress(other);
}

Worker* WorkerRegistry::Find(WorkerId id) {
  auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : found->second.get();
}

const Worker* WorkerRegistry::Find(WorkerId id) const {
  auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : found->second.get();
}

bool WorkerRegistry::HasActive() const {
  return std::any_of(workers_.begin(), workers_.end(), [](const auto& worker) {
    return worker.second->state == WorkerState::kActive;
  });
}

const Worker* WorkerRegistry::OfSlot(WorkerSlot slot) const {
  return IsLive(slot) ? slots_[slot].worker : nullptr;
}

void WorkerRegistry::Retire(WorkerSlot* slot) {
  if (*slot == kNoSlot) return;
  ++changes_;
  slots_[*slot].use = SlotUse::kRetired;
  *slot = kNoSlot;
}

Status WorkerRegistry::BeginRegister(Worker& worker, const WorkerRegistration& registration,
                                     Duration now) {
  if (worker.state == WorkerState::kDisabled) {
    return FailedPrecondition("worker " + AddressKey(worker.address) +
                              ": it was decommissioned and may not register again");
  }
  Retire(&worker.filling_slot);
  auto free = std::find_if(slots_.begin(), slots_.end(),
                           [](const Slot& slot) { return slot.use == SlotUse::kFree; });
  if (free == slots_.end()) {
    if (slots_.size() >= kNoSlot) {
      return ResourceExhausted("worker " + AddressKey(worker.address) +
                               ": no slot is free yet, try again");
    }
    slots_.push_back(Slot{});
    free = slots_.end() - 1;
  }
  *free = Slot{SlotUse::kFilling, &worker, 0};
  worker.filling_slot = static_cast<WorkerSlot>(free - slots_.begin());
  worker.facts = registration;
  worker.last_contact = now;
  return OkStatus();
}

void WorkerRegistry::FinishRegister(Worker& worker, Duration now, int64_t now_ms) {
  CHECK(worker.filling_slot != kNoSlot) << "worker " << worker.id;
  Retire(&worker.slot);
  worker.slot = worker.filling_slot;
  worker.filling_slot = kNoSlot;
  slots_[worker.slot].use = SlotUse::kLive;
  ++changes_;
  worker.state = WorkerState::kActive;
  worker.last_contact = now;
  worker.start_time_ms = now_ms;
  worker.to_free.clear();
}

void WorkerRegistry::AbandonRegister(Worker& worker) { Retire(&worker.filling_slot); }

std::vector<WorkerId> WorkerRegistry::FindLost(Duration now, Duration timeout,
                                               Duration forget_after) {
  std::vector<WorkerId> lost;
  for (auto it = workers_.begin(); it != workers_.end();) {
    Worker& worker = *it->second;
    Duration silent = now - worker.last_contact;
    if (worker.state == WorkerState::kActive && silent > timeout) {
      worker.state = WorkerState::kLost;
      worker.to_free.clear();
      Retire(&worker.slot);
      Retire(&worker.filling_slot);
      lost.push_back(worker.id);
    }
    bool forgettable = worker.state == WorkerState::kLost || worker.state == WorkerState::kNew;
    if (forgettable && silent > timeout + forget_after) {
      Retire(&worker.filling_slot);
      by_address_.erase(AddressKey(worker.address));
      it = workers_.erase(it);
    } else {
      ++it;
    }
  }
  return lost;
}

Worker* WorkerRegistry::AtHost(const std::string& host, int64_t web_port) {
  for (const auto& [id, worker] : workers_) {
    if (worker->address.host != host) continue;
    if (web_port == 0 || worker->address.web_port == web_port) return worker.get();
  }
  return nullptr;
}

Status WorkerRegistry::Decommission(const std::string& host, int64_t web_port,
                                    bool can_register_again) {
  Worker* worker = AtHost(host, web_port);
  if (worker == nullptr) return NotFound("worker " + host + ": no such worker");
  worker->state =
      can_register_again ? WorkerState::kDecommissioned : WorkerState::kDisabled;
  worker->to_free.clear();
  Retire(&worker->slot);
  Retire(&worker->filling_slot);
  return OkStatus();
}

Status WorkerRegistry::RemoveDisabled(const std::string& host, int64_t web_port) {
  Worker* worker = AtHost(host, web_port);
  if (worker == nullptr || worker->state != WorkerState::kDisabled) {
    return NotFound("worker " + host + ": it is not disabled");
  }
  by_address_.erase(AddressKey(worker->address));
  workers_.erase(worker->id);
  return OkStatus();
}

std::vector<WorkerSlot> WorkerRegistry::RetiredSlots() const {
  std::vector<WorkerSlot> retired;
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].use == SlotUse::kRetired) retired.push_back(static_cast<WorkerSlot>(i));
  }
  return retired;
}

void WorkerRegistry::Recycle(const std::vector<WorkerSlot>& scrubbed) {
  for (WorkerSlot slot : scrubbed) {
    CHECK(slots_[slot].use == SlotUse::kRetired) << "slot " << slot;
    slots_[slot] = Slot{};
  }
}

Result<uint8_t> WorkerRegistry::TierIndex(const std::string& tier, const std::string& medium) {
  std::pair<std::string, std::string> wanted(tier, medium.empty() ? tier : medium);
  auto known = std::find(tiers_.begin(), tiers_.end(), wanted);
  if (known == tiers_.end()) {
    if (tiers_.size() >= kMaxTiers) {
      return ResourceExhausted("tier " + tier + ": more than " + std::to_string(kMaxTiers) +
                               " kinds of tier and medium");
    }
    tiers_.push_back(std::move(wanted));
    known = tiers_.end() - 1;
  }
  return static_cast<uint8_t>(known - tiers_.begin());
}

}  // namespace alluxio::master
