// What load jobs have others do: folders that are listed, and workers that load.
#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "env/clock.h"
#include "env/lane_pool.h"
#include "master/jobs/load_jobs.h"
#include "master/ops/fs_operations.h"
#include "master/state/op_context.h"
#include "master/state/serving_gate.h"
#include "metrics/registry.h"

namespace alluxio::master {
namespace {

constexpr int32_t kPageEntries = 1000;
constexpr size_t kBatchBlocks = 50;
constexpr int64_t kBatchBytes = int64_t{256} << 20;
constexpr int kAskedAtOnce = 2;  // requests of one job to one worker: one loads, one is on its way
constexpr Duration kLoadTimeout = std::chrono::minutes(10);
constexpr int64_t kLimitedBatchSeconds = 5;  // of bandwidth that a request may take
constexpr Duration kFirstPenalty = std::chrono::milliseconds(500);
constexpr Duration kLongestPenalty = std::chrono::seconds(30);
constexpr int64_t kListingLane = 0x6c6f61646a6f62;  // of all jobs together
constexpr size_t kListingThreads = 4;

}  // namespace

FolderPage LoadJobs::PageOf(const LoadJob& job) const {
  // Holds what outlives the pool that lists, and nothing of this object.
  return [operations = parts_.operations, clock = parts_.clock, gate = parts_.gate,
          groups_of = parts_.groups_of, user = job.user](
             const std::string& folder, const std::string& after) -> Result<ListPage> {
    if (gate != nullptr && !gate->serving()) return Unavailable("this master stops");
    OpContextOptions options;
    options.user = user;
    options.groups_of = groups_of;
    options.clock = clock;
    options.may_block = true;
    OpContext context(std::move(options));
    ListPageOptions page;
    page.batch_size = kPageEntries;
    if (!after.empty()) page.start_after = after;
    return operations->ListStatusPartial(context, folder, page);
  };
}

void LoadJobs::StartListing(const RunPtr& run) {
  Lane lane;
  lane.id = kListingLane;
  lane.threads = kListingThreads;
  run->listing = true;
  // The listing may end when the jobs are gone: it touches what it holds.
  Status accepted = parts_.blocking->Submit(
      lane, [state = state_, run, gate = parts_.gate] { List(*state, *run, gate); });
  if (!accepted.ok()) run->listing = false;  // at the next tick
}

void LoadJobs::List(State& state, Run& run, const ServingGate* gate) {
  Status listed = ListSome(run);
  bool stopping = gate != nullptr && !gate->serving();
  MutexLock lock(state.mutex);
  run.listing = false;
  // What a store says that is away for a moment is said of the whole job only at its root; a job
  // whose root cannot be read has nothing to go on with.
  if (!listed.ok() && !stopping) run.failure = listed.message();
  if (state.wake) state.wake();
}

Status LoadJobs::ListSome(Run& run) {
  while (run.count != nullptr) {
    ASSIGN_OR_RETURN(std::vector<FileInfo> files, run.count->Next());
    run.progress.AddToTotal(files);
    if (!files.empty()) continue;
    run.progress.Counted();
    run.count = nullptr;
  }
  while (run.progress.WantsFiles(LoadRun::kHighWater)) {
    ASSIGN_OR_RETURN(std::vector<FileInfo> files, run.walk->Next());
    for (const auto& [folder, why] : run.walk->TakeUnread()) {
      run.progress.CouldNotList(folder, why);
    }
    run.progress.Listed(files, files.empty());
  }
  return OkStatus();
}

std::shared_ptr<stub::BlockWorkerClient> LoadJobs::ClientOf(const WorkerInfo& worker) {
  auto& [address, client] = clients_[worker.id];
  if (client == nullptr || address != worker.address) {
    address = worker.address;
    client = parts_.dial(worker.address);
  }
  return client;
}

int LoadJobs::Room(const Run& run, const LoadJob& job, WorkerId worker, Duration now) {
  MutexLock lock(state_->mutex);
  auto penalty = state_->penalties.find(worker);
  if (penalty != state_->penalties.end() && penalty->second.until > now) return 0;
  auto asked = run.asked.find(worker);
  int most = job.bandwidth ? 1 : kAskedAtOnce;
  return most - (asked == run.asked.end() ? 0 : asked->second);
}

void LoadJobs::Ask(const RunPtr& run, const LoadJob& job, const WorkerInfo& worker) {
  Duration now = parts_.clock->Monotonic();
  int64_t most_bytes = kBatchBytes;
  if (job.bandwidth) most_bytes = std::min(most_bytes, *job.bandwidth * kLimitedBatchSeconds);
  for (int room = Room(*run, job, worker.id, now); room > 0; --room) {
    LoadBatch batch = run->progress.Take(now, kBatchBlocks, most_bytes);
    if (batch.empty()) return;
    Send(run, job, worker, std::move(batch));
  }
}

void LoadJobs::Send(const RunPtr& run, const LoadJob& job, const WorkerInfo& worker,
                    LoadBatch batch) {
  std::vector<stub::LoadBlock> blocks;
  int64_t bytes = 0;
  for (const LoadBatchItem& item : batch) {
    blocks.push_back(item.block);
    bytes += item.block.length;
  }
  stub::LoadOptions options;
  options.tag = job.id;
  options.bandwidth = job.bandwidth.value_or(0);
  options.user = job.user;
  options.timeout = kLoadTimeout;
  if (job.bandwidth) options.timeout += std::chrono::seconds(bytes / *job.bandwidth);
  {
    MutexLock lock(state_->mutex);
    ++run->asked[worker.id];
  }
  // The answer may come when the jobs are gone: it touches what it holds.
  ClientOf(worker)->LoadAsync(
      blocks, options,
      [state = state_, run, id = worker.id, clock = parts_.clock,
       batch = std::move(batch)](Result<std::vector<stub::LoadFailure>> answer) mutable {
        Answered(*state, *run, id, std::move(batch), answer, clock->Monotonic());
      });
}

void LoadJobs::Answered(State& state, Run& run, WorkerId worker, LoadBatch batch,
                        const Result<std::vector<stub::LoadFailure>>& answer, Duration now) {
  if (answer.ok()) {
    metrics::Registry& registry = metrics::Registry::Process();
    auto failed = static_cast<int64_t>(answer->size());
    registry.counter("Master.JobLoadBlockCount").Add(static_cast<int64_t>(batch.size()) - failed);
    registry.counter("Master.JobLoadBlockFail").Add(failed);
    run.progress.Done(std::move(batch), *answer, now);
  } else {
    LOG_WARN("load job: a worker did not load path={} worker={} blocks={} error={}",
             run.job.path, worker, batch.size(), answer.status().ToString());
    run.progress.Return(std::move(batch), answer.status(), now);
  }
  MutexLock lock(state.mutex);
  --run.asked[worker];
  if (answer.ok()) {
    state.penalties.erase(worker);
  } else {
    Penalty& penalty = state.penalties[worker];
    penalty.until =
        now + std::min(kLongestPenalty, kFirstPenalty * (1 << std::min(penalty.failures, 6)));
    ++penalty.failures;
  }
  if (state.wake) state.wake();
}

}  // namespace alluxio::master
