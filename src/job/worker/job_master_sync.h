// JobMasterSync: registers this job worker and keeps in touch: heartbeats bring tasks, and take
// away how they ended. Soon again while tasks come and go, each interval otherwise. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "job/worker/task_pool.h"
#include "model/worker_info.h"
#include "stub/job_master_worker_client.h"

namespace alluxio::job {

struct JobMasterSyncOptions {
  Duration interval = std::chrono::seconds(1);
  WorkerNetAddress address;
  std::string version;
  std::function<std::vector<double>()> load_average;
};

class JobMasterSync {
 public:
  // `master` and `pool` outlive this object.
  JobMasterSync(const JobMasterSyncOptions& options, stub::JobMasterWorkerClient& master,
                TaskPool& pool, Clock& clock);
  ~JobMasterSync();  // Stop()

  void Start();
  // A task has ended: the job master is told soon.
  void Wake();
  bool registered() const { return id_.load() != 0; }
  void Stop();
  // One heartbeat, or the registration; the thread's own step, for tests too. True: again soon.
  Result<bool> Step();

 private:
  void Loop();
  Status Register();

  const JobMasterSyncOptions options_;
  stub::JobMasterWorkerClient& master_;
  TaskPool& pool_;
  Clock& clock_;
  std::atomic<int64_t> id_ = 0;  // 0: not registered
  int64_t received_batch_ = 0;   // of the stepping thread
  Mutex mutex_{LockRank::kLeaf};
  CondVar woken_changed_;
  bool woken_ GUARDED_BY(mutex_) = false;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::unique_ptr<Executor> thread_;
};

}  // namespace alluxio::job
