// CommandRunner: takes commands in, lists what they are about, cuts it into jobs and sees them to
// their end.
//
//   Submit --kept--> waiting for a thread --> listing, jobs running --> finished, kept
//
// Recover() goes on with what an earlier job master has left. Thread-safe; every call may block.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "client/fs/file_system.h"
#include "env/clock.h"
#include "env/executor.h"
#include "job/master/command_counts.h"
#include "job/master/command_store.h"
#include "job/master/job_table.h"
#include "job/plan/block_plan.h"
#include "job/plan/command.h"

namespace alluxio::job {

struct CommandRunnerOptions {
  size_t threads = 32;         // commands at once
  size_t active_jobs = 3000;   // of one command
  size_t finished_kept = 1000;  // commands
  Duration listing_patience = std::chrono::minutes(10);  // with a master that does not answer
};

// Some entries of a folder, in the order of their names; a file lists itself. Blocks.
using ListSome =
    std::function<Result<ListPage>(const std::string& path, const ListPageOptions& options)>;

class CommandRunner {
 public:
  // All outlive this object.
  CommandRunner(const CommandRunnerOptions& options, JobTable& table, CommandStore& store,
                client::FileSystem& fs, ListSome list, Clock& clock);
  ~CommandRunner();

  // Once, before the first Submit.
  Status Recover();
  // The id of the command, which is durable. The error of the file system when there is no such
  // path.
  Result<int64_t> Submit(const std::string& java, const std::string& user);
  // The id of a job of its own, for files that are named one by one, or about one block.
  Result<int64_t> Run(const std::string& java);
  // Leaves what runs to the next job master.
  void Stop();

 private:
  struct Work;  // one command while it runs

  Status CheckPath(const Command& command);
  Result<int64_t> RunBlockPlan(const BlockPlan& plan);
  void Start(KeptCommand kept, Command command);
  void Follow(KeptCommand kept, const Command& command);
  Status List(Work& work, const std::string& path);
  Result<ListPage> ListFolder(Work& work, const std::string& path, const std::string& after);
  Status Take(Work& work, const FileInfo& file);
  Status Flush(Work& work);
  Result<std::vector<TaskSpec>> Plan(Work& work, const FileInfo& file);
  Status MakeFolder(const std::string& path);
  void TrimFinished(int64_t id);
  bool Pause(Duration time);

  const CommandRunnerOptions options_;
  JobTable& table_;
  CommandStore& store_;
  client::FileSystem& fs_;
  const ListSome list_;
  Clock& clock_;
  const CommandCounts counts_;
  Mutex mutex_;
  CondVar stopped_changed_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::deque<int64_t> finished_ GUARDED_BY(mutex_);
  std::unique_ptr<Executor> threads_;
};

}  // namespace alluxio::job
