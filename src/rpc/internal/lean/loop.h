// Loop: one thread that waits for sockets, timers and posted work, and runs everything of the
// connections it has.
//
// A round: posted work, events of sockets, timers. What connections have to send is flushed after
// the posted work and at the end - so what other threads posted meanwhile leaves together, before
// what was received is looked at, and the answers of one readable batch leave together. Posting
// wakes the thread up at most once until it looks. An idle loop sleeps. Post() and Current() are
// thread-safe, the rest is for the loop's own thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/callback.h"
#include "base/duration.h"
#include "base/mutex.h"
#include "base/result.h"
#include "env/executor.h"
#include "rpc/internal/lean/socket.h"
#include "rpc/internal/lean/timer_queue.h"

namespace alluxio::rpc {

// Told of its descriptor's events; `events` are epoll's.
class LoopEvents {
 public:
  virtual ~LoopEvents() = default;
  virtual void OnEvents(uint32_t events) = 0;
};

// Posted work that is an object anyway: posting costs no allocation.
class LoopTask {
 public:
  virtual ~LoopTask() = default;
  virtual void RunOnLoop() = 0;
};

class LoopFlush {
 public:
  virtual ~LoopFlush() = default;
  virtual void FlushOnLoop() = 0;
};

struct LoopOptions {
  std::string name;
  // How long a loop that had work looks for more before it sleeps. Costs CPU, saves wake-ups.
  Duration busy_poll{};
};

class Loop {
 public:
  static Result<std::shared_ptr<Loop>> Start(const LoopOptions& options);
  ~Loop();

  // False after Stop(): the work was dropped.
  bool Post(std::shared_ptr<LoopTask> task) EXCLUDES(mutex_);
  bool Post(Callback<void()> work) EXCLUDES(mutex_);
  // Whether the caller is the loop's thread.
  bool Current() const;
  // Ends the thread; not from itself. Work that is posted and has not run is dropped.
  void Stop();

  // Edge-triggered, for reading and writing. `events` stays valid until Unwatch(), and after that
  // to the end of the round (see Retire).
  Status Watch(int fd, LoopEvents* events);
  // Reading only, and again as long as there is something: for listening sockets.
  Status WatchReadable(int fd, LoopEvents* events);
  void Unwatch(int fd);
  // Lets go of `object` when the round is over.
  void Retire(std::shared_ptr<void> object) { retired_.push_back(std::move(object)); }
  // Calls FlushOnLoop once at the end of the round, or in the next round when this one flushes.
  void FlushSoon(std::shared_ptr<LoopFlush> connection) {
    flushing_.push_back(std::move(connection));
  }
  TimerQueue& timers() { return timers_; }
  // The time at the beginning of the round, or of the last LookAtClock() in it.
  Duration now() const { return now_; }
  void LookAtClock();
  // For reading into; used by one connection at a time.
  std::span<char> scratch() { return {scratch_.get(), kScratchBytes}; }

 private:
  static constexpr size_t kScratchBytes = 256 * 1024;

  struct Posted {
    std::shared_ptr<LoopTask> task;
    Callback<void()> work;
  };

  explicit Loop(const LoopOptions& options);
  void Run();
  bool Round();
  bool Enqueue(Posted posted) EXCLUDES(mutex_);
  // How long to wait; when at all, the next post wakes the thread.
  int PrepareToWait() EXCLUDES(mutex_);
  // False when the loop is to end.
  bool TakePosted() EXCLUDES(mutex_);
  int WaitMillis() const;
  void RunPosted();
  void FlushAll();

  const LoopOptions options_;
  std::unique_ptr<Executor> thread_;
  Socket epoll_;
  Socket wake_;
  std::unique_ptr<char[]> scratch_;
  TimerQueue timers_;
  Duration now_{};
  Duration busy_until_{};
  std::vector<std::shared_ptr<void>> retired_;
  std::vector<std::shared_ptr<LoopFlush>> flushing_;
  std::vector<Posted> running_;  // taken from posted_

  Mutex mutex_{LockRank::kLeaf};
  std::vector<Posted> posted_ GUARDED_BY(mutex_);
  bool asleep_ GUARDED_BY(mutex_) = false;  // the next post has to wake the thread
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace alluxio::rpc
