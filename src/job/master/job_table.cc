#include "job/master/job_table.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "job/master/job_table_parts.h"

namespace alluxio::job {
namespace {

Status NoSuchJob(int64_t id) {
  return NotFound(fmt::format("The job of id {} does not exist", id));
}

}  // namespace

JobTable::JobTable(const JobTableOptions& options, Clock& clock)
    : options_(options), clock_(clock) {}

JobTable::~JobTable() = default;

int64_t JobTable::NewId() {
  MutexLock lock(mutex_);
  last_id_ = std::max(last_id_ + 1, clock_.NowMs());
  return last_id_;
}

void JobTable::SkipIds(int64_t beyond) {
  MutexLock lock(mutex_);
  last_id_ = std::max(last_id_, beyond);
}

void JobTable::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

JobTable::Command* JobTable::FindCommand(int64_t id) {
  auto found = commands_.find(id);
  return found == commands_.end() ? nullptr : found->second.get();
}

const JobTable::Command* JobTable::FindCommand(int64_t id) const {
  auto found = commands_.find(id);
  return found == commands_.end() ? nullptr : found->second.get();
}

JobTable::Job* JobTable::FindJob(int64_t id) {
  auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second.get();
}

void JobTable::AddCommand(int64_t id, CommandKind kind) {
  MutexLock lock(mutex_);
  commands_[id] = std::make_unique<Command>();
  commands_[id]->kind = kind;
}

void JobTable::AddFinishedCommand(int64_t id, CommandKind kind, Progress progress) {
  MutexLock lock(mutex_);
  auto command = std::make_unique<Command>();
  command->kind = kind;
  command->from_before = true;
  command->progress = std::move(progress);
  commands_[id] = std::move(command);
}

bool JobTable::AwaitRoom(int64_t command, size_t active) {
  MutexLock lock(mutex_);
  while (true) {
    const Command* known = FindCommand(command);
    if (closed_ || known == nullptr || known->cancelled) return false;
    if (known->live.size() < active && unfinished_ < options_.capacity) return true;
    changed_.Wait(mutex_);
  }
}

void JobTable::AddSkipped(int64_t command, int64_t files) {
  MutexLock lock(mutex_);
  Command* known = FindCommand(command);
  if (known == nullptr) return;
  known->progress.files += files;
  known->progress.files_skipped += files;
}

void JobTable::AddFailure(int64_t command, const std::string& path, const std::string& reason) {
  MutexLock lock(mutex_);
  Command* known = FindCommand(command);
  if (known == nullptr) return;
  ++known->progress.files;
  ++known->progress.files_failed;
  if (known->progress.failures.size() < options_.failures_kept) {
    known->progress.failures.push_back({path, reason});
  }
}

void JobTable::Listed(int64_t command, const Status& why) {
  MutexLock lock(mutex_);
  Command* known = FindCommand(command);
  if (known == nullptr) return;
  known->progress.listed = true;
  if (!why.ok() && !known->cancelled) known->progress.error = why.message();
  changed_.NotifyAll();
}

std::optional<Progress> JobTable::AwaitFinished(int64_t command) {
  MutexLock lock(mutex_);
  while (true) {
    const Command* known = FindCommand(command);
    if (closed_ || known == nullptr) return std::nullopt;
    if (IsFinished(known->State())) {
      Progress progress = known->progress;
      progress.state = known->State();
      return progress;
    }
    changed_.Wait(mutex_);
  }
}

Result<Progress> JobTable::ProgressOf(int64_t command) const {
  MutexLock lock(mutex_);
  const Command* known = FindCommand(command);
  if (known == nullptr) return NoSuchJob(command);
  Progress progress = known->progress;
  progress.state = known->State();
  return progress;
}

Result<CommandKind> JobTable::KindOf(int64_t command) const {
  MutexLock lock(mutex_);
  const Command* known = FindCommand(command);
  if (known == nullptr) return NoSuchJob(command);
  return known->kind;
}

Result<std::vector<JobOutcome>> JobTable::OutcomesOf(int64_t command) const {
  MutexLock lock(mutex_);
  const Command* known = FindCommand(command);
  if (known == nullptr) return NoSuchJob(command);
  std::vector<JobOutcome> outcomes;
  for (int64_t id : known->jobs) {
    auto found = jobs_.find(id);
    if (found == jobs_.end()) continue;
    const Job& job = *found->second;
    JobOutcome outcome{job.id, job.state, job.spec.paths, {}};
    for (const Task& task : job.tasks) {
      if (task.state != JobState::kFailed) continue;
      if (std::find(outcome.failed.begin(), outcome.failed.end(), task.spec.path) ==
          outcome.failed.end()) {
        outcome.failed.push_back(task.spec.path);
      }
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

void JobTable::Forget(int64_t command) {
  MutexLock lock(mutex_);
  commands_.erase(command);
}

Result<int64_t> JobTable::AddJob(JobSpec spec) {
  const int64_t id = NewId();
  MutexLock lock(mutex_);
  if (unfinished_ >= options_.capacity) {
    return ResourceExhausted(fmt::format("Job master is at full capacity of {} jobs",
                                         options_.capacity));
  }
  auto job = std::make_unique<Job>();
  job->id = id;
  job->created_ms = job->updated_ms = clock_.NowMs();
  spec.sizes.resize(spec.paths.size());
  job->tasks.resize(spec.tasks.size());
  job->unfinished = spec.tasks.size();
  for (size_t i = 0; i < spec.tasks.size(); ++i) job->tasks[i].spec = std::move(spec.tasks[i]);
  spec.tasks.clear();
  if (Command* command = FindCommand(spec.command); command != nullptr) {
    command->progress.files += static_cast<int64_t>(spec.paths.size());
    for (int64_t size : spec.sizes) command->progress.bytes += size;
    command->live.insert(id);
    command->jobs.push_back(id);
  }
  job->spec = std::move(spec);
  Job& added = *job;
  jobs_[id] = std::move(job);
  ++unfinished_;
  for (size_t i = 0; i < added.tasks.size(); ++i) Enqueue({id, static_cast<int64_t>(i)});
  if (added.tasks.empty()) FinishJob(added);
  Trim();
  return id;
}

// The oldest finished jobs make room.
void JobTable::Trim() {
  while (jobs_.size() > options_.capacity && !finished_.empty()) {
    const int64_t oldest = finished_.front();
    finished_.pop_front();
    Job* job = FindJob(oldest);
    if (Command* command = FindCommand(job->spec.command); command != nullptr) {
      // Nearly always the first.
      auto at = std::find(command->jobs.begin(), command->jobs.end(), oldest);
      if (at != command->jobs.end()) command->jobs.erase(at);
    }
    jobs_.erase(oldest);
  }
}

void JobTable::FinishTask(const TaskId& id, JobState state, const std::string& error,
                          const std::string& type) {
  Job* job = FindJob(id.job);
  Task& task = job->tasks[static_cast<size_t>(id.task)];
  task.state = state;
  task.error = error;
  task.error_type = type;
  task.spec.work.clear();
  job->updated_ms = clock_.NowMs();
  if (--job->unfinished == 0) FinishJob(*job);
}

void JobTable::FinishJob(Job& job) {
  std::set<std::string> failed;
  std::set<std::string> cancelled;
  for (const Task& task : job.tasks) {
    if (task.state == JobState::kCanceled) cancelled.insert(task.spec.path);
    if (task.state != JobState::kFailed) continue;
    if (job.error.empty()) {
      job.error = task.error;
      job.error_type = task.error_type;
    }
    Command* command = FindCommand(job.spec.command);
    if (failed.insert(task.spec.path).second && command != nullptr &&
        command->progress.failures.size() < options_.failures_kept) {
      command->progress.failures.push_back({task.spec.path, task.error});
    }
  }
  job.state = !failed.empty()      ? JobState::kFailed
              : !cancelled.empty() ? JobState::kCanceled
                                   : JobState::kCompleted;
  finished_.push_back(job.id);
  --unfinished_;
  if (Command* command = FindCommand(job.spec.command); command != nullptr) {
    command->live.erase(job.id);
    command->progress.files_failed += static_cast<int64_t>(failed.size());
    for (size_t i = 0; i < job.spec.paths.size(); ++i) {
      const std::string& path = job.spec.paths[i];
      if (failed.count(path) > 0 || cancelled.count(path) > 0) continue;
      ++command->progress.files_done;
      command->progress.bytes_done += job.spec.sizes[i];
    }
  }
  changed_.NotifyAll();
}

std::vector<JobView> JobTable::Jobs() const {
  MutexLock lock(mutex_);
  std::vector<JobView> views;
  views.reserve(jobs_.size());
  for (const auto& [id, job] : jobs_) {
    views.push_back({id, job->spec.name, job->spec.description, job->state, job->error,
                     job->error_type, job->updated_ms, job->created_ms, job->spec.paths, {}});
  }
  return views;
}

std::map<JobState, int64_t> JobTable::Counts() const {
  MutexLock lock(mutex_);
  std::map<JobState, int64_t> counts;
  for (const auto& [id, job] : jobs_) ++counts[job->state];
  return counts;
}

Result<JobView> JobTable::JobOf(int64_t id) const {
  MutexLock lock(mutex_);
  auto found = jobs_.find(id);
  if (found == jobs_.end()) return NoSuchJob(id);
  const Job& job = *found->second;
  JobView view{id, job.spec.name, job.spec.description, job.state, job.error, job.error_type,
               job.updated_ms, job.created_ms, job.spec.paths, {}};
  for (size_t i = 0; i < job.tasks.size(); ++i) {
    const Task& task = job.tasks[i];
    view.tasks.push_back({static_cast<int64_t>(i), task.state, task.spec.description,
                          task.worker_host, task.error, task.error_type});
  }
  return view;
}

void JobTable::CancelJob(Job& job) {
  for (size_t i = 0; i < job.tasks.size(); ++i) {
    Task& task = job.tasks[i];
    const TaskId id{job.id, static_cast<int64_t>(i)};
    if (IsFinished(task.state)) continue;
    if (auto worker = workers_.find(task.worker); worker != workers_.end()) {
      worker->second->cancel.push_back(id);  // it reports how it ended
    } else {
      FinishTask(id, JobState::kCanceled, "", "");
    }
  }
}

Status JobTable::Cancel(int64_t id) {
  MutexLock lock(mutex_);
  if (Command* command = FindCommand(id); command != nullptr) {
    command->cancelled = true;
    const std::set<int64_t> live = command->live;
    for (int64_t job : live) CancelJob(*FindJob(job));
    changed_.NotifyAll();
    return OkStatus();
  }
  Job* job = FindJob(id);
  if (job == nullptr) return NoSuchJob(id);
  CancelJob(*job);
  return OkStatus();
}

}  // namespace alluxio::job
