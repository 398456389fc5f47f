// JobMasterClientService, as the shells of 2.9 use it.
#include <algorithm>
#include <memory>

#include "job/master/job_service.h"
#include "job/master/progress_proto.h"
#include "proto/grpc/job_master.pb.h"
#include "proto/grpc/job_work.pb.h"

namespace alluxio::job {
namespace {

using namespace ::alluxio::grpc::job;  // NOLINT: every type below is one of its messages

constexpr char kService[] = "/alluxio.grpc.job.JobMasterClientService/";
constexpr size_t kRecent = 10;
constexpr char kDelimiter[] = ",";

grpc::job::Status WireOf(JobState state) { return static_cast<grpc::job::Status>(state); }

void ToProto(const JobView& job, JobInfo* out) {
  out->set_id(job.id);
  out->set_name(job.name);
  out->set_description(job.description);
  out->set_status(WireOf(job.state));
  out->set_errormessage(job.error);
  out->set_errortype(job.error_type);
  out->set_lastupdated(job.updated_ms);
  out->set_type(PLAN);
  for (const std::string& path : job.paths) out->add_affectedpaths(path);
  for (const TaskView& task : job.tasks) {
    JobInfo* child = out->add_children();
    child->set_id(task.id);
    child->set_parentid(job.id);
    child->set_status(WireOf(task.state));
    child->set_errormessage(task.error);
    child->set_errortype(task.error_type);
    child->set_workerhost(task.worker_host);
    child->set_description(task.description);
    child->set_lastupdated(job.updated_ms);
    child->set_type(TASK);
  }
}

std::string Joined(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : kDelimiter) + path;
  return text;
}

// A call that answers at once.
template <typename Request, typename Response>
void AddInline(const JobServiceParts& parts, rpc::MethodTable* methods, const char* name,
               std::function<Result<Response>(const Request&)> answer) {
  methods->Unary<Request, Response>(
      std::string(kService) + name, {},
      [&parts, answer = std::move(answer)](rpc::CallPtr, const Request& request,
                                           rpc::Reply<Response> reply) {
        if (::alluxio::Status serving = parts.CheckServing(); !serving.ok()) return reply(serving);
        reply(answer(request));
      });
}

template <typename Request, typename Response>
void AddBlocking(const JobServiceParts& parts, rpc::MethodTable* methods, const char* name,
                 std::function<Result<Response>(const Request&, const std::string& user)> work) {
  methods->Unary<Request, Response>(
      std::string(kService) + name, {},
      [&parts, work = std::move(work)](rpc::CallPtr call, const Request& request,
                                       rpc::Reply<Response> reply) {
        if (::alluxio::Status serving = parts.CheckServing(); !serving.ok()) return reply(serving);
        auto answer = std::make_shared<rpc::Reply<Response>>(std::move(reply));
        ::alluxio::Status submitted =
            parts.blocking->Submit([work, request, call, answer] {
              (*answer)(work(request, call->user().name));
            });
        if (!submitted.ok()) (*answer)(submitted);
      });
}

bool Matches(const JobView& job, const ListAllPOptions& options) {
  if (options.has_name() && options.name() != job.name) return false;
  return options.status_size() == 0 ||
         std::find(options.status().begin(), options.status().end(), WireOf(job.state)) !=
             options.status().end();
}

JobServiceSummary Summarize(std::vector<JobView> jobs) {
  JobServiceSummary summary;
  for (grpc::job::Status status : {CREATED, CANCELED, FAILED, RUNNING, COMPLETED}) {
    grpc::job::StatusSummary* line = summary.add_summaryperstatus();
    line->set_status(status);
    line->set_count(std::count_if(jobs.begin(), jobs.end(), [&](const JobView& job) {
      return WireOf(job.state) == status;
    }));
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const JobView& a, const JobView& b) {
    return a.updated_ms > b.updated_ms;
  });
  for (const JobView& job : jobs) {
    if (static_cast<size_t>(summary.recentactivities_size()) < kRecent) {
      ToProto(job, summary.add_recentactivities());
    }
    if (job.state == JobState::kFailed &&
        static_cast<size_t>(summary.recentfailures_size()) < kRecent) {
      ToProto(job, summary.add_recentfailures());
    }
  }
  for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
    if (job->state == JobState::kRunning &&
        static_cast<size_t>(summary.longestrunning_size()) < kRecent) {
      ToProto(*job, summary.add_longestrunning());
    }
  }
  return summary;
}

void AddJobCalls(const JobServiceParts& parts, rpc::MethodTable* methods) {
  JobTable& table = *parts.table;
  AddInline<CancelPRequest, CancelPResponse>(
      parts, methods, "Cancel", [&table](const CancelPRequest& request) -> Result<CancelPResponse> {
        RETURN_IF_ERROR(table.Cancel(request.jobid()));
        return CancelPResponse();
      });
  AddInline<GetJobStatusPRequest, GetJobStatusPResponse>(
      parts, methods, "GetJobStatus",
      [&table](const GetJobStatusPRequest& request) -> Result<GetJobStatusPResponse> {
        ASSIGN_OR_RETURN(JobView job, table.JobOf(request.jobid()));
        GetJobStatusPResponse response;
        ToProto(job, response.mutable_jobinfo());
        return response;
      });
  AddInline<GetJobStatusDetailedPRequest, GetJobStatusDetailedPResponse>(
      parts, methods, "GetJobStatusDetailed",
      [&table](const GetJobStatusDetailedPRequest& request)
          -> Result<GetJobStatusDetailedPResponse> {
        ASSIGN_OR_RETURN(JobView job, table.JobOf(request.jobid()));
        GetJobStatusDetailedPResponse response;
        ToProto(job, response.mutable_jobinfo());
        return response;
      });
  AddInline<GetJobServiceSummaryPRequest, GetJobServiceSummaryPResponse>(
      parts, methods, "GetJobServiceSummary",
      [&table](const GetJobServiceSummaryPRequest&) -> Result<GetJobServiceSummaryPResponse> {
        GetJobServiceSummaryPResponse response;
        *response.mutable_summary() = Summarize(table.Jobs());
        return response;
      });
  AddInline<ListAllPRequest, ListAllPResponse>(
      parts, methods, "ListAll",
      [&table](const ListAllPRequest& request) -> Result<ListAllPResponse> {
        ListAllPResponse response;
        for (const JobView& job : table.Jobs()) {
          if (!Matches(job, request.options())) continue;
          response.add_jobids(job.id);
          if (!request.options().jobidonly()) ToProto(job, response.add_jobinfos());
        }
        return response;
      });
}

void AddCommandCalls(const JobServiceParts& parts, rpc::MethodTable* methods) {
  JobTable& table = *parts.table;
  AddInline<GetCmdStatusRequest, GetCmdStatusResponse>(
      parts, methods, "GetCmdStatus",
      [&table](const GetCmdStatusRequest& request) -> Result<GetCmdStatusResponse> {
        ASSIGN_OR_RETURN(Progress progress, table.ProgressOf(request.jobcontrolid()));
        GetCmdStatusResponse response;
        response.set_cmdstatus(WireOf(progress.state));
        progress.failures.clear();  // asked for often
        CommandProgress wire;
        ToProto(progress, &wire);
        response.set_progress(wire.SerializeAsString());
        return response;
      });
  AddInline<GetCmdStatusDetailedRequest, GetCmdStatusDetailedResponse>(
      parts, methods, "GetCmdStatusDetailed",
      [&table](const GetCmdStatusDetailedRequest& request)
          -> Result<GetCmdStatusDetailedResponse> {
        const int64_t id = request.jobcontrolid();
        ASSIGN_OR_RETURN(Progress progress, table.ProgressOf(id));
        ASSIGN_OR_RETURN(std::vector<JobOutcome> outcomes, table.OutcomesOf(id));
        ASSIGN_OR_RETURN(CommandKind kind, table.KindOf(id));
        GetCmdStatusDetailedResponse response;
        CmdStatusBlock* block = response.mutable_cmdstatusblock();
        block->set_jobcontrolid(id);
        block->set_operationtype(static_cast<OperationType>(kind));
        for (const JobOutcome& outcome : outcomes) {
          JobStatusBlock* added = block->add_jobstatusblock();
          added->set_jobid(outcome.job);
          added->set_jobstatus(WireOf(outcome.state));
          added->set_filepath(Joined(outcome.paths));
          added->set_filepathfailed(Joined(outcome.failed));
        }
        CommandProgress wire;
        ToProto(progress, &wire);
        block->set_progress(wire.SerializeAsString());
        return response;
      });
}

void AddClusterCalls(const JobServiceParts& parts, rpc::MethodTable* methods) {
  AddInline<GetAllWorkerHealthPRequest, GetAllWorkerHealthPResponse>(
      parts, methods, "GetAllWorkerHealth",
      [&table = *parts.table](const GetAllWorkerHealthPRequest&)
          -> Result<GetAllWorkerHealthPResponse> {
        GetAllWorkerHealthPResponse response;
        for (const WorkerView& worker : table.Workers()) {
          JobWorkerHealth* health = response.add_workerhealths();
          health->set_workerid(worker.id);
          health->set_hostname(worker.host);
          health->set_lastupdated(worker.updated_ms);
          health->set_taskpoolsize(worker.health.pool_size);
          health->set_numactivetasks(worker.health.active_tasks);
          health->set_unfinishedtasks(worker.health.unfinished_tasks);
          for (double load : worker.health.load_average) health->add_loadaverage(load);
          health->mutable_version()->set_version(worker.version);
          health->mutable_version()->set_revision(worker.revision);
        }
        return response;
      });
  AddInline<GetAllMasterStatusPRequest, GetAllMasterStatusPResponse>(
      parts, methods, "GetAllMasterStatus",
      [&parts](const GetAllMasterStatusPRequest&) -> Result<GetAllMasterStatusPResponse> {
        GetAllMasterStatusPResponse response;
        JobMasterStatus* self = response.add_jobmasterstatus();
        self->set_state("PRIMARY");
        self->mutable_masteraddress()->set_host(parts.host);
        self->mutable_masteraddress()->set_rpcport(parts.port);
        self->set_starttime(parts.start_time_ms);
        self->mutable_version()->set_version(parts.version);
        return response;
      });
}

}  // namespace

::alluxio::Status JobServiceParts::CheckServing() const {
  if (serving == nullptr || serving()) return OkStatus();
  return Unavailable("this job master is not the primary one");
}

void AddJobClientService(const JobServiceParts& parts, rpc::MethodTable* methods) {
  AddJobCalls(parts, methods);
  AddCommandCalls(parts, methods);
  AddClusterCalls(parts, methods);
  CommandRunner& runner = *parts.runner;
  AddBlocking<SubmitRequest, SubmitResponse>(
      parts, methods, "Submit",
      [&runner](const SubmitRequest& request, const std::string& user) -> Result<SubmitResponse> {
        ASSIGN_OR_RETURN(int64_t id, runner.Submit(request.cmdconfig(), user));
        SubmitResponse response;
        response.set_jobcontrolid(id);
        return response;
      });
  AddBlocking<RunPRequest, RunPResponse>(
      parts, methods, "Run",
      [&runner](const RunPRequest& request, const std::string&) -> Result<RunPResponse> {
        ASSIGN_OR_RETURN(int64_t id, runner.Run(request.jobconfig()));
        RunPResponse response;
        response.set_jobid(id);
        return response;
      });
}

}  // namespace alluxio::job
