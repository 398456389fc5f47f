#include <fmt/core.h>

#include <algorithm>

#include "base/text_forms.h"
#include "cli/admin/report_text.h"
#include "proto/grpc/job_master.pb.h"

namespace alluxio::cli {
namespace {

constexpr int kShown = 10;  // jobs of each kind
constexpr char kStartPattern[] = "yyyyMMdd-HHmmss";

// As Java shows a double.
std::string LoadText(double load) {
  std::string text = fmt::format("{}", load);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

Status ShowMasters(stub::JobMasterClient& jobs, Printer& printer) {
  ASSIGN_OR_RETURN(std::vector<stub::JobMasterReport> masters, jobs.GetMasters());
  size_t width = masters.empty() ? 16 : 0;
  for (const stub::JobMasterReport& master : masters) {
    width = std::max(width, master.host.size() + 6);
  }
  auto line = [&](const std::string& address, const std::string& state, const std::string& start,
                  const std::string& version, const std::string& revision) {
    printer.Line("{:<{}} {:<8} {:<16} {:<32} {:<8}", address, width, state, start, version,
                 revision);
  };
  line("Master Address", "State", "Start Time", "Version", "Revision");
  for (const stub::JobMasterReport& master : masters) {
    line(fmt::format("{}:{}", master.host, master.port), master.state,
         DateText(master.start_time_ms, kStartPattern), master.version, master.revision);
  }
  printer.Line("");
  return OkStatus();
}

Status ShowWorkers(stub::JobMasterClient& jobs, Printer& printer) {
  ASSIGN_OR_RETURN(std::vector<stub::JobWorkerReport> workers, jobs.GetWorkers());
  size_t longest = workers.empty() ? 16 : 0;
  for (const stub::JobWorkerReport& worker : workers) {
    longest = std::max(longest, worker.host.size());
  }
  const size_t width = longest < 16 ? 16 : longest + 6;
  printer.Line("{:<{}} {:<32} {:<8} {:<14} {:<16} {:<12} {}", "Job Worker", width, "Version",
               "Revision", "Task Pool Size", "Unfinished Tasks", "Active Tasks", "Load Avg");
  for (const stub::JobWorkerReport& worker : workers) {
    std::string loads;
    for (double load : worker.load_average) {
      loads += (loads.empty() ? "" : ", ") + LoadText(load);
    }
    printer.Line("{:<{}} {:<32} {:<8} {:<14} {:<16} {:<12} {}", worker.host, width, worker.version,
                 worker.revision, worker.task_pool_size, worker.unfinished_tasks,
                 worker.active_tasks, loads);
  }
  printer.Line("");
  return OkStatus();
}

template <typename Jobs>
void ShowJobs(const char* title, const Jobs& jobs, const std::string& pattern, Printer& printer) {
  printer.Line("{} {} Jobs:", kShown, title);
  for (const grpc::job::JobInfo& job : jobs) {
    printer.Line("Timestamp: {:<30}Id: {:<20}Name: {:<20}Status: {}",
                 DateText(job.lastupdated(), pattern), job.id(), job.name(),
                 grpc::job::Status_Name(job.status()));
  }
  printer.Line("");
}

}  // namespace

Status ReportJobService(AdminContext& context, Printer& printer) {
  if (context.jobs == nullptr) {
    return FailedPrecondition("alluxio.job.master.hostname: not set, so there is no job master");
  }
  RETURN_IF_ERROR(ShowMasters(*context.jobs, printer));
  RETURN_IF_ERROR(ShowWorkers(*context.jobs, printer));
  grpc::job::JobServiceSummary summary;
  RETURN_IF_ERROR(context.jobs->GetSummary(&summary));
  for (const grpc::job::StatusSummary& status : summary.summaryperstatus()) {
    printer.Line("Status: {:<10}Count: {}", grpc::job::Status_Name(status.status()),
                 status.count());
  }
  printer.Line("");
  ShowJobs("Most Recently Modified", summary.recentactivities(), context.date_pattern, printer);
  ShowJobs("Most Recently Failed", summary.recentfailures(), context.date_pattern, printer);
  ShowJobs("Longest Running", summary.longestrunning(), context.date_pattern, printer);
  return OkStatus();
}

}  // namespace alluxio::cli
