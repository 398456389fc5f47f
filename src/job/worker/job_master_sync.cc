#include "job/worker/job_master_sync.h"

#include <algorithm>

#include "base/log.h"
#include "proto/grpc/job_master.pb.h"
#include "wire/block_info.h"

namespace alluxio::job {
namespace {

constexpr Duration kSoon = std::chrono::milliseconds(20);
constexpr Duration kLogEvery = std::chrono::minutes(1);

}  // namespace

JobMasterSync::JobMasterSync(const JobMasterSyncOptions& options,
                             stub::JobMasterWorkerClient& master, TaskPool& pool, Clock& clock)
    : options_(options), master_(master), pool_(pool), clock_(clock) {}

JobMasterSync::~JobMasterSync() { Stop(); }

void JobMasterSync::Start() {
  thread_ = Executor::Create({.name = "heartbeat", .threads = 1, .queue_limit = 1});
  LogIfError(thread_->Submit([this] { Loop(); }), "job: no heartbeats");
}

void JobMasterSync::Wake() {
  MutexLock lock(mutex_);
  woken_ = true;
  woken_changed_.NotifyAll();
}

void JobMasterSync::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    woken_changed_.NotifyAll();
  }
  if (thread_ != nullptr) thread_->Stop();
}

void JobMasterSync::Loop() {
  Duration log_again = Duration::min();
  while (true) {
    Result<bool> step = Step();
    const Duration now = clock_.Monotonic();
    if (!step.ok() && now >= log_again) {
      LOG_WARN("job: no heartbeat error={}", step.status().ToString());
      log_again = now + kLogEvery;
    }
    const Duration earliest = now + kSoon;
    const Duration latest = now + (step.ok() && *step ? kSoon : options_.interval);
    MutexLock lock(mutex_);
    while (!stopped_) {
      const Duration left = (woken_ && step.ok() ? earliest : latest) - clock_.Monotonic();
      if (left <= Duration::zero()) break;
      woken_changed_.WaitFor(mutex_, left);
    }
    woken_ = false;
    if (stopped_) return;
  }
}

Status JobMasterSync::Register() {
  grpc::job::RegisterJobWorkerPRequest request;
  wire::ToProto(options_.address, request.mutable_workernetaddress());
  request.mutable_version()->set_version(options_.version);
  // Nothing of before counts: the job master, or this job worker, is new.
  pool_.Forget();
  ASSIGN_OR_RETURN(int64_t id, master_.Register(request));
  received_batch_ = 0;
  id_.store(id);
  LOG_INFO("job: registered id={}", id);
  return OkStatus();
}

Result<bool> JobMasterSync::Step() {
  if (id_.load() == 0) RETURN_IF_ERROR(Register());
  grpc::job::JobHeartbeatPRequest request;
  grpc::job::JobWorkerHealth* health = request.mutable_jobworkerhealth();
  health->set_workerid(id_.load());
  health->set_hostname(options_.address.host);
  health->set_lastupdated(clock_.NowMs());
  health->set_taskpoolsize(static_cast<int32_t>(pool_.threads()));
  health->set_numactivetasks(static_cast<int32_t>(pool_.active()));
  health->set_unfinishedtasks(static_cast<int32_t>(pool_.unfinished()));
  health->mutable_version()->set_version(options_.version);
  if (options_.load_average) {
    for (double load : options_.load_average()) health->add_loadaverage(load);
  }
  request.mutable_options()->set_receivedbatch(received_batch_);
  const std::vector<TaskOutcome> outcomes = pool_.Outcomes();
  for (const TaskOutcome& outcome : outcomes) {
    grpc::job::JobInfo* info = request.add_taskinfos();
    info->set_parentid(outcome.job);
    info->set_id(outcome.task);
    info->set_status(static_cast<grpc::job::Status>(outcome.state));
    info->set_errormessage(outcome.error);
    info->set_errortype(outcome.error_type);
    info->set_type(grpc::job::TASK);
    info->set_workerhost(options_.address.host);
  }
  grpc::job::JobHeartbeatPResponse response;
  RETURN_IF_ERROR(master_.Heartbeat(request, &response));
  for (const grpc::job::JobCommand& command : response.commands()) {
    if (command.has_registercommand()) {
      id_.store(0);
      return true;
    }
  }
  pool_.Told(outcomes);
  if (response.batch() <= received_batch_) return !outcomes.empty();
  received_batch_ = response.batch();
  for (const grpc::job::JobCommand& command : response.commands()) {
    if (command.has_runtaskcommand()) {
      const auto& run = command.runtaskcommand();
      pool_.Start(run.jobid(), run.taskid(), run.taskargs());
    } else if (command.has_canceltaskcommand()) {
      pool_.Cancel(command.canceltaskcommand().jobid(), command.canceltaskcommand().taskid());
    }
  }
  return true;
}

}  // namespace alluxio::job
