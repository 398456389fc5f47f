#include "journal/ufs/ufs_journal.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>

#include "base/check.h"
#include "base/log.h"
#include "conf/configuration.h"
#include "env/executor.h"
#include "journal/ufs/append_queue.h"
#include "journal/ufs/checkpoint_stream.h"
#include "journal/ufs/component_log.h"
#include "journal/ufs/component_replay.h"
#include "journal/ufs/format_journal.h"
#include "metrics/registry.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

class GroupCommitJournal final : public UfsJournal {
 public:
  GroupCommitJournal(std::shared_ptr<ufs::Ufs> ufs, UfsJournalOptions options)
      : ufs_(std::move(ufs)), options_(std::move(options)) {}

  ~GroupCommitJournal() override { LogIfError(Close(), "journal: closed by destruction"); }

  Result<ReplayReport> Recover(const std::vector<StateMachine*>& machines) override;
  Position Append(Component component, const JournalEntry& entry) override;
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
  Status Close() override;

  int64_t EntriesSinceCheckpoint() const override {
    int64_t most = 0;
    for (Component component : kComponents) {
      int64_t covered = checkpoint_end_[IndexOf(component)].load(std::memory_order_relaxed);
      most = std::max(most, queue_.Next(component) - covered);
    }
    return most;
  }
  int64_t NextSequenceNumber(Component component) const override {
    return queue_.Next(component);
  }

 private:
  void RunFlusher();
  Status Flush(const AppendQueue::Batch& batch);
  Status WriteWithRetry(ComponentLog& log, std::string_view frames, int64_t end);
  Status RunCheckpoint(const std::function<void(const std::function<void()>&)>& freeze);
  void WarnOfCatalog();
  Result<ReplayReport> ReplayAll();
  Result<ComponentReplay> ReplayOne(Component component);

  const std::shared_ptr<ufs::Ufs> ufs_;  // shared with whoever opened it
  const UfsJournalOptions options_;
  AppendQueue queue_;
  // Set by Recover, before any other thread is here.
  std::shared_ptr<void> lock_;
  std::vector<StateMachine*> machines_;
  std::array<std::optional<ComponentLog>, kComponentCount> logs_;  // then the flusher's alone
  std::unique_ptr<Executor> flusher_;
  // Relaxed: a trigger of checkpoints, and a hint to the flusher.
  std::array<std::atomic<int64_t>, kComponentCount> checkpoint_end_{};
  std::atomic<bool> rotate_ = false;
  std::atomic<bool> checkpoint_running_ = false;  // exchange decides who runs
  std::atomic<bool> closed_ = false;
  Status failure_;  // written by the flusher before it ends, read by Close() after
  metrics::Timer& flush_time_ = metrics::Registry::Process().timer("Master.JournalFlushTimer");
  metrics::Counter& flush_failures_ =
      metrics::Registry::Process().counter("Master.JournalFlushFailure");
};

Result<ReplayReport> GroupCommitJournal::Recover(const std::vector<StateMachine*>& machines) {
  CHECK(flusher_ == nullptr) << "a journal is recovered once";
  Duration started = options_.clock->Monotonic();
  ASSIGN_OR_RETURN(lock_, LockJournal(*ufs_));
  RETURN_IF_ERROR(CheckJournalFormatted(*ufs_));
  WarnOfCatalog();
  machines_ = machines;
  ASSIGN_OR_RETURN(ReplayReport report, ReplayAll());
  report.seconds = static_cast<double>((options_.clock->Monotonic() - started).count()) / 1e9;
  flusher_ = Executor::Create({.name = "journal", .threads = 1, .queue_limit = 1});
  RETURN_IF_ERROR(flusher_->Submit([this] { RunFlusher(); }));
  return report;
}

// Components share no state, so each is replayed on a thread of its own.
Result<ReplayReport> GroupCommitJournal::ReplayAll() {
  std::array<Result<ComponentReplay>, kComponentCount> replays = {
      Aborted("not replayed"), Aborted("not replayed"), Aborted("not replayed")};
  {
    auto threads = Executor::Create(
        {.name = "replay", .threads = kComponentCount, .queue_limit = kComponentCount});
    for (Component component : kComponents) {
      RETURN_IF_ERROR(threads->Submit([this, component, out = &replays[IndexOf(component)]] {
        *out = ReplayOne(component);
      }));
    }
  }  // waits
  ReplayReport report;
  for (Component component : kComponents) {
    size_t index = IndexOf(component);
    ASSIGN_OR_RETURN(ComponentReplay replay, std::move(replays[index]));
    std::string_view name = ComponentName(component);
    report.entries += replay.entries;
    report.checkpoints += replay.checkpoint_end > 0 ? 1 : 0;
    checkpoint_end_[index] = replay.checkpoint_end;
    queue_.SetNext(component, replay.next_sequence_number);
    logs_[index].emplace(*ufs_, name, replay.next_sequence_number, options_.log_size_bytes_max);
    LOG_INFO("journal: replayed component={} checkpoint={} entries={} next={}", name,
             replay.checkpoint_end, replay.entries, replay.next_sequence_number);
  }
  return report;
}

Result<ComponentReplay> GroupCommitJournal::ReplayOne(Component component) {
  StateMachine* machine = nullptr;
  for (StateMachine* candidate : machines_) {
    if (candidate->component() == component) machine = candidate;
  }
  std::string_view name = ComponentName(component);
  RETURN_IF_ERROR(DropTemporary(*ufs_, name));
  return ReplayComponent(*ufs_, name, machine);
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
  payload.clear();
  CHECK(entry.AppendToString(&payload)) << "an entry that cannot be serialized";
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
  while (queue_.Take(&batch)) {
    Status flushed;
    {
      metrics::ScopedTimer timer(flush_time_, *options_.clock);
      flushed = Flush(batch);
    }
    if (!flushed.ok()) {
      failure_ = Unavailable("Journal " + ufs_->root() + " cannot be written: " +
                             flushed.ToString());
      LOG_ERROR("journal: failed for good, this master must end: {}", failure_.message());
      queue_.Fail(failure_);
      if (options_.on_fatal) options_.on_fatal(failure_);
      return;
    }
    // Here and not on a thread of their own: waking one takes longer than handing the answers to
    // the transport, which sends what comes in one run together.
    for (Callback<void(Status)>& done : queue_.Publish(batch)) done(OkStatus());
  }
}

Status GroupCommitJournal::Flush(const AppendQueue::Batch& batch) {
  bool rotate = rotate_.exchange(false, std::memory_order_relaxed);
  for (Component component : kComponents) {  // in the order that docs/design/0001 asks for
    size_t index = IndexOf(component);
    if (rotate) logs_[index]->RequestRotation();
    if (batch.frames[index].empty()) continue;
    RETURN_IF_ERROR(WriteWithRetry(*logs_[index], batch.frames[index], batch.end[index]));
  }
  return OkStatus();
}

Status GroupCommitJournal::WriteWithRetry(ComponentLog& log, std::string_view frames,
                                          int64_t end) {
  Status status = log.Write(frames, end);
  if (status.ok()) return status;
  Duration deadline = options_.clock->Monotonic() + options_.flush_timeout;
  while (true) {
    flush_failures_.Add();
    Duration left = deadline - options_.clock->Monotonic();
    LOG_ERROR("journal: write failed component={} entries={}..{} given_up_in_ms={} error=\"{}\"",
              log.name(), log.next(), end - 1, std::max<int64_t>(ToMillis(left), 0),
              status.ToString());
    // A journal that is being closed tries once more and no longer.
    bool last = left <= Duration::zero() || queue_.stopped();
    if (status.Is(StatusCode::kResourceExhausted)) {
      for (std::optional<ComponentLog>& other : logs_) other->GiveBackRoom();
    }
    if (!last) queue_.Pause(std::min(left, options_.retry_interval));
    status = log.Repair();
    if (status.ok()) status = log.Write(frames, end);
    if (status.ok()) {
      LOG_INFO("journal: writing again component={} next={}", log.name(), log.next());
      return status;
    }
    if (last) return status;
  }
}

Status GroupCommitJournal::Checkpoint(
    const std::function<void(const std::function<void()>&)>& freeze) {
  CHECK(flusher_ != nullptr) << "checkpoint before the journal was recovered";
  if (checkpoint_running_.exchange(true)) {
    return Aborted("Journal " + ufs_->root() + ": a checkpoint is running already");
  }
  Status status = RunCheckpoint(freeze);
  checkpoint_running_ = false;
  return status;
}

Status GroupCommitJournal::RunCheckpoint(
    const std::function<void(const std::function<void()>&)>& freeze) {
  std::vector<CheckpointPart> parts;
  Position position = 0;
  Result<std::unique_ptr<ForkedChild>> child = FailedPrecondition("nothing was frozen");
  Duration frozen{};
  freeze([&] {
    Duration begun = options_.clock->Monotonic();
    for (StateMachine* machine : machines_) {
      size_t index = IndexOf(machine->component());
      int64_t next = queue_.Next(machine->component());
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
  rotate_.store(true, std::memory_order_relaxed);
  RETURN_IF_ERROR(ReceiveCheckpoints(**child, *ufs_, *options_.rng, &parts));
  // The frozen image may contain entries that were not durable yet; a checkpoint must not be ahead
  // of the log it stands for.
  RETURN_IF_ERROR(WaitDurable(position));
  RETURN_IF_ERROR(CommitCheckpoints(*ufs_, parts));
  for (const CheckpointPart& part : parts) {
    Component component = part.machine->component();
    checkpoint_end_[IndexOf(component)].store(part.end, std::memory_order_relaxed);
    LogIfError(DropCovered(*ufs_, ComponentName(component)),
               "journal: old files stay until the next checkpoint");
  }
  LOG_INFO("journal: checkpoint done components={} frozen_ms={}", parts.size(), ToMillis(frozen));
  return OkStatus();
}

Status GroupCommitJournal::Close() {
  if (closed_.exchange(true)) return OkStatus();
  queue_.Stop();
  Status status;
  if (flusher_ != nullptr) {
    flusher_->Stop();
    status = failure_;
    for (std::optional<ComponentLog>& log : logs_) {
      if (!status.ok()) break;
      status = log->Complete();
    }
    queue_.Fail(Unavailable("Journal " + ufs_->root() + " is closed"));
  }
  lock_.reset();
  return status;
}

}  // namespace

UfsJournalOptions UfsJournalOptions::From(const conf::Configuration& conf) {
  UfsJournalOptions options;
  options.log_size_bytes_max = conf.GetBytes("alluxio.master.journal.log.size.bytes.max");
  options.flush_timeout = conf.GetDuration("alluxio.master.journal.flush.timeout");
  return options;
}

std::unique_ptr<UfsJournal> UfsJournal::Create(std::shared_ptr<ufs::Ufs> ufs,
                                               UfsJournalOptions options) {
  return std::make_unique<GroupCommitJournal>(std::move(ufs), std::move(options));
}

}  // namespace alluxio::journal
