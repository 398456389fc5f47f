#include "worker/report/registration.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "metrics/registry.h"

namespace alluxio::worker {
namespace {

stub::BlockPlace PlaceOf(const StorageLocation& location) {
  return {location.tier_alias, location.medium};
}

// Whether the master's answer may come from not knowing this worker (any more).
bool MayBeForgotten(const Status& status) {
  return status.Is(StatusCode::kNotFound) || status.Is(StatusCode::kFailedPrecondition) ||
         status.Is(StatusCode::kUnavailable);
}

}  // namespace

Registration::Registration(const RegistrationOptions& options,
                           stub::BlockMasterWorkerClient& master, BlockStore& store, Clock& clock,
                           std::function<void()> wake)
    : options_(options), master_(master), store_(store), clock_(clock), wake_(std::move(wake)),
      reporter_(store.AddReporter()) {}

Registration::~Registration() { store_.RemoveReporter(reporter_); }

WorkerId Registration::worker_id() const {
  MutexLock lock(mutex_);
  return worker_id_;
}

bool Registration::registered() const {
  MutexLock lock(mutex_);
  return registered_;
}

// Waits until the master has answered a whole tick that began after now, so that `registered_` is
// what the master says and not what this worker remembers.
bool Registration::AwaitFreshTick() {
  Duration deadline = clock_.Monotonic() + options_.publish_patience;
  uint64_t enough = 0;
  {
    MutexLock lock(mutex_);
    enough = ticks_ + 2;  // One may be under way already.
  }
  wake_();
  MutexLock lock(mutex_);
  while (ticks_ < enough || !registered_) {
    Duration left = deadline - clock_.Monotonic();
    if (left <= Duration::zero()) return false;
    changed_.WaitFor(mutex_, left);
  }
  return true;
}

void Registration::Tick() {
  bool answered = RunTick();
  MutexLock lock(mutex_);
  if (answered) ++ticks_;
  changed_.NotifyAll();
}

bool Registration::RunTick() {
  if (clock_.Monotonic() < next_attempt_) return false;
  Status outcome;
  if (registered()) {
    outcome = Heartbeat(worker_id()).WithContext("heartbeat");
    NoteOutcome(outcome);
    if (registered()) return outcome.ok();
  }
  outcome = Register().WithContext("register");
  NoteOutcome(outcome);
  return outcome.ok();
}

void Registration::NoteOutcome(const Status& status) {
  if (status.ok()) {
    if (pause_ > Duration::zero()) LOG_INFO("worker: the master answers again");
    pause_ = Duration::zero();
    next_attempt_ = Duration::zero();
    return;
  }
  // Said once an outage; the pauses keep the tries few.
  if (pause_ == Duration::zero()) {
    LOG_WARN("worker: master not reached error={}", status.ToString());
  }
  pause_ = std::clamp(pause_ * 2, Duration(100ms), Duration(kMaxPause));
  next_attempt_ = clock_.Monotonic() + pause_;
}

Status Registration::Register() {
  ASSIGN_OR_RETURN(WorkerId worker, master_.GetWorkerId(address_));
  if (options_.use_lease) RETURN_IF_ERROR(AwaitLease(worker));
  StoreReport report = store_.TakeReport(reporter_);
  stub::WorkerRegistration registration;
  registration.worker_id = worker;
  registration.tiers = report.usage.tiers;
  registration.total_bytes_on_tiers = report.usage.capacity_bytes;
  registration.used_bytes_on_tiers = report.usage.used_bytes;
  registration.lost_storage = report.usage.lost_dirs;
  for (auto& [location, blocks] : report.blocks) {
    registration.blocks.push_back({PlaceOf(location), std::move(blocks)});
  }
  registration.configs = options_.configs;
  registration.version = options_.version;
  registration.revision = options_.revision;
  registration.cpus = options_.cpus;
  if (options_.use_stream) {
    RETURN_IF_ERROR(master_.RegisterWorkerStream(registration, options_.stream_batch));
  } else {
    RETURN_IF_ERROR(master_.RegisterWorker(registration));
  }
  metrics::Registry::Process().counter("Worker.MasterRegistrationSuccessCount").Add();
  LOG_INFO("worker: registered id={} blocks={}", worker, report.usage.block_count);
  MutexLock lock(mutex_);
  worker_id_ = worker;
  registered_ = true;
  return OkStatus();
}

Status Registration::AwaitLease(WorkerId worker) {
  auto count = static_cast<int64_t>(store_.Usage().block_count);
  Result<stub::RegisterLease> lease = master_.RequestRegisterLease(worker, count);
  if (!lease.ok()) return lease.status();
  // The next tick asks again.
  return lease->allowed ? OkStatus() : Unavailable("the master admits no registration now");
}

Status Registration::Heartbeat(WorkerId worker) {
  StoreUsage usage = store_.Usage();
  StoreChanges changes = store_.TakeChanges(reporter_, kMaxChanges);
  if (changes.lost) {
    LOG_INFO("worker: too much has changed since the master was told, registering again");
    Forget();
    return OkStatus();
  }
  stub::BlockHeartbeat heartbeat;
  heartbeat.worker_id = worker;
  heartbeat.capacity_bytes_on_tiers = usage.capacity_bytes;
  heartbeat.used_bytes_on_tiers = usage.used_bytes;
  heartbeat.lost_storage = usage.lost_dirs;
  heartbeat.removed.assign(changes.removed.begin(), changes.removed.end());
  std::map<StorageLocation, std::vector<BlockId>> added;
  for (const auto& [id, location] : changes.added) added[location].push_back(id);
  for (auto& [location, blocks] : added) {
    heartbeat.added.push_back({PlaceOf(location), std::move(blocks)});
  }
  heartbeat.source = address_.host;
  heartbeat.metrics = counters_.Take();
  Result<stub::MasterCommand> command = master_.Heartbeat(heartbeat);
  if (command.ok()) counters_.Confirm();
  if (!command.ok()) {
    store_.ReturnChanges(reporter_, std::move(changes));
    if (command.status().Is(StatusCode::kNotFound)) Forget();
    return command.status();
  }
  Obey(*command);
  return OkStatus();
}

void Registration::Obey(const stub::MasterCommand& command) {
  switch (command.type) {
    case stub::MasterCommandType::kNothing:
      return;
    case stub::MasterCommandType::kRegister:
      LOG_INFO("worker: the master asks to register again");
      return Forget();
    case stub::MasterCommandType::kFree:
      for (BlockId block : command.data) {
        Status removed = store_.Remove(block);
        if (!removed.Is(StatusCode::kNotFound)) LogIfError(removed, "worker: free of a block");
      }
      return;
    default:
      LOG_WARN("worker: command of the master ignored type={}", static_cast<int>(command.type));
  }
}

void Registration::Forget() {
  MutexLock lock(mutex_);
  registered_ = false;
}

Status Registration::Publish(const CommittedBlock& block) {
  Status published = registered() ? Commit(master_, block)
                                  : Unavailable("this worker is not registered with the master");
  if (!published.ok() && MayBeForgotten(published)) {
    // A heartbeat finds out whether the master still knows this worker.
    if (AwaitFreshTick()) published = Commit(master_, block);
  }
  if (published.ok()) {
    store_.Announce(block.id);
    return OkStatus();
  }
  Status removed = store_.Remove(block.id);
  if (!removed.Is(StatusCode::kNotFound)) LogIfError(removed, "worker: unpublished block");
  return published.WithContext(fmt::format("block {}: not committed at the master", block.id));
}

Status Registration::Commit(stub::BlockMasterWorkerClient& master, const CommittedBlock& block) {
  stub::BlockCommit commit;
  commit.worker_id = worker_id();
  commit.block_id = block.id;
  commit.length = block.length;
  commit.place = PlaceOf(block.location);
  commit.used_bytes_on_tier = block.used_bytes_on_tier;
  return master.CommitBlock(commit);
}

}  // namespace alluxio::worker
