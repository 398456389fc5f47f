#include "journal/ufs/folder_follower.h"

#include <algorithm>

#include "base/log.h"

namespace alluxio::journal {
namespace {

// A folder answers in microseconds; a name node is asked over the network, by every standby.
constexpr Duration kFolderInterval = std::chrono::milliseconds(15);
constexpr Duration kRemoteInterval = std::chrono::milliseconds(60);
constexpr Duration kSoon = std::chrono::milliseconds(20);
constexpr int kSoonTries = 5;
constexpr Duration kLongestPause = std::chrono::seconds(1);
constexpr Duration kNoteInterval = std::chrono::seconds(10);

Duration IntervalOf(const FollowOptions& options, const ufs::Ufs& ufs) {
  if (options.poll_interval > Duration::zero()) return options.poll_interval;
  return ufs.type() == "local" ? kFolderInterval : kRemoteInterval;
}

StateMachine* MachineOf(const std::vector<StateMachine*>& machines, Component component) {
  for (StateMachine* machine : machines) {
    if (machine->component() == component) return machine;
  }
  return nullptr;
}

}  // namespace

FolderFollower::FolderFollower(ufs::Ufs& ufs, const std::vector<StateMachine*>& machines,
                               FollowOptions options, const Clock& clock)
    : options_(std::move(options)),
      interval_(IntervalOf(options_, ufs)),
      clock_(clock),
      end_seen_at_(clock.Monotonic().count()) {
  for (Component component : kComponents) {
    followers_[IndexOf(component)] = std::make_unique<ComponentFollower>(
        ufs, ComponentName(component), MachineOf(machines, component), options_.exclusive);
  }
}

Result<ReplayReport> FolderFollower::Load() {
  Duration started = clock_.Monotonic();
  std::array<Status, kComponentCount> loaded;
  {
    auto threads = Executor::Create(
        {.name = "replay", .threads = kComponentCount, .queue_limit = kComponentCount});
    for (Component component : kComponents) {
      size_t index = IndexOf(component);
      loaded[index] = Aborted("not replayed");
      RETURN_IF_ERROR(threads->Submit(
          [this, component, out = &loaded[index]] { *out = of(component).Load(); }));
    }
  }  // waits
  ReplayReport report;
  for (Component component : kComponents) {
    RETURN_IF_ERROR(loaded[IndexOf(component)]);
    const ComponentFollower& follower = of(component);
    report.entries += follower.entries();
    report.checkpoints += follower.checkpoint_end() > 0 ? 1 : 0;
    LOG_INFO("journal: replayed component={} checkpoint={} entries={} next={}", follower.name(),
             follower.checkpoint_end(), follower.entries(), follower.next());
  }
  Duration now = clock_.Monotonic();
  end_seen_at_.store(now.count(), std::memory_order_release);
  report.seconds = static_cast<double>((now - started).count()) / 1e9;
  return report;
}

void FolderFollower::Start() {
  thread_ = Executor::Create({.name = "follow", .threads = 1, .queue_limit = 1});
  Status started = thread_->Submit([this] { Run(); });
  CHECK(started.ok()) << started.ToString();  // an empty queue has room
}

void FolderFollower::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  stop_called_.NotifyAll();
  if (thread_ != nullptr) thread_->Stop();
}

void FolderFollower::Pause(Duration time) {
  MutexLock lock(mutex_);
  if (!stopped_) stop_called_.WaitFor(mutex_, time);
}

Result<bool> FolderFollower::PollOnce() {
  bool applied = false;
  Duration begun = clock_.Monotonic();
  Duration as_of = begun;
  bool missed = false;
  Status failure;
  for (std::unique_ptr<ComponentFollower>& follower : followers_) {
    Result<bool> more = follower->Poll(begun);
    if (!follower->diverged().ok()) return follower->diverged();
    as_of = std::min(as_of, follower->as_of());
    if (more.ok()) {
      applied = applied || *more;
      missed = missed || (follower->behind() && !*more);
    } else {
      failure = more.status();  // the others are read all the same
    }
  }
  // Load() came later than what a component that was never polled knows.
  if (as_of.count() > end_seen_at_.load(std::memory_order_relaxed)) {
    end_seen_at_.store(as_of.count(), std::memory_order_release);
  }
  misses_ = missed ? misses_ + 1 : 0;
  RETURN_IF_ERROR(failure);
  return applied;
}

void FolderFollower::Run() {
  Duration pause = interval_;
  while (true) {
    {
      MutexLock lock(mutex_);
      if (stopped_) return;
    }
    Result<bool> applied = PollOnce();
    for (Component component : kComponents) {
      const Status& diverged = of(component).diverged();
      if (diverged.ok()) continue;
      LOG_ERROR("journal: this follower cannot go on: {}", diverged.ToString());
      diverged_.store(true, std::memory_order_release);
      if (options_.on_diverged) options_.on_diverged(diverged);
      return;
    }
    if (!applied.ok()) Note(applied.status());
    if (!applied.ok()) {
      // A store that is not well is asked less and less.
      pause = std::min(pause * 2, std::max(interval_, kLongestPause));
    } else {
      // What cannot be read may be in a file that is open for a moment only.
      bool soon = misses_ > 0 && misses_ <= kSoonTries;
      pause = soon ? std::min(interval_, kSoon) : interval_;
    }
    Pause(pause);
  }
}

void FolderFollower::Note(const Status& failure) {
  Duration now = clock_.Monotonic();
  if (noted_at_ != Duration::zero() && now - noted_at_ < kNoteInterval) return;
  noted_at_ = now;
  LOG_WARN("journal: cannot read on, tried again until it works: {}", failure.ToString());
}

JournalLag FolderFollower::Lag() const {
  JournalLag lag;
  for (Component component : kComponents) {
    const ComponentFollower& follower = of(component);
    lag.next[IndexOf(component)] = follower.next();
    lag.unread_entries += follower.unread_entries();
    lag.unread_bytes += follower.unread_bytes();
  }
  Duration seen(end_seen_at_.load(std::memory_order_acquire));
  lag.since_end = std::max(Duration::zero(), clock_.Monotonic() - seen);
  return lag;
}

}  // namespace alluxio::journal
