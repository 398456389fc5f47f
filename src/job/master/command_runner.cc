#include "job/master/command_runner.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "job/master/planner.h"
#include "model/tree_walk.h"
#include "stub/retry_policy.h"

namespace alluxio::job {
namespace {

constexpr size_t kWaitingCommands = 10'000;
constexpr int32_t kPageEntries = 1000;
constexpr Duration kListAgain = std::chrono::seconds(1);
constexpr Duration kWorkersFresh = std::chrono::seconds(5);

const std::string& PathOf(const Command& command) {
  if (const auto* load = std::get_if<LoadCommand>(&command)) return load->path;
  if (const auto* persist = std::get_if<PersistCommand>(&command)) return persist->path;
  return std::get<CopyCommand>(command).source;
}

CommandKind KindOf(const Command& command) {
  if (std::holds_alternative<PersistCommand>(command)) return CommandKind::kPersist;
  return std::holds_alternative<LoadCommand>(command) ? CommandKind::kLoad : CommandKind::kCopy;
}

size_t BatchOf(const Command& command) {
  if (const auto* load = std::get_if<LoadCommand>(&command)) {
    return static_cast<size_t>(load->batch_size);
  }
  const auto* copy = std::get_if<CopyCommand>(&command);
  return copy == nullptr ? 1 : static_cast<size_t>(copy->batch_size);
}

}  // namespace

struct CommandRunner::Work {
  const Command& command;
  int64_t id = 0;  // 0: a job of its own
  int64_t submitted_ms = 0;
  JobSpec batch;  // files that become the next job
  std::vector<WorkerInfo> workers;
  Duration workers_as_of{};
  bool workers_known = false;
};

CommandRunner::CommandRunner(const CommandRunnerOptions& options, JobTable& table,
                             CommandStore& store, client::FileSystem& fs, ListSome list,
                             Clock& clock)
    : options_(options),
      table_(table),
      store_(store),
      fs_(fs),
      list_(std::move(list)),
      clock_(clock),
      threads_(Executor::Create({"commands", options.threads, kWaitingCommands})) {}

CommandRunner::~CommandRunner() { Stop(); }

void CommandRunner::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    stopped_changed_.NotifyAll();
  }
  table_.Close();
  threads_->Stop();
}

// False when the runner stops meanwhile.
bool CommandRunner::Pause(Duration time) {
  const Duration end = clock_.Monotonic() + time;
  MutexLock lock(mutex_);
  while (!stopped_) {
    const Duration left = end - clock_.Monotonic();
    if (left <= Duration::zero()) return true;
    stopped_changed_.WaitFor(mutex_, left);
  }
  return false;
}

Status CommandRunner::Recover() {
  RETURN_IF_ERROR(store_.Prepare());
  ASSIGN_OR_RETURN(std::vector<KeptCommand> commands, store_.Load());
  int64_t unfinished = 0;
  for (KeptCommand& kept : commands) {
    table_.SkipIds(kept.id);
    Result<Command> command = ReadCommand(kept.config);
    if (!command.ok()) {
      LOG_ERROR("job: a kept command cannot be read id={} error={}", kept.id,
                command.status().ToString());
      continue;
    }
    if (kept.finished) {
      table_.AddFinishedCommand(kept.id, KindOf(*command), kept.progress);
      TrimFinished(kept.id);
      continue;
    }
    ++unfinished;
    table_.AddCommand(kept.id, KindOf(*command));
    Start(std::move(kept), *std::move(command));
  }
  LOG_INFO("job: commands recovered all={} unfinished={}", commands.size(), unfinished);
  return OkStatus();
}

Status CommandRunner::CheckPath(const Command& command) {
  ASSIGN_OR_RETURN(FileInfo file, fs_.GetStatus(PathOf(command)));
  if (!file.folder || !std::holds_alternative<PersistCommand>(command)) return OkStatus();
  return InvalidArgument(fmt::format("{}: is a directory", file.path));
}

Result<int64_t> CommandRunner::Submit(const std::string& java, const std::string& user) {
  ASSIGN_OR_RETURN(Command command, ReadCommand(java));
  RETURN_IF_ERROR(CheckPath(command));
  KeptCommand kept;
  kept.id = table_.NewId();
  kept.config = java;
  kept.user = user;
  kept.submitted_ms = clock_.NowMs();
  const int64_t id = kept.id;
  RETURN_IF_ERROR(store_.Save(kept).WithContext("keeping the command"));
  LOG_INFO("job: command submitted id={} user={} config=\"{}\"", id, user, DescriptionOf(command));
  table_.AddCommand(id, KindOf(command));
  Start(std::move(kept), std::move(command));
  return id;
}

Result<int64_t> CommandRunner::RunBlockPlan(const BlockPlan& plan) {
  GetStatusOptions options;
  options.update_timestamps = false;
  ASSIGN_OR_RETURN(FileInfo file, fs_.GetStatus(job::PathOf(plan), options));
  JobSpec job;
  if (const auto* replicas = std::get_if<ReplicasPlan>(&plan)) {
    ASSIGN_OR_RETURN(std::vector<WorkerInfo> workers, fs_.Workers());
    ASSIGN_OR_RETURN(job.tasks, PlanReplicas(*replicas, file, workers));
  } else {
    ASSIGN_OR_RETURN(job.tasks, PlanMove(std::get<MovePlan>(plan), file));
  }
  job.name = PlanName(plan);
  job.description = DescriptionOf(plan);
  job.paths.push_back(file.path);
  job.sizes.push_back(file.length);
  return table_.AddJob(std::move(job));
}

Result<int64_t> CommandRunner::Run(const std::string& java) {
  ASSIGN_OR_RETURN(std::optional<BlockPlan> plan, ReadBlockPlan(java));
  if (plan) return RunBlockPlan(*plan);
  ASSIGN_OR_RETURN(std::vector<Command> commands, ReadPlan(java));
  JobSpec job;
  for (const Command& command : commands) {
    Work work{command, 0, clock_.NowMs(), {}, {}, {}, false};
    ASSIGN_OR_RETURN(FileInfo file, fs_.GetStatus(PathOf(command)));
    if (file.folder) return InvalidArgument(fmt::format("{}: is a directory", file.path));
    ASSIGN_OR_RETURN(std::vector<TaskSpec> tasks, Plan(work, file));
    for (TaskSpec& task : tasks) job.tasks.push_back(std::move(task));
    job.name = commands.size() == 1 ? PlanName(command) : "BatchedJob";
    job.description += (job.description.empty() ? "" : ", ") + DescriptionOf(command);
    job.paths.push_back(file.path);
    job.sizes.push_back(file.length);
  }
  return table_.AddJob(std::move(job));
}

void CommandRunner::Start(KeptCommand kept, Command command) {
  const int64_t id = kept.id;
  Status accepted = threads_->Submit(
      [this, kept = std::move(kept), command = std::move(command)]() mutable {
        Follow(std::move(kept), command);
      });
  // Kept, so the next job master has it.
  if (!accepted.ok()) table_.Listed(id, accepted);
}

void CommandRunner::Follow(KeptCommand kept, const Command& command) {
  Work work{command, kept.id, kept.submitted_ms, {}, {}, {}, false};
  Status listed = List(work, PathOf(command));
  if (listed.ok()) listed = Flush(work);
  if (!listed.ok()) {
    LOG_WARN("job: files not listed command={} error={}", kept.id, listed.ToString());
  }
  table_.Listed(kept.id, listed);
  std::optional<Progress> progress = table_.AwaitFinished(kept.id);
  if (!progress) return;
  kept.finished = true;
  kept.finished_ms = clock_.NowMs();
  kept.progress = *std::move(progress);
  LOG_INFO("job: command finished id={} state={} files={} done={} failed={} skipped={} bytes={}",
           kept.id, static_cast<int>(kept.progress.state), kept.progress.files,
           kept.progress.files_done, kept.progress.files_failed, kept.progress.files_skipped,
           kept.progress.bytes_done);
  counts_.Finished(command, kept.progress);
  LogIfError(store_.Save(kept), "job: how a command ended is not kept");
  TrimFinished(kept.id);
}

void CommandRunner::TrimFinished(int64_t id) {
  int64_t oldest = 0;
  {
    MutexLock lock(mutex_);
    finished_.push_back(id);
    if (finished_.size() <= options_.finished_kept) return;
    oldest = finished_.front();
    finished_.pop_front();
  }
  table_.Forget(oldest);
  LogIfError(store_.Remove(oldest), "job: an old command is not removed");
}

// A master that is changing over is waited for.
Result<ListPage> CommandRunner::ListFolder(Work& work, const std::string& path,
                                           const std::string& after) {
  ListPageOptions options;
  options.batch_size = kPageEntries;
  if (!after.empty()) options.start_after = after;
  const Duration deadline = clock_.Monotonic() + options_.listing_patience;
  while (true) {
    Result<ListPage> page = list_(path, options);
    if (page.ok() || !stub::IsRetryable(page.status()) || clock_.Monotonic() >= deadline) {
      return page;
    }
    if (!Pause(kListAgain)) return Cancelled("the job master stops");
    if (work.id != 0 && !table_.AwaitRoom(work.id, SIZE_MAX)) return Cancelled("cancelled");
  }
}

Status CommandRunner::MakeFolder(const std::string& path) {
  CreateDirectoryOptions options;
  options.recursive = true;
  options.allow_exists = true;
  return fs_.CreateDirectory(path, options);
}

Status CommandRunner::List(Work& work, const std::string& path) {
  TreeWalk walk(path, [&](const std::string& folder, const std::string& after) {
    return ListFolder(work, folder, after);
  });
  if (const auto* copy = std::get_if<CopyCommand>(&work.command)) {
    walk.OnFolder([this, copy](const std::string& folder) {
      return MakeFolder(DestinationOf(*copy, folder));
    });
    ASSIGN_OR_RETURN(ListPage page, ListFolder(work, path, ""));
    const bool is_file = page.entries.size() == 1 && page.entries[0].path == path;
    if (!is_file) RETURN_IF_ERROR(MakeFolder(DestinationOf(*copy, path)));
  }
  while (true) {
    ASSIGN_OR_RETURN(std::vector<FileInfo> files, walk.Next());
    for (const auto& [folder, why] : walk.TakeUnread()) {
      if (why.Is(StatusCode::kCancelled)) return why;
      table_.AddFailure(work.id, folder, why.message());
    }
    if (files.empty()) return OkStatus();
    for (const FileInfo& file : files) RETURN_IF_ERROR(Take(work, file));
  }
}

Result<std::vector<TaskSpec>> CommandRunner::Plan(Work& work, const FileInfo& file) {
  if (const auto* copy = std::get_if<CopyCommand>(&work.command)) {
    return std::vector<TaskSpec>{
        PlanCopy(*copy, file, DestinationOf(*copy, file.path), work.submitted_ms)};
  }
  if (const auto* persist = std::get_if<PersistCommand>(&work.command)) {
    ASSIGN_OR_RETURN(TaskSpec task, PlanPersist(*persist, file, work.submitted_ms));
    return std::vector<TaskSpec>{std::move(task)};
  }
  const auto& load = std::get<LoadCommand>(work.command);
  const Duration now = clock_.Monotonic();
  if (!work.workers_known || now - work.workers_as_of > kWorkersFresh) {
    ASSIGN_OR_RETURN(std::vector<WorkerInfo> workers, fs_.Workers());
    work.workers = EligibleWorkers(load, workers);
    work.workers_as_of = now;
    work.workers_known = true;
  }
  return PlanLoad(load, file, work.workers);
}

Status CommandRunner::Take(Work& work, const FileInfo& file) {
  const bool is_load = std::holds_alternative<LoadCommand>(work.command);
  if (is_load && !file.completed) {
    table_.AddSkipped(work.id, 1);
    return OkStatus();
  }
  const Duration deadline = clock_.Monotonic() + options_.listing_patience;
  Result<std::vector<TaskSpec>> tasks = Plan(work, file);
  while (!tasks.ok() && stub::IsRetryable(tasks.status())) {
    if (clock_.Monotonic() >= deadline) return tasks.status();
    if (!Pause(kListAgain) || !table_.AwaitRoom(work.id, SIZE_MAX)) return Cancelled("cancelled");
    tasks = Plan(work, file);
  }
  if (!tasks.ok()) {
    table_.AddFailure(work.id, file.path, tasks.status().message());
    return OkStatus();
  }
  if (tasks->empty()) {
    table_.AddSkipped(work.id, 1);
    return OkStatus();
  }
  work.batch.paths.push_back(file.path);
  work.batch.sizes.push_back(file.length);
  for (TaskSpec& task : *tasks) work.batch.tasks.push_back(std::move(task));
  return work.batch.paths.size() >= BatchOf(work.command) ? Flush(work) : OkStatus();
}

Status CommandRunner::Flush(Work& work) {
  if (work.batch.paths.empty()) return OkStatus();
  JobSpec job = std::move(work.batch);
  work.batch = JobSpec();
  job.command = work.id;
  job.name = job.paths.size() == 1 ? PlanName(work.command) : "BatchedJob";
  for (const TaskSpec& task : job.tasks) {
    if (job.description.size() > 1000) break;
    job.description += (job.description.empty() ? "" : ", ") + task.description;
  }
  // Between the look and the addition others may take the room: then it is looked for again.
  while (table_.AwaitRoom(work.id, options_.active_jobs)) {
    Result<int64_t> added = table_.AddJob(job);
    if (added.ok() || !added.status().Is(StatusCode::kResourceExhausted)) return added.status();
  }
  return Cancelled("cancelled");
}

}  // namespace alluxio::job
