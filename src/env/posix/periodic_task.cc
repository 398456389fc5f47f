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
  Duration interval GUARDED_BY(mutex){};
  std::thread thread;

  // Waits for the next tick; false when the task ends.
  bool WaitForTick() EXCLUDES(mutex) {
    Duration begin = Clock::Real().Monotonic();
    MutexLock lock(mutex);
    while (!stopped && !triggered) {
      Duration left = interval - (Clock::Real().Monotonic() - begin);
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
  SetInterval(interval);
  state->thread = StartNamedThread(name, [state, tick = std::move(tick)]() mutable {
    while (state->WaitForTick()) tick();
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

void PeriodicTask::SetInterval(Duration interval) {
  {
    MutexLock lock(state_->mutex);
    state_->interval = interval;
  }
  state_->changed.NotifyAll();
}

void PeriodicTask::Trigger() {
  {
    MutexLock lock(state_->mutex);
    state_->triggered = true;
  }
  state_->changed.NotifyAll();
}

}  // namespace alluxio
