#include "election/internal/loop.h"

#include <utility>

#include "base/check.h"

namespace alluxio::election {

ThreadLoop::ThreadLoop()
    : thread_(Executor::Create({.name = "election", .threads = 1, .queue_limit = 1})) {
  Status started = thread_->Submit([this] { Run(); });
  CHECK(started.ok()) << started.ToString();
}

void ThreadLoop::After(Duration delay, Callback<void()> event) {
  MutexLock lock(mutex_);
  if (stopped_) return;
  events_.emplace(clock_.Monotonic() + delay, std::move(event));
  changed_.NotifyAll();
}

void ThreadLoop::Stop() {
  std::multimap<Duration, Callback<void()>> dropped;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    dropped.swap(events_);
    changed_.NotifyAll();
  }
  thread_->Stop();
}

void ThreadLoop::Run() {
  while (true) {
    Callback<void()> event;
    {
      MutexLock lock(mutex_);
      while (!stopped_ && (events_.empty() || events_.begin()->first > clock_.Monotonic())) {
        if (events_.empty()) {
          changed_.Wait(mutex_);
        } else {
          changed_.WaitFor(mutex_, events_.begin()->first - clock_.Monotonic());
        }
      }
      if (stopped_) return;
      event = std::move(events_.begin()->second);
      events_.erase(events_.begin());
    }
    event();
  }
}

}  // namespace alluxio::election
