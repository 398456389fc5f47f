#include "master/chores/persist_queue.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "master/chores/chores.h"
#include "master/ops/fs_operations.h"
#include "master/state/op_context.h"
#include "metrics/registry.h"

namespace alluxio::master {
namespace {

// A request of a store that deletes many at once takes as many as this, and more.
constexpr size_t kTemporariesAtOnce = 200;

bool Holds(const PersistTicket& ticket, WorkerId worker) {
  for (const BlockInfo& block : ticket.blocks) {
    for (const BlockLocation& location : block.locations) {
      if (location.worker_id == worker) return true;
    }
  }
  return false;
}

bool HeldByAnybody(const PersistTicket& ticket) {
  return std::any_of(ticket.blocks.begin(), ticket.blocks.end(),
                     [](const BlockInfo& block) { return !block.locations.empty(); });
}

// A worker can write it: every block has a copy somewhere. An empty file needs none.
bool Complete(const PersistTicket& ticket) {
  return std::all_of(ticket.blocks.begin(), ticket.blocks.end(),
                     [](const BlockInfo& block) { return !block.locations.empty(); });
}

// "Master.AsyncPersistSuccess" and its like: what became of files on their way to an under store.
metrics::Counter& Count(const char* what) {
  return metrics::Registry::Process().counter(std::string("Master.AsyncPersist") + what);
}

}  // namespace

PersistQueue::PersistQueue(const PersistQueueOptions& options, FsOperations& operations,
                           const Clock& clock)
    : options_(options),
      operations_(operations),
      clock_(clock),
      completions_(Executor::Create(
          {"persisted", options.completions_at_once, 2 * options.max_in_flight})) {
  for (const char* what : {"Success", "Fail", "Cancel", "FileCount", "FileSize"}) Count(what);
}

PersistQueue::~PersistQueue() { Stop(); }

void PersistQueue::Stop() { completions_->Stop(); }

void PersistQueue::Fill() {
  OpContext context(ChoreContext(clock_));
  WakeUp(context);
  size_t known = 0;
  bool sweep = false;
  {
    MutexLock lock(mutex_);
    known = items_.size();
    Duration now = clock_.Monotonic();
    sweep = std::exchange(sweep_due_, false) || now - swept_ >= options_.sweep_every;
    if (sweep) swept_ = now;
  }
  if (sweep) operations_.SweepPersistFolders(clock_.NowMs());
  if (known >= options_.max_in_flight) return;
  // The namespace lists files that are queued here too, so ask for enough to see new ones.
  for (InodeId id : operations_.FilesToPersist(options_.max_in_flight, clock_)) {
    {
      MutexLock lock(mutex_);
      if (items_.count(id) > 0) continue;
      if (items_.size() >= options_.max_in_flight) return;
    }
    OpContext one(ChoreContext(clock_));
    Result<PersistTicket> ticket = operations_.StartPersist(one, id);
    bool gone = ticket.status().Is(StatusCode::kNotFound) ||
                ticket.status().Is(StatusCode::kFailedPrecondition);
    if (gone) continue;  // deleted or persisted meanwhile
    Item item;
    item.since = clock_.Monotonic();
    item.back_off = options_.first_back_off;
    bool ready = ticket.ok() && Complete(*ticket);
    if (!ready) {
      // Blocks may come back with their workers, an under store may answer again.
      if (!ticket.ok()) {
        LOG_WARN("persist: cannot start file={} error={}", id, ticket.status().ToString());
      }
      item.phase = Phase::kBackingOff;
      item.until = clock_.Monotonic() + item.back_off;
    } else {
      item.ticket = *std::move(ticket);
    }
    MutexLock lock(mutex_);
    items_.emplace(id, std::move(item));
  }
}

void PersistQueue::WakeUp(OpContext& context) {
  Duration now = clock_.Monotonic();
  std::vector<InodeId> late;
  std::vector<InodeId> rested;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, item] : items_) {
      if (item.phase == Phase::kInFlight && now >= item.until) late.push_back(id);
      if (item.phase == Phase::kBackingOff && now >= item.until) rested.push_back(id);
    }
  }
  for (InodeId id : late) Retry(context, id, "no answer of the worker in time");
  for (InodeId id : rested) {
    Result<PersistTicket> ticket = operations_.StartPersist(context, id);
    bool gone = ticket.status().Is(StatusCode::kNotFound) ||
                ticket.status().Is(StatusCode::kFailedPrecondition);
    if (!gone && !(ticket.ok() && Complete(*ticket))) {
      Retry(context, id, ticket.ok() ? "blocks without a copy" : ticket.status().ToString());
      continue;
    }
    MutexLock lock(mutex_);
    auto found = items_.find(id);
    if (found == items_.end()) continue;
    if (gone) {
      items_.erase(found);
      continue;
    }
    found->second.phase = Phase::kWaiting;
    found->second.ticket = *std::move(ticket);
  }
}

std::vector<PersistTicket> PersistQueue::TakeFor(WorkerId worker) {
  std::vector<PersistTicket> tickets;
  MutexLock lock(mutex_);
  auto writing = [&](const auto& item) { return IsWriting(item.second, worker); };
  size_t busy = static_cast<size_t>(std::count_if(items_.begin(), items_.end(), writing));
  for (auto& [id, item] : items_) {
    if (tickets.size() >= options_.files_per_heartbeat) break;
    if (busy + tickets.size() >= options_.files_per_worker) break;
    if (item.phase != Phase::kWaiting) continue;
    if (!Holds(item.ticket, worker) && HeldByAnybody(item.ticket)) continue;
    item.phase = Phase::kInFlight;
    item.worker = worker;
    item.until = clock_.Monotonic() + options_.answer_within;
    tickets.push_back(item.ticket);
  }
  return tickets;
}

void PersistQueue::Persisted(WorkerId worker, InodeId id) {
  std::string temp_path;
  {
    MutexLock lock(mutex_);
    auto found = items_.find(id);
    if (found == items_.end() || !IsWriting(found->second, worker)) {
      sweep_due_ = true;
      return;
    }
    temp_path = found->second.ticket.temp_ufs_path;
    found->second.phase = Phase::kCompleting;  // out of the time-out's reach
    ++moving_;
  }
  Status submitted =
      completions_->Submit([this, id, temp_path] { MoveIntoPlace(id, temp_path); });
  if (submitted.ok()) return;
  MutexLock lock(mutex_);
  --moving_;
  auto found = items_.find(id);
  if (found == items_.end()) return;
  found->second.phase = Phase::kBackingOff;
  found->second.until = clock_.Monotonic();
  sweep_due_ = true;
}

void PersistQueue::MoveIntoPlace(InodeId id, const std::string& temp_path) {
  OpContext context(ChoreContext(clock_));
  Status status = operations_.CompletePersist(context, id, temp_path);
  if (status.ok()) {
    int64_t length = 0;
    {
      MutexLock lock(mutex_);
      auto found = items_.find(id);
      if (found != items_.end()) {
        length = found->second.ticket.length;
        items_.erase(found);
      }
    }
    Count("Success").Add();
    Count("FileCount").Add();
    Count("FileSize").Add(length);
  } else {
    Retry(context, id, status.ToString());
  }
  DropTemporaries();
}

void PersistQueue::DropTemporaries() {
  size_t at_least = kTemporariesAtOnce;
  {
    MutexLock lock(mutex_);
    if (--moving_ == 0) at_least = 1;
  }
  Status dropped = operations_.DropTemporaries(at_least);
  if (dropped.ok()) return;
  LOG_WARN("persist: temporaries stay until the next sweep: {}", dropped.ToString());
  MutexLock lock(mutex_);
  sweep_due_ = true;
}

void PersistQueue::Failed(OpContext& context, WorkerId worker, InodeId id,
                          const std::string& reason) {
  {
    MutexLock lock(mutex_);
    auto found = items_.find(id);
    if (found == items_.end() || !IsWriting(found->second, worker)) return;
  }
  Retry(context, id, reason);
}

void PersistQueue::Registered(WorkerId worker) {
  MutexLock lock(mutex_);
  // What it was writing may have been asked for by an earlier run of this master, so whether or not
  // it is in this queue, a copy may have been left.
  sweep_due_ = true;
  for (auto& [id, item] : items_) {
    if (!IsWriting(item, worker)) continue;
    item.phase = Phase::kBackingOff;
    item.until = clock_.Monotonic();
  }
}

void PersistQueue::Retry(OpContext& context, InodeId id, const std::string& reason) {
  bool give_up = false;
  {
    MutexLock lock(mutex_);
    auto found = items_.find(id);
    if (found == items_.end()) return;
    Item& item = found->second;
    Duration now = clock_.Monotonic();
    give_up = options_.give_up_after > Duration::zero() &&
              now - item.since > options_.give_up_after;
    item.phase = Phase::kBackingOff;
    item.until = now + item.back_off;
    item.back_off = std::min(item.back_off * 2, options_.max_back_off);
  }
  LOG_WARN("persist: attempt failed file={} give_up={} reason={}", id, give_up, reason);
  Status status = operations_.FailPersist(context, id, reason, give_up);
  bool gone = status.Is(StatusCode::kNotFound);
  if (!gone) LogIfError(status, "noting a failed attempt to persist");
  if (!give_up && !gone) return;
  Count(gone ? "Cancel" : "Fail").Add();
  MutexLock lock(mutex_);
  items_.erase(id);
}

size_t PersistQueue::waiting() const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(std::count_if(items_.begin(), items_.end(), [](const auto& item) {
    return item.second.phase != Phase::kInFlight;
  }));
}

size_t PersistQueue::in_flight() const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(std::count_if(items_.begin(), items_.end(), [](const auto& item) {
    return item.second.phase == Phase::kInFlight;
  }));
}

}  // namespace alluxio::master
