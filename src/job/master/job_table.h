// JobTable: commands with their jobs, and which job worker has which task.
//
//   AddJob --> waiting for a job worker --Heartbeat--> with one --report--> finished
//                        ^------------- lost, registered again -------------'
//
// Answers to heartbeats are numbered and repeated until the job worker has them. What finished last
// is kept, up to a limit. Thread-safe; nothing here blocks but the two Await calls.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "env/clock.h"
#include "job/master/job_types.h"

namespace alluxio::job {

struct JobTableOptions {
  size_t capacity = 100'000;             // jobs, finished ones included
  size_t tasks_of_worker = 1000;         // handed out and not finished
  size_t tasks_of_mount = 250;           // of those, of one mount
  int most_losses = 3;                   // job workers that a task may be lost with
  size_t failures_kept = 1000;           // reasons, of a command
  Duration worker_timeout = std::chrono::seconds(60);
};

class JobTable {
 public:
  JobTable(const JobTableOptions& options, Clock& clock);
  ~JobTable();

  // Above every id there has been, also before a restart as long as the clock goes on.
  int64_t NewId();
  void SkipIds(int64_t beyond);

  // --- commands
  void AddCommand(int64_t id, CommandKind kind);
  // A command of before the restart that is over.
  void AddFinishedCommand(int64_t id, CommandKind kind, Progress progress);
  // Waits until fewer than `active` jobs of the command run and the table has room; false when the
  // command is cancelled or the table is closed.
  bool AwaitRoom(int64_t command, size_t active);
  void AddSkipped(int64_t command, int64_t files);
  // A file that cannot even become a task.
  void AddFailure(int64_t command, const std::string& path, const std::string& reason);
  // All files are known, or `why` not.
  void Listed(int64_t command, const Status& why);
  // Waits until nothing of it runs; nothing when the table is closed.
  std::optional<Progress> AwaitFinished(int64_t command);
  // NOT_FOUND for an id that nobody knows.
  Result<Progress> ProgressOf(int64_t command) const;
  Result<CommandKind> KindOf(int64_t command) const;
  Result<std::vector<JobOutcome>> OutcomesOf(int64_t command) const;
  void Forget(int64_t command);

  // --- jobs
  // RESOURCE_EXHAUSTED when the table is full of jobs that run.
  Result<int64_t> AddJob(JobSpec spec);
  std::vector<JobView> Jobs() const;
  // How many there are in each state.
  std::map<JobState, int64_t> Counts() const;
  Result<JobView> JobOf(int64_t id) const;
  // A job or a command.
  Status Cancel(int64_t id);

  // --- job workers
  int64_t Register(const WorkerNetAddress& address, const std::string& version,
                   const std::string& revision);
  HeartbeatAnswer Heartbeat(const HeartbeatRequest& request);
  // Gives the tasks of silent job workers to others.
  void CheckWorkers();
  std::vector<WorkerView> Workers() const;

  // Ends every wait.
  void Close();

 private:
  struct Task;
  struct Job;
  struct Worker;
  struct Command;
  using Queue = std::map<MountId, std::deque<TaskId>>;  // of one host

  Command* FindCommand(int64_t id) REQUIRES(mutex_);
  const Command* FindCommand(int64_t id) const REQUIRES(mutex_);
  Job* FindJob(int64_t id) REQUIRES(mutex_);
  void Enqueue(const TaskId& id) REQUIRES(mutex_);
  void Report(Worker& worker, const TaskReport& report) REQUIRES(mutex_);
  void FinishTask(const TaskId& id, JobState state, const std::string& error,
                  const std::string& type) REQUIRES(mutex_);
  void FinishJob(Job& job) REQUIRES(mutex_);
  void CancelJob(Job& job) REQUIRES(mutex_);
  void Trim() REQUIRES(mutex_);
  void LoseWorker(int64_t id, const std::string& why) REQUIRES(mutex_);
  void Fill(Worker& worker, HeartbeatAnswer* answer) REQUIRES(mutex_);
  bool TakeFrom(Queue& queue, Worker& worker, HeartbeatAnswer* answer) REQUIRES(mutex_);
  bool HasWorkerOn(const std::string& host) const REQUIRES(mutex_);

  const JobTableOptions options_;
  Clock& clock_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool closed_ GUARDED_BY(mutex_) = false;
  int64_t last_id_ GUARDED_BY(mutex_) = 0;
  size_t unfinished_ GUARDED_BY(mutex_) = 0;  // jobs
  std::map<int64_t, std::unique_ptr<Command>> commands_ GUARDED_BY(mutex_);
  std::map<int64_t, std::unique_ptr<Job>> jobs_ GUARDED_BY(mutex_);
  std::deque<int64_t> finished_ GUARDED_BY(mutex_);  // jobs, the oldest first
  std::map<int64_t, std::unique_ptr<Worker>> workers_ GUARDED_BY(mutex_);
  std::map<std::string, Queue> waiting_ GUARDED_BY(mutex_);  // by host
};

}  // namespace alluxio::job
