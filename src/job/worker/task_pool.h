// TaskPool: the tasks of a job worker: a bounded number runs at once, fewer of one mount, the rest
// waits. What has ended is kept until the job master has been told. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "env/executor.h"
#include "env/lane_pool.h"
#include "job/worker/task_runner.h"

namespace alluxio::job {

struct TaskPoolOptions {
  size_t threads = 10;
  size_t of_mount = 8;  // at once
};

// How one task ended; numbers of states are those of the wire.
struct TaskOutcome {
  int64_t job = 0;
  int64_t task = 0;
  int state = 0;
  std::string error;
  std::string error_type;
};

class TaskPool {
 public:
  // `runner` outlives the pool. `ended` is called when a task has ended; it must not block.
  TaskPool(const TaskPoolOptions& options, TaskRunner& runner, Callback<void()> ended);
  ~TaskPool();

  // A task that is here already is not begun again. `work`: a serialized TaskWork.
  void Start(int64_t job, int64_t task, const std::string& work);
  void Cancel(int64_t job, int64_t task);
  // Cancels everything and forgets what has ended: the job master knows nothing of it any more.
  void Forget();

  // What has ended; stays until Told().
  std::vector<TaskOutcome> Outcomes() const;
  void Told(const std::vector<TaskOutcome>& outcomes);
  size_t unfinished() const;
  size_t active() const;
  size_t threads() const { return options_.threads; }
  // Cancels what there is and waits for it, for a while: false when something still runs, which
  // uses the runner then.
  bool Stop();

 private:
  using Key = std::pair<int64_t, int64_t>;
  struct State;  // shared with tasks that outlive a Stop()

  const TaskPoolOptions options_;
  std::shared_ptr<State> state_;
  std::unique_ptr<LanePool> pool_;
};

}  // namespace alluxio::job
