// PeriodicTask on a thread of its own.
#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "env/posix/named_thread.h"

namespace alluxio {

struct PeriodicTask::State {
  Mutex mutex;
  CondVar changed;
  bool triggered GUARDED_BY(mutex) = false;
  bool stopped GUARDED_BY(mutex) = false;
  std::thread thread;

  // Waits for the next tick; false when the task ends.
  bool WaitForTick(Duration interval) EXCLUDES(mutex) {
    Duration due = Clock::Real().Monotonic() + interval;
    MutexLock lock(mutex);
    while (!stopped && !triggered) {
      Duration left = due - Clock::Real().Monotonic();
      if (left <= Duration::zero()) break;
      changed.WaitFor(mutex, left);
    }
    triggered = false;
    return !stopped;
  }
};

PeriodicTask::PeriodicTask(std::string name, Duration interval, Callback<void()> tick)
    : state_(std::make_unique<State>()) {
  State* state = state_.get();
  state->thread = StartNamedThread(name, [state, interval, tick = std::move(tick)]() mutable {
    while (state->WaitForTick(interval)) tick();
  });
}

PeriodicTask::~PeriodicTask() {
  {
    MutexLock lock(state_->mutex);
    state_->stopped = true;
  }
  state_->changed.NotifyAll();
  state_->thread.join();
}

void PeriodicTask::Trigger() {
  {
    MutexLock lock(state_->mutex);
    state_->triggered = true;
  }
  state_->changed.NotifyAll();
}

}  // namespace alluxio
