#include "master/jobs/load_jobs.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "env/clock.h"
#include "master/block/block_master.h"
#include "master/ops/fs_operations.h"
#include "master/state/op_context.h"
#include "master/state/serving_gate.h"
#include "master/tree/inode_tree.h"
#include "metrics/registry.h"
#include "model/path.h"
#include "model/tree_walk.h"

namespace alluxio::master {
namespace {

constexpr size_t kMostRunning = 100;  // as Alluxio 2.9
constexpr Duration kTick = std::chrono::milliseconds(100);

constexpr const char* kCounters[] = {"Master.JobLoadSuccess", "Master.JobLoadFail",
                                     "Master.JobLoadBlockCount", "Master.JobLoadBlockFail"};
metrics::Counter& Count(const char* name) { return metrics::Registry::Process().counter(name); }

}  // namespace

LoadJobs::LoadJobs(LoadJobParts parts)
    : parts_(std::move(parts)), state_(std::make_shared<State>()) {}

LoadJobs::~LoadJobs() { Stop(); }

void LoadJobs::Start() {
  for (const char* name : kCounters) Count(name);  // so that they are there, at 0
  ticking_ = std::make_unique<PeriodicTask>("load-jobs", kTick, [this] {
    if (parts_.gate == nullptr || parts_.gate->serving()) Tick();
  });
  MutexLock lock(state_->mutex);
  state_->wake = [task = ticking_.get()] { task->Trigger(); };
}

void LoadJobs::Stop() {
  {
    MutexLock lock(state_->mutex);
    state_->wake = nullptr;
  }
  ticking_.reset();
}

Result<std::string> LoadJobs::Submit(OpContext& context, const LoadJobRequest& request) {
  LoadJob job;
  ASSIGN_OR_RETURN(job.path, CleanPath(request.path));
  if (request.bandwidth && *request.bandwidth <= 0) {
    return InvalidArgument(fmt::format("bandwidth should be greater than 0 if provided, get {}",
                                       *request.bandwidth));
  }
  job.id = parts_.rng->Uuid();
  job.user = context.user();
  job.partial_listing = request.partial_listing;
  bool is_new = true;
  {
    WriterLock lock(parts_.tree->lock());
    EditContext edits(*parts_.ledger, context);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    const LoadJob* known = parts_.table->Find(job.path);
    is_new = known == nullptr || known->done();
    if (!is_new) job = *known;
    job.bandwidth = request.bandwidth;
    job.verify = request.verify;
    job.state = LoadJobState::kCreated;
    job.end_time_ms.reset();
    auto running = std::count_if(parts_.table->all().begin(), parts_.table->all().end(),
                                 [](const auto& item) { return item.second.running(); });
    bool runs_already = !is_new && known->running();
    if (!runs_already && static_cast<size_t>(running) >= kMostRunning) {
      return ResourceExhausted("Too many jobs running, please submit later.");
    }
    edits.Record(LoadJobEdit(job));
  }
  last_edit_.store(context.position());
  LOG_INFO("load job: {} path={} id={} user={} verify={}", is_new ? "submitted" : "updated",
           job.path, job.id, job.user, job.verify);
  return is_new ? job.id : std::string();
}

Result<bool> LoadJobs::StopJob(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  WriterLock lock(parts_.tree->lock());
  const LoadJob* known = parts_.table->Find(path);
  if (known == nullptr || !known->running()) return false;
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  LoadJob job = *known;
  job.state = LoadJobState::kStopped;
  job.end_time_ms = context.NowMs();
  edits.Record(LoadJobEdit(job));
  last_edit_.store(context.position());
  LOG_INFO("load job: stopped path={} id={}", path, job.id);
  return true;
}

bool LoadJobs::Forgotten(const LoadJob& job) const {
  return job.done() && job.end_time_ms &&
         *job.end_time_ms <= parts_.clock->NowMs() - ToMillis(parts_.retention);
}

Result<LoadReport> LoadJobs::Report(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  LoadJob job;
  {
    ReaderLock lock(parts_.tree->lock());
    const LoadJob* known = parts_.table->Find(path);
    if (known == nullptr || Forgotten(*known)) {
      return NotFound(fmt::format("JobDescription{{Path={}, Type=load}} cannot be found.", path));
    }
    job = *known;
  }
  context.SawPosition(last_edit_.load());
  return ReportOf(job);
}

std::vector<LoadReport> LoadJobs::Reports() {
  std::vector<LoadJob> jobs;
  {
    ReaderLock lock(parts_.tree->lock());
    for (const auto& [path, job] : parts_.table->all()) {
      if (!Forgotten(job)) jobs.push_back(job);
    }
  }
  std::vector<LoadReport> reports;
  reports.reserve(jobs.size());
  for (const LoadJob& job : jobs) reports.push_back(ReportOf(job));
  return reports;
}

LoadReport LoadJobs::ReportOf(const LoadJob& job) {
  LoadReport report;
  report.job = job;
  MutexLock lock(state_->mutex);
  auto found = state_->runs.find(job.path);
  if (found == state_->runs.end() || found->second->job.id != job.id) return report;
  const Run& run = *found->second;
  report.counts = run.progress.Counts();
  report.failure = run.failure;
  int64_t end = run.end_ms != 0 ? run.end_ms : job.end_time_ms.value_or(parts_.clock->NowMs());
  report.elapsed_ms = std::max<int64_t>(0, end - run.start_ms);
  return report;
}

void LoadJobs::Tick() {
  std::vector<std::pair<RunPtr, LoadJob>> runs = RunsOfTable();
  if (runs.empty()) return;
  std::vector<WorkerInfo> workers = parts_.blocks->LiveWorkers();
  for (auto& [run, job] : runs) Advance(run, job, workers);
}

std::vector<std::pair<LoadJobs::RunPtr, LoadJob>> LoadJobs::RunsOfTable() {
  std::vector<LoadJob> jobs;
  std::vector<std::string> gone;
  {
    ReaderLock lock(parts_.tree->lock());
    for (const auto& [path, job] : parts_.table->all()) {
      if (job.running()) jobs.push_back(job);
      if (Forgotten(job)) gone.push_back(path);
    }
  }
  std::vector<std::pair<RunPtr, LoadJob>> runs;
  runs.reserve(jobs.size());
  for (LoadJob& job : jobs) {
    RunPtr run = RunOf(job);
    runs.emplace_back(std::move(run), std::move(job));
  }
  MutexLock lock(state_->mutex);
  for (const std::string& path : gone) state_->runs.erase(path);
  return runs;
}

LoadJobs::RunPtr LoadJobs::RunOf(const LoadJob& job) {
  MutexLock lock(state_->mutex);
  RunPtr& run = state_->runs[job.path];
  if (run != nullptr && run->job.id == job.id) return run;
  run = std::make_shared<Run>(job);
  run->start_ms = parts_.clock->NowMs();
  if (!job.partial_listing) run->count = std::make_unique<TreeWalk>(job.path, PageOf(job));
  run->walk = std::make_unique<TreeWalk>(job.path, PageOf(job));
  return run;
}

void LoadJobs::Advance(const RunPtr& run, const LoadJob& job,
                       const std::vector<WorkerInfo>& workers) {
  std::string failure;
  {
    MutexLock lock(state_->mutex);
    if (run->over) return;
    failure = run->failure;
    if (failure.empty() && !run->listing && run->progress.WantsFiles()) StartListing(run);
  }
  if (failure.empty() && !run->progress.Healthy()) {
    failure = "Job failed because it's not healthy.";
  }
  if (!failure.empty()) return Finish(run, failure);
  for (const WorkerInfo& worker : workers) Ask(run, job, worker);
  if (!run->progress.PassDone()) return;
  if (job.verify && run->progress.LoadedInPass()) {
    MutexLock lock(state_->mutex);
    if (run->listing) return;  // it still looks at the walk
    run->progress.NextPass();
    run->walk = std::make_unique<TreeWalk>(job.path, PageOf(job));
    return;
  }
  int64_t failed = run->progress.Counts().files_failed;
  Finish(run, failed == 0 ? "" : fmt::format("{} files could not be loaded", failed));
}

void LoadJobs::Finish(const RunPtr& run, const std::string& failure) {
  OpContextOptions options;
  options.clock = parts_.clock;
  options.may_block = true;
  OpContext context(std::move(options));
  {
    WriterLock lock(parts_.tree->lock());
    const LoadJob* known = parts_.table->Find(run->job.path);
    // Stopped or submitted anew meanwhile.
    if (known == nullptr || known->id != run->job.id || !known->running()) return;
    EditContext edits(*parts_.ledger, context);
    if (!edits.CheckAdmitted().ok()) return;  // at the next tick
    LoadJob job = *known;
    job.state = failure.empty() ? LoadJobState::kSucceeded : LoadJobState::kFailed;
    job.end_time_ms = parts_.clock->NowMs();
    edits.Record(LoadJobEdit(job));
  }
  last_edit_.store(context.position());
  Count(failure.empty() ? "Master.JobLoadSuccess" : "Master.JobLoadFail").Add();
  LoadCounts counts = run->progress.Counts();
  LOG_INFO("load job: over path={} id={} files={} failed={} bytes={} reason={}", run->job.path,
           run->job.id, counts.files_processed, counts.files_failed, counts.bytes_loaded,
           failure);
  MutexLock lock(state_->mutex);
  run->over = true;
  run->failure = failure;
  run->end_ms = parts_.clock->NowMs();
}

}  // namespace alluxio::master
