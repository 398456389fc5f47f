// FolderFollower: the components of a journal folder, followed on one thread. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "journal/journal.h"
#include "journal/ufs/append_queue.h"
#include "journal/ufs/component_follower.h"

namespace alluxio::journal {

struct FollowOptions {
  // Each batch of entries, and each checkpoint, is applied inside it. Called on threads of the
  // journal, for different components at the same time.
  ApplyGuard exclusive;
  // Runs once, on a thread of the journal: what was applied is not what the journal has (any
  // more), or cannot be read on. Nothing more is applied; the process should start again.
  std::function<void(const Status&)> on_diverged;
  Duration poll_interval{};  // 0 = what suits the store
};

// How far a follower is.
struct JournalLag {
  std::array<int64_t, kComponentCount> next{};  // number after the last applied entry
  Duration since_end{};        // what was in the journal so long ago is applied
  int64_t unread_entries = 0;  // known to be in completed logs and not applied
  int64_t unread_bytes = 0;
};

class FolderFollower {
 public:
  // `ufs`, the machines and the clock outlive this.
  FolderFollower(ufs::Ufs& ufs, const std::vector<StateMachine*>& machines, FollowOptions options,
                 const Clock& clock);
  ~FolderFollower() { Stop(); }

  // Applies everything there is; components share no state, so each has a thread of its own.
  Result<ReplayReport> Load();
  void Start();
  void Stop();  // returns when nothing is being read any more

  // One round over all components; true when something was applied. For the thread of Start().
  Result<bool> PollOnce();

  ComponentFollower& of(Component component) { return *followers_[IndexOf(component)]; }
  const ComponentFollower& of(Component component) const {
    return *followers_[IndexOf(component)];
  }
  JournalLag Lag() const;
  // Has a component diverged? Thread-safe, unlike that of the component.
  bool diverged() const { return diverged_.load(std::memory_order_acquire); }
  void Pause(Duration time);  // at most; returns early when Stop() was called

 private:
  void Run();
  void Note(const Status& failure);  // of reading; the next round tries again

  const FollowOptions options_;
  const Duration interval_;
  const Clock& clock_;
  std::array<std::unique_ptr<ComponentFollower>, kComponentCount> followers_;
  std::unique_ptr<Executor> thread_;
  // Release/acquire: who sees the end sees what was applied up to it.
  std::atomic<Duration::rep> end_seen_at_;
  std::atomic<bool> diverged_ = false;
  Duration noted_at_{};  // for the thread, as is the next
  int misses_ = 0;  // rounds in a row in which there was something that could not be read
  Mutex mutex_{LockRank::kLeaf};
  CondVar stop_called_;
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace alluxio::journal
