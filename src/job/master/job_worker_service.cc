// JobMasterWorkerService and the version handshake.
#include <fmt/core.h>

#include "job/master/job_service.h"
#include "proto/grpc/job_master.pb.h"
#include "proto/grpc/version.pb.h"
#include "wire/block_info.h"

namespace alluxio::job {
namespace {

namespace version = ::alluxio::grpc::version;
using grpc::job::JobCommand;
using grpc::job::JobHeartbeatPRequest;
using grpc::job::JobHeartbeatPResponse;
using grpc::job::RegisterJobWorkerPRequest;
using grpc::job::RegisterJobWorkerPResponse;

constexpr char kService[] = "/alluxio.grpc.job.JobMasterWorkerService/";
constexpr char kVersionMethod[] =
    "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion";
constexpr int64_t kJobVersion = 1;
constexpr int64_t kUnknownVersion = -1;

HeartbeatRequest FromProto(const JobHeartbeatPRequest& wire) {
  HeartbeatRequest request;
  const auto& health = wire.jobworkerhealth();
  request.worker = health.workerid();
  request.health.load_average = {health.loadaverage().begin(), health.loadaverage().end()};
  request.health.pool_size = health.taskpoolsize();
  request.health.active_tasks = health.numactivetasks();
  request.health.unfinished_tasks = health.unfinishedtasks();
  request.received_batch = wire.options().receivedbatch();
  for (const grpc::job::JobInfo& info : wire.taskinfos()) {
    TaskReport report;
    report.id = {info.parentid(), info.id()};
    report.state = static_cast<JobState>(info.status());
    report.error = info.errormessage();
    report.error_type = info.errortype();
    request.reports.push_back(std::move(report));
  }
  return request;
}

JobHeartbeatPResponse ToProto(const HeartbeatAnswer& answer) {
  JobHeartbeatPResponse wire;
  wire.set_batch(answer.batch);
  if (answer.must_register) wire.add_commands()->mutable_registercommand();
  for (const TaskOrder& order : answer.run) {
    auto* run = wire.add_commands()->mutable_runtaskcommand();
    run->set_jobid(order.id.job);
    run->set_taskid(order.id.task);
    run->set_taskargs(order.work);
  }
  for (const TaskId& id : answer.cancel) {
    auto* cancel = wire.add_commands()->mutable_canceltaskcommand();
    cancel->set_jobid(id.job);
    cancel->set_taskid(id.task);
  }
  return wire;
}

}  // namespace

void AddJobWorkerService(const JobServiceParts& parts, rpc::MethodTable* methods) {
  JobTable& table = *parts.table;
  methods->Unary<RegisterJobWorkerPRequest, RegisterJobWorkerPResponse>(
      std::string(kService) + "RegisterJobWorker", {},
      [&parts, &table](rpc::CallPtr, const RegisterJobWorkerPRequest& request,
                       rpc::Reply<RegisterJobWorkerPResponse> reply) {
        if (Status serving = parts.CheckServing(); !serving.ok()) return reply(serving);
        RegisterJobWorkerPResponse response;
        response.set_id(table.Register(wire::FromProto(request.workernetaddress()),
                                       request.version().version(),
                                       request.version().revision()));
        reply(std::move(response));
      });
  methods->Unary<JobHeartbeatPRequest, JobHeartbeatPResponse>(
      std::string(kService) + "Heartbeat", {},
      [&parts, &table](rpc::CallPtr, const JobHeartbeatPRequest& request,
                       rpc::Reply<JobHeartbeatPResponse> reply) {
        if (Status serving = parts.CheckServing(); !serving.ok()) return reply(serving);
        reply(ToProto(table.Heartbeat(FromProto(request))));
      });
}

void AddJobVersionService(const JobServiceParts& parts, rpc::MethodTable* methods) {
  rpc::MethodOptions open;
  open.needs_authentication = false;
  methods->Unary<version::GetServiceVersionPRequest, version::GetServiceVersionPResponse>(
      kVersionMethod, open,
      [&parts](rpc::CallPtr, const version::GetServiceVersionPRequest& request,
               rpc::Reply<version::GetServiceVersionPResponse> reply) {
        Status serving = parts.CheckServing();
        if (!serving.ok() && !request.allowedonstandbymasters()) return reply(serving);
        const auto type = request.servicetype();
        // Clients that look for the primary of several ask for the meta service of any master.
        const bool known = type == version::JOB_MASTER_CLIENT_SERVICE ||
                           type == version::JOB_MASTER_WORKER_SERVICE ||
                           type == version::META_MASTER_CLIENT_SERVICE;
        if (!known && type != version::UNKNOWN_SERVICE) {
          return reply(NotFound(
              fmt::format("Service {} is not found.", version::ServiceType_Name(type))));
        }
        version::GetServiceVersionPResponse response;
        response.set_version(known ? kJobVersion : kUnknownVersion);
        reply(std::move(response));
      });
}

}  // namespace alluxio::job
