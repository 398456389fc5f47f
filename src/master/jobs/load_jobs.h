// LoadJobs: "fs load --submit | --stop | --progress": takes load jobs, and has workers carry them
// out. What is asked for is journaled (LoadJobTable); how far it has come is not, so a new primary
// begins again and skips what is cached.
//
// One thread looks at everything ten times a second, and whenever a worker has answered. Folders
// are listed on threads that may block; workers are called asynchronously. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "env/executor.h"
#include "env/rng.h"
#include "master/jobs/load_job_table.h"
#include "master/jobs/load_report.h"
#include "master/jobs/load_run.h"
#include "master/state/edit_context.h"
#include "model/tree_walk.h"
#include "model/worker_info.h"

namespace alluxio {
class LanePool;
}

namespace alluxio::master {

class BlockMaster;
class FsOperations;
class InodeTree;
class OpContext;
class ServingGate;

// Not owned; all outlive the jobs.
struct LoadJobParts {
  Ledger* ledger = nullptr;
  InodeTree* tree = nullptr;
  LoadJobTable* table = nullptr;
  FsOperations* operations = nullptr;
  BlockMaster* blocks = nullptr;
  const ServingGate* gate = nullptr;  // null in tests: always serving
  const Clock* clock = nullptr;
  Rng* rng = nullptr;
  LanePool* blocking = nullptr;
  GroupsOf groups_of;  // empty: nobody has groups
  // A connection to a worker; does not connect yet.
  std::function<std::shared_ptr<stub::BlockWorkerClient>(const WorkerNetAddress&)> dial;
  Duration retention = std::chrono::hours(24);  // of a job that is over
};

struct LoadJobRequest {
  std::string path;
  std::optional<int64_t> bandwidth;
  bool verify = false;
  bool partial_listing = false;
};

class LoadJobs {
 public:
  explicit LoadJobs(LoadJobParts parts);
  ~LoadJobs();

  // From now on jobs are carried out, while the gate says that this master serves.
  void Start();
  void Stop();

  // The id of the new job; "" when one of this path went on, or was stopped: it has the new options
  // then. RESOURCE_EXHAUSTED when too many run.
  Result<std::string> Submit(OpContext& context, const LoadJobRequest& request);
  // False when no job of this path runs.
  Result<bool> StopJob(OpContext& context, const std::string& path);
  // NOT_FOUND for a path without job.
  Result<LoadReport> Report(OpContext& context, const std::string& path);
  // Of every job that is still known, newest end last.
  std::vector<LoadReport> Reports();

  // One look at everything; what Start() has called. For tests.
  void Tick();

 private:
  // One job at work: shared with the thread that lists and the workers' answers.
  struct Run {
    explicit Run(LoadJob of) : job(std::move(of)) {}
    LoadJob job;  // as it was begun; bandwidth and state are the table's
    LoadRun progress;
    std::unique_ptr<TreeWalk> count;  // of whoever lists; null when there is nothing to count
    std::unique_ptr<TreeWalk> walk;
    // Guarded by State::mutex.
    bool listing = false;
    bool over = false;      // its end is journaled
    std::string failure;    // why it cannot go on
    int64_t start_ms = 0;
    int64_t end_ms = 0;     // 0 = goes on
    std::unordered_map<WorkerId, int> asked;  // answers that are due
  };
  using RunPtr = std::shared_ptr<Run>;
  struct Penalty {
    int failures = 0;
    Duration until{};
  };
  // What callbacks reach although the jobs may be gone.
  struct State {
    Mutex mutex{LockRank::kClient};
    std::map<std::string, RunPtr> runs GUARDED_BY(mutex);  // by path
    std::unordered_map<WorkerId, Penalty> penalties GUARDED_BY(mutex);
    Callback<void()> wake GUARDED_BY(mutex);  // none after Stop()
  };

  std::vector<std::pair<RunPtr, LoadJob>> RunsOfTable();
  RunPtr RunOf(const LoadJob& job);
  void Advance(const RunPtr& run, const LoadJob& job, const std::vector<WorkerInfo>& workers);
  void StartListing(const RunPtr& run) REQUIRES(state_->mutex);
  static void List(State& state, Run& run, const ServingGate* gate);
  static Status ListSome(Run& run);
  void Ask(const RunPtr& run, const LoadJob& job, const WorkerInfo& worker);
  void Send(const RunPtr& run, const LoadJob& job, const WorkerInfo& worker, LoadBatch batch);
  static void Answered(State& state, Run& run, WorkerId worker, LoadBatch batch,
                       const Result<std::vector<stub::LoadFailure>>& answer, Duration now);
  // How many more requests the worker may have of this job.
  int Room(const Run& run, const LoadJob& job, WorkerId worker, Duration now);
  void Finish(const RunPtr& run, const std::string& failure);
  LoadReport ReportOf(const LoadJob& job);
  bool Forgotten(const LoadJob& job) const;
  FolderPage PageOf(const LoadJob& job) const;
  std::shared_ptr<stub::BlockWorkerClient> ClientOf(const WorkerInfo& worker);

  const LoadJobParts parts_;
  const std::shared_ptr<State> state_;
  // Of the ticking thread alone.
  std::map<WorkerId, std::pair<WorkerNetAddress, std::shared_ptr<stub::BlockWorkerClient>>>
      clients_;
  std::atomic<journal::Position> last_edit_{0};
  std::unique_ptr<PeriodicTask> ticking_;
};

}  // namespace alluxio::master
