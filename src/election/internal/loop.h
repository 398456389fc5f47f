// Loop: where a candidate's events run, one after the other. Thread-safe.
#pragma once

#include <map>
#include <memory>

#include "base/callback.h"
#include "base/duration.h"
#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"

namespace alluxio::election {

class Loop {
 public:
  virtual ~Loop() = default;
  // Runs `event` soon, never before this returns.
  virtual void Post(Callback<void()> event) = 0;
  virtual void After(Duration delay, Callback<void()> event) = 0;
};

// On a thread of its own. What has not run yet is dropped at the end.
class ThreadLoop final : public Loop {
 public:
  ThreadLoop();
  ~ThreadLoop() override { Stop(); }
  void Post(Callback<void()> event) override { After(Duration::zero(), std::move(event)); }
  void After(Duration delay, Callback<void()> event) override;
  // Returns when the event that runs now has ended; nothing runs afterwards.
  void Stop();

 private:
  void Run();

  Clock& clock_ = Clock::Real();
  Mutex mutex_{LockRank::kLeaf};
  CondVar changed_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::multimap<Duration, Callback<void()>> events_ GUARDED_BY(mutex_);  // by time
  std::unique_ptr<Executor> thread_;
};

}  // namespace alluxio::election
