// Executor: runs callbacks on threads of its own, with a bounded queue.
//
// Blocking work (under-store I/O, waiting for path locks) goes here; it must never run on a thread
// of the transport. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "base/callback.h"
#include "base/duration.h"
#include "base/status.h"

namespace alluxio {

struct ExecutorOptions {
  std::string name;          // thread name prefix, at most 12 characters
  size_t threads = 4;
  size_t queue_limit = 10000;
};

class Executor {
 public:
  virtual ~Executor() = default;  // Waits for running work; queued work still runs.
  // RESOURCE_EXHAUSTED when the queue is full, UNAVAILABLE after Stop(); `work` did not run then.
  virtual Status Submit(Callback<void()> work) = 0;
  // Refuses new work and returns when everything accepted has run.
  virtual void Stop() = 0;

  static std::unique_ptr<Executor> Create(const ExecutorOptions& options);
};

// Calls `tick` every `interval` on a thread of its own until destroyed (which waits for a running
// tick). The first call comes after one interval, or at once with Trigger().
class PeriodicTask {
 public:
  PeriodicTask(std::string name, Duration interval, Callback<void()> tick);
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;
  // Runs a tick as soon as possible.
  void Trigger();
  // From now on; the pause that is under way is measured anew.
  void SetInterval(Duration interval);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace alluxio
