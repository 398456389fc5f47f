// submitJob, StopJob and GetJobProgress of FileSystemMasterClientService: load jobs.
#include <string>

#include "job/plan/load_job.h"
#include "master/jobs/load_jobs.h"
#include "master/service/method_runner.h"
#include "master/service/services.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;

constexpr char kService[] = "/alluxio.grpc.file.FileSystemMasterClientService/";
constexpr char kLoad[] = "load";

Status SubmitJob(const ServiceParts& parts, OpContext& context,
                 const file::SubmitJobPRequest& request, file::SubmitJobPResponse* response) {
  ASSIGN_OR_RETURN(job::LoadJobBytes bytes, job::ReadLoadJob(request.request_body()));
  file::LoadJobPOptions options;
  if (!options.ParseFromString(bytes.options)) {
    return InvalidArgument("load " + bytes.path + ": the options cannot be read");
  }
  LoadJobRequest load;
  load.path = std::move(bytes.path);
  if (options.has_bandwidth()) load.bandwidth = options.bandwidth();
  load.verify = options.verify();
  load.partial_listing = options.partiallisting();
  ASSIGN_OR_RETURN(std::string id, parts.load_jobs->Submit(context, load));
  if (!id.empty()) response->set_jobid(std::move(id));
  return OkStatus();
}

Status StopJob(const ServiceParts& parts, OpContext& context,
               const file::StopJobPRequest& request, file::StopJobPResponse* response) {
  const file::JobDescription& job = request.jobdescription();
  bool stopped = false;
  if (job.type() == kLoad) {
    ASSIGN_OR_RETURN(stopped, parts.load_jobs->StopJob(context, job.path()));
  }
  response->set_jobstopped(stopped);
  return OkStatus();
}

Status GetJobProgress(const ServiceParts& parts, OpContext& context,
                      const file::GetJobProgressPRequest& request,
                      file::GetJobProgressPResponse* response) {
  const file::JobDescription& job = request.jobdescription();
  if (job.type() != kLoad) {
    return NotFound("JobDescription{Path=" + job.path() + ", Type=" + job.type() +
                    "} cannot be found.");
  }
  ASSIGN_OR_RETURN(LoadReport report, parts.load_jobs->Report(context, job.path()));
  bool verbose = request.options().verbose();
  bool json = request.options().format() == file::JSON;
  response->set_progressreport(json ? ReportJson(report, verbose) : ReportText(report, verbose));
  response->set_format(json ? file::JSON : file::TEXT);
  return OkStatus();
}

MethodSpec Spec(const char* name) {
  MethodSpec spec;
  spec.path = std::string(kService) + name;
  return spec;
}

}  // namespace

void AddLoadJobMethods(const ServiceParts& parts, rpc::MethodTable* table) {
  AddMethod<file::SubmitJobPRequest, file::SubmitJobPResponse>(parts, table, Spec("submitJob"),
                                                               &SubmitJob);
  AddMethod<file::StopJobPRequest, file::StopJobPResponse>(parts, table, Spec("StopJob"),
                                                           &StopJob);
  AddMethod<file::GetJobProgressPRequest, file::GetJobProgressPResponse>(
      parts, table, Spec("GetJobProgress"), &GetJobProgress);
}

}  // namespace alluxio::master
