#include "journal/ufs/ufs_journal.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <optional>

#include "base/check.h"
#include "base/log.h"
#include "conf/configuration.h"
#include "env/executor.h"
#include "journal/entry_bytes.h"
#include "journal/ufs/append_queue.h"
#include "journal/ufs/checkpoint_stream.h"
#include "journal/ufs/component_takeover.h"
#include "journal/ufs/fence.h"
#include "journal/ufs/flush_pace.h"
#include "journal/ufs/flush_watch.h"
#include "journal/ufs/folder_follower.h"
#include "journal/ufs/format_journal.h"
#include "journal/ufs/group_writer.h"
#include "metrics/registry.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

// A standby may be writing a checkpoint for so long; Java's threshold for the same.
constexpr Duration kTemporaryAge = std::chrono::minutes(30);
constexpr Duration kWaitNote = std::chrono::seconds(10);
constexpr Duration kProofInterval = std::chrono::milliseconds(10);
constexpr int kTakeoverTries = 20;

bool MayPass(const Status& failure) {
  return failure.Is(StatusCode::kUnavailable) || failure.Is(StatusCode::kDeadlineExceeded);
}

class GroupCommitJournal final : public UfsJournal {
 public:
  GroupCommitJournal(std::shared_ptr<ufs::Ufs> ufs, UfsJournalOptions options)
      : ufs_(std::move(ufs)),
        options_(std::move(options)),
        fence_(*options_.lease),
        fenced_(Fenced(ufs_, fence_)),
        writer_(*fenced_, fence_, queue_, *options_.clock,
                {.log_size_bytes_max = options_.log_size_bytes_max,
                 .flush_timeout = options_.flush_timeout,
                 .retry_interval = options_.retry_interval,
                 .followed = !alone()}) {}

  ~GroupCommitJournal() override { LogIfError(Close(), "journal: closed by destruction"); }

  Result<ReplayReport> Recover(const std::vector<StateMachine*>& machines) override;
  Result<ReplayReport> Follow(const std::vector<StateMachine*>& machines,
                              FollowOptions options) override;
  JournalLag Lag() const override {
    CHECK(follower_ != nullptr) << "asked how far it is before it began";
    return follower_->Lag();
  }
  Status TakeOver(const TakeoverEntry& entry) override;
  Position Append(Component component, const JournalEntry& entry) override;
  void BeginTogether(Component component) override { queue_.BeginTogether(component); }
  void EndTogether(Component component) override { queue_.EndTogether(component); }
  bool WouldAdmit() const override {
    return queue_.queued_bytes() < options_.queue_limit_bytes;
  }
  Position durable() const override { return queue_.durable(); }
  Position appended() const override { return queue_.appended(); }
  void WhenDurable(Position position, Callback<void(Status)> done) override {
    queue_.WhenDurable(position, std::move(done));
  }
  Status WaitDurable(Position position) override;
  Status Checkpoint(
      const std::function<void(const std::function<void()>&)>& freeze) override;
  Result<int64_t> Backup(const std::function<void(const std::function<void()>&)>& freeze,
                         CheckpointSink& sink) override;
  Status Close() override;

  int64_t EntriesSinceCheckpoint() const override {
    int64_t most = 0;
    if (follower_ == nullptr) return most;
    for (Component component : kComponents) {
      int64_t ours = checkpoint_end_[IndexOf(component)].load(std::memory_order_relaxed);
      int64_t covered = std::max(ours, follower_->of(component).checkpoint_end());
      most = std::max(most, NextSequenceNumber(component) - covered);
    }
    return most;
  }
  int64_t NextSequenceNumber(Component component) const override {
    if (serving_.load(std::memory_order_acquire)) return queue_.Next(component);
    return follower_ == nullptr ? 0 : follower_->of(component).next();
  }

 private:
  using Freeze = std::function<void(const std::function<void()>&)>;

  // Is this master alone on the folder by configuration?
  bool alone() const { return options_.lease == &election::Lease::Forever(); }
  Result<ReplayReport> Load(const std::vector<StateMachine*>& machines, FollowOptions options);
  Status TakeOverAll(const TakeoverEntry& entry);
  Status TakeOverOne(Component component, const TakeoverEntry& entry);
  Status AwaitStore(const std::function<Status()>& step);
  Status Patiently(const std::function<Status()>& step);
  void RunFlusher();
  void GiveUp(const Status& why);
  Status RunCheckpoint(const Freeze& freeze);
  Result<int64_t> RunBackup(const std::function<void(const std::function<void()>&)>& freeze,
                            CheckpointSink& sink);
  Status FinishCheckpoint(const std::vector<CheckpointPart>& parts, Position position,
                          bool serving);
  Status AwaitProven(const std::vector<CheckpointPart>& parts);
  Status CompleteLogs();
  void WarnOfCatalog();

  const std::shared_ptr<ufs::Ufs> ufs_;  // shared with whoever opened it
  const UfsJournalOptions options_;
  LeaseFence fence_;
  const std::shared_ptr<ufs::Ufs> fenced_;  // ours alone; made by a function that hands out these
  AppendQueue queue_;
  GroupWriter writer_;  // the flusher's alone, once there is one
  // Set by Recover or Follow, before any other thread is here.
  std::shared_ptr<void> lock_;
  std::vector<StateMachine*> machines_;
  std::unique_ptr<FolderFollower> follower_;
  std::unique_ptr<Executor> flusher_;  // set by TakeOver, as is the next
  std::unique_ptr<FlushWatch> watch_;
  std::atomic<bool> serving_ = false;  // release/acquire: who sees it sees the queue's numbers
  // Relaxed: a trigger of checkpoints, and a hint to the flusher.
  std::array<std::atomic<int64_t>, kComponentCount> checkpoint_end_{};
  std::atomic<bool> rotate_ = false;
  std::atomic<bool> checkpoint_running_ = false;  // exchange decides who runs
  std::atomic<bool> closed_ = false;
  Mutex proof_mutex_{LockRank::kLeaf};  // to wait with; nobody notifies
  CondVar proof_wait_;
  std::atomic<bool> given_up_ = false;  // exchange decides who says so
  metrics::Timer& flush_time_ = metrics::Registry::Process().timer("Master.JournalFlushTimer");
};

Result<ReplayReport> GroupCommitJournal::Load(const std::vector<StateMachine*>& machines,
                                              FollowOptions options) {
  CHECK(follower_ == nullptr) << "a journal is recovered or followed once";
  RETURN_IF_ERROR(AwaitStore([this] { return CheckJournalFormatted(*ufs_); }));
  WarnOfCatalog();
  machines_ = machines;
  follower_ =
      std::make_unique<FolderFollower>(*ufs_, machines, std::move(options), *options_.clock);
  ReplayReport report;
  RETURN_IF_ERROR(AwaitStore([&] {
    ASSIGN_OR_RETURN(report, follower_->Load());
    return OkStatus();
  }));
  return report;
}

// A name node that was started a moment ago refuses changes, and does not know yet where the blocks
// of the logs are.
Status GroupCommitJournal::AwaitStore(const std::function<Status()>& step) {
  Duration begun = options_.clock->Monotonic();
  std::optional<Duration> noted;
  Status done = step();
  while (MayPass(done)) {
    Duration now = options_.clock->Monotonic();
    Duration left = begun + options_.start_patience - now;
    if (left <= Duration::zero()) return done;
    if (options_.stopping && options_.stopping()) {
      return Aborted("stopped while it waited for the store: " + done.ToString());
    }
    if (!noted || now - *noted >= kWaitNote) {
      noted = now;
      LOG_WARN("journal: waiting for the store folder={} given_up_in_ms={} error=\"{}\"",
               ufs_->root(), ToMillis(left), done.ToString());
    }
    {
      MutexLock lock(proof_mutex_);
      proof_wait_.WaitFor(proof_mutex_, std::min(left, options_.retry_interval));
    }
    done = step();
  }
  if (noted && done.ok()) LOG_INFO("journal: the store answers folder={}", ufs_->root());
  return done;
}

Result<ReplayReport> GroupCommitJournal::Follow(const std::vector<StateMachine*>& machines,
                                                FollowOptions options) {
  ASSIGN_OR_RETURN(ReplayReport report, Load(machines, std::move(options)));
  follower_->Start();
  return report;
}

Result<ReplayReport> GroupCommitJournal::Recover(const std::vector<StateMachine*>& machines) {
  if (alone()) {
    ASSIGN_OR_RETURN(lock_, LockJournal(*ufs_));
  }
  ASSIGN_OR_RETURN(ReplayReport report, Load(machines, {}));
  uint64_t before = report.entries;
  RETURN_IF_ERROR(TakeOver(nullptr));
  report.entries = 0;
  for (Component component : kComponents) report.entries += follower_->of(component).entries();
  if (report.entries != before) {
    LOG_INFO("journal: read from open logs entries={}", report.entries - before);
  }
  return report;
}

Status GroupCommitJournal::TakeOver(const TakeoverEntry& entry) {
  CHECK(follower_ != nullptr) << "taken over before it was followed";
  CHECK(flusher_ == nullptr) << "a journal is taken over once";
  // With several masters the predecessor may hold the lock and be paused; the lease decides then.
  if (alone() && lock_ == nullptr) {
    ASSIGN_OR_RETURN(lock_, LockJournal(*ufs_));
  }
  follower_->Stop();
  RETURN_IF_ERROR(TakeOverAll(entry));
  serving_.store(true, std::memory_order_release);
  // While nobody can tell whose the folder is, nothing is written: not the store's fault.
  watch_ = std::make_unique<FlushWatch>(
      options_.flush_timeout, [this] { return options_.lease->Held(); },
      [this] { GiveUp(DeadlineExceeded("a call to the store has not come back")); });
  flusher_ = Executor::Create({.name = "journal", .threads = 1, .queue_limit = 1});
  return flusher_->Submit([this] { RunFlusher(); });
}

// On a thread for each component: on a remote store every step is some round trips.
Status GroupCommitJournal::TakeOverAll(const TakeoverEntry& entry) {
  std::array<Status, kComponentCount> done;
  {
    auto threads = Executor::Create(
        {.name = "takeover", .threads = kComponentCount, .queue_limit = kComponentCount});
    for (Component component : kComponents) {
      size_t index = IndexOf(component);
      done[index] = Aborted("not taken over");
      RETURN_IF_ERROR(threads->Submit([this, component, &entry, out = &done[index]] {
        *out = TakeOverOne(component, entry);
      }));
    }
  }  // waits
  for (Component component : kComponents) {
    RETURN_IF_ERROR(done[IndexOf(component)]);
    int64_t next = follower_->of(component).next();
    queue_.SetNext(component, next);
    writer_.Open(component, next);
  }
  return OkStatus();
}

Status GroupCommitJournal::TakeOverOne(Component component, const TakeoverEntry& entry) {
  ComponentFollower& follower = follower_->of(component);
  RETURN_IF_ERROR(Patiently([&] {
    return ComponentTakeover(*fenced_, component, follower, entry).Run();
  }));
  int64_t before_ms = alone() ? std::numeric_limits<int64_t>::max()
                              : options_.clock->NowMs() - ToMillis(kTemporaryAge);
  std::string logs = FolderOf(follower.name()) + "/logs";
  return Patiently([&] {
    Status dropped = fenced_->DropLeftovers(logs, before_ms);
    if (!dropped.ok() && !dropped.Is(StatusCode::kNotFound)) return dropped;
    return DropTemporary(*fenced_, follower.name(), before_ms);
  });
}

// A step that may be taken again, for as long as a store that loses a node or two may need.
Status GroupCommitJournal::Patiently(const std::function<Status()>& step) {
  if (alone()) return AwaitStore(step);
  Status done = step();
  for (int tries = 1; tries < kTakeoverTries; ++tries) {
    if (!MayPass(done) || fence_.lost() || closed_) return done;
    LOG_WARN("journal: taking over is tried again: {}", done.ToString());
    {
      MutexLock lock(proof_mutex_);
      proof_wait_.WaitFor(proof_mutex_, options_.retry_interval / 5);
    }
    done = step();
  }
  return done;
}

// The catalog service is not served; its entries stay in the folder as they are.
void GroupCommitJournal::WarnOfCatalog() {
  Result<ufs::UfsListing> logs = ufs_->List("TableMaster/v1/logs", {.limit = 1});
  if (logs.ok() && !logs->entries.empty()) {
    LOG_WARN("journal: TableMaster has entries, which are kept but not served folder={}",
             ufs_->root());
  }
}

Position GroupCommitJournal::Append(Component component, const JournalEntry& entry) {
  CHECK(flusher_ != nullptr) << "append before the journal was recovered";
  CHECK(!entry.has_sequence_number()) << "the journal numbers its entries itself";
  thread_local std::string payload;
  EntryToBytes(entry, &payload);
  return queue_.Append(component, payload);
}

Status GroupCommitJournal::WaitDurable(Position position) {
  struct Outcome {
    Mutex mutex;
    CondVar changed;
    std::optional<Status> status;
  };
  // Shared with the callback, which may still hold it while this thread returns.
  auto outcome = std::make_shared<Outcome>();
  queue_.WhenDurable(position, [outcome](Status status) {
    MutexLock lock(outcome->mutex);
    outcome->status = std::move(status);
    outcome->changed.NotifyAll();
  });
  MutexLock lock(outcome->mutex);
  while (!outcome->status) outcome->changed.Wait(outcome->mutex);
  return *outcome->status;
}

void GroupCommitJournal::RunFlusher() {
  AppendQueue::Batch batch;
  FlushPace pace;
  while (queue_.Take(&batch, options_.tend_interval, pace.patience())) {
    watch_->Begin();
    writer_.Tend();
    watch_->End();
    if (batch.position == 0) continue;
    Status flushed;
    {
      metrics::ScopedTimer timer(flush_time_, *options_.clock);
      Duration begun = options_.clock->Monotonic();
      watch_->Begin();
      if (rotate_.exchange(false, std::memory_order_relaxed)) writer_.RequestRotation();
      flushed = writer_.Write(batch);
      pace.Took(options_.clock->Monotonic() - begun);
      watch_->End();
    }
    if (!flushed.ok()) return GiveUp(flushed);
    if (given_up_.load(std::memory_order_acquire)) return;
    // Here and not on a thread of their own: waking one takes longer than handing the answers to
    // the transport, which sends what comes in one run together.
    for (Callback<void(Status)>& done : queue_.Publish(batch)) done(OkStatus());
  }
}

// On the flusher, or beside it when that is stuck.
void GroupCommitJournal::GiveUp(const Status& why) {
  if (given_up_.exchange(true, std::memory_order_acq_rel)) return;
  Status failure =
      Unavailable("Journal " + ufs_->root() + " cannot be written: " + why.ToString());
  LOG_ERROR("journal: failed for good, this master must end: {}", failure.message());
  queue_.Fail(failure);
  if (options_.on_fatal) options_.on_fatal(failure);
}

Status GroupCommitJournal::Checkpoint(const Freeze& freeze) {
  CHECK(follower_ != nullptr) << "checkpoint before the journal was read";
  if (checkpoint_running_.exchange(true)) {
    return Aborted("Journal " + ufs_->root() + ": a checkpoint is running already");
  }
  Status status = RunCheckpoint(freeze);
  checkpoint_running_ = false;
  return status;
}

Result<int64_t> GroupCommitJournal::Backup(const Freeze& freeze, CheckpointSink& sink) {
  CHECK(follower_ != nullptr) << "backup before the journal was read";
  if (checkpoint_running_.exchange(true)) {
    return Aborted("Journal " + ufs_->root() + ": a checkpoint or a backup is running already");
  }
  Result<int64_t> count = RunBackup(freeze, sink);
  checkpoint_running_ = false;
  return count;
}

Result<int64_t> GroupCommitJournal::RunBackup(const Freeze& freeze, CheckpointSink& sink) {
  // The order in which Java expects components.
  std::vector<StateMachine*> machines = machines_;
  std::sort(machines.begin(), machines.end(), [](StateMachine* a, StateMachine* b) {
    return ComponentName(a->component()) < ComponentName(b->component());
  });
  Position position = 0;
  Result<std::unique_ptr<ForkedChild>> child = FailedPrecondition("nothing was frozen");
  freeze([&] {
    position = queue_.appended();
    child = ForkedChild::Start([&](ChildPipe& pipe) { SendEntries(machines, pipe); });
  });
  RETURN_IF_ERROR(child.status());
  ASSIGN_OR_RETURN(int64_t count, ReceiveEntries(**child, sink));
  // What a crash could take back must not live on in a backup.
  RETURN_IF_ERROR(WaitDurable(position));
  return count;
}

Status GroupCommitJournal::RunCheckpoint(const Freeze& freeze) {
  std::vector<CheckpointPart> parts;
  Position position = 0;
  bool serving = false;
  Result<std::unique_ptr<ForkedChild>> child = FailedPrecondition("nothing was frozen");
  Duration frozen{};
  freeze([&] {
    Duration begun = options_.clock->Monotonic();
    serving = serving_.load(std::memory_order_acquire);
    for (StateMachine* machine : machines_) {
      size_t index = IndexOf(machine->component());
      int64_t next = NextSequenceNumber(machine->component());
      if (next > checkpoint_end_[index].load(std::memory_order_relaxed)) {
        parts.push_back({.machine = machine, .end = next, .temporary_key = ""});
      }
    }
    position = queue_.appended();
    if (!parts.empty()) {
      child = ForkedChild::Start([&](ChildPipe& pipe) { SendCheckpoints(parts, pipe); });
    }
    frozen = options_.clock->Monotonic() - begun;
  });
  if (parts.empty()) return OkStatus();
  RETURN_IF_ERROR(child.status());
  if (serving) rotate_.store(true, std::memory_order_relaxed);
  RETURN_IF_ERROR(
      ReceiveCheckpoints(**child, serving ? *fenced_ : *ufs_, *options_.rng, &parts));
  Status finished = FinishCheckpoint(parts, position, serving);
  if (!finished.ok()) {
    DropParts(*ufs_, parts);
    return finished;
  }
  LOG_INFO("journal: checkpoint done components={} frozen_ms={}", parts.size(), ToMillis(frozen));
  return OkStatus();
}

Status GroupCommitJournal::FinishCheckpoint(const std::vector<CheckpointPart>& parts,
                                            Position position, bool serving) {
  // The frozen image may contain entries that were not durable yet; a checkpoint must not be ahead
  // of the log it stands for.
  RETURN_IF_ERROR(serving ? WaitDurable(position) : AwaitProven(parts));
  ufs::Ufs& ufs = serving ? *fenced_ : *ufs_;
  RETURN_IF_ERROR(CommitCheckpoints(ufs, parts));
  for (const CheckpointPart& part : parts) {
    Component component = part.machine->component();
    checkpoint_end_[IndexOf(component)].store(part.end, std::memory_order_relaxed);
    LogIfError(DropCovered(ufs, ComponentName(component)),
               "journal: old files stay until the next checkpoint");
    if (!serving || alone()) continue;
    LogIfError(ComponentTakeover::DropLateLogs(ufs, ComponentName(component)),
               "journal: late logs stay until the next checkpoint");
  }
  return OkStatus();
}

// What a follower has read of an open log may be taken back by a power loss, or be left out by a
// takeover, until a later flush or the end of the log says that it is durable.
Status GroupCommitJournal::AwaitProven(const std::vector<CheckpointPart>& parts) {
  Duration deadline = options_.clock->Monotonic() + options_.checkpoint_patience;
  for (const CheckpointPart& part : parts) {
    const ComponentFollower& follower = follower_->of(part.machine->component());
    while (follower.proven() < part.end) {
      if (follower_->diverged() || closed_) return Aborted("checkpoint: the follower has ended");
      if (options_.clock->Monotonic() >= deadline) {
        return Aborted("checkpoint: entry " + std::to_string(part.end - 1) + " of " +
                       follower.name() + " is not known to be durable yet");
      }
      MutexLock lock(proof_mutex_);
      proof_wait_.WaitFor(proof_mutex_, kProofInterval);
    }
  }
  return OkStatus();
}

Status GroupCommitJournal::Close() {
  if (closed_.exchange(true)) return OkStatus();
  queue_.Stop();
  fence_.StopWaiting();
  if (follower_ != nullptr) follower_->Stop();
  Status status;
  if (flusher_ != nullptr) {
    flusher_->Stop();
    watch_.reset();
    status = given_up_.load(std::memory_order_acquire) ? queue_.failure() : CompleteLogs();
    queue_.Fail(Unavailable("Journal " + ufs_->root() + " is closed"));
  }
  lock_.reset();
  return status;
}

// The logs of a master that has lost its place are its successor's to complete.
Status GroupCommitJournal::CompleteLogs() {
  if (!options_.lease->Held()) return OkStatus();
  RETURN_IF_ERROR(writer_.Complete());
  if (alone()) return OkStatus();
  for (Component component : kComponents) {
    RETURN_IF_ERROR(ComponentTakeover::DropLateLogs(*fenced_, ComponentName(component)));
  }
  return OkStatus();
}

}  // namespace

UfsJournalOptions UfsJournalOptions::From(const conf::Configuration& conf) {
  UfsJournalOptions options;
  options.log_size_bytes_max = conf.GetBytes("alluxio.master.journal.log.size.bytes.max");
  options.flush_timeout = conf.GetDuration("alluxio.master.journal.flush.timeout");
  options.start_patience = options.flush_timeout;
  return options;
}

std::unique_ptr<UfsJournal> UfsJournal::Create(std::shared_ptr<ufs::Ufs> ufs,
                                               UfsJournalOptions options) {
  return std::make_unique<GroupCommitJournal>(std::move(ufs), std::move(options));
}

}  // namespace alluxio::journal
