// webui_jobs: load jobs of this master, and the jobs of the job service, when there is one.
#include <algorithm>

#include "base/json_text.h"
#include "master/jobs/load_jobs.h"
#include "master/web/web_parts.h"

namespace alluxio::master {
namespace {

constexpr size_t kMostJobs = 1000;
constexpr size_t kMostReasons = 20;

void WriteLoadJob(const LoadReport& report, JsonText* json) {
  const LoadCounts& counts = report.counts;
  json->BeginObject()
      .Field("path", report.job.path)
      .Field("id", report.job.id)
      .Field("user", report.job.user)
      .Field("state", StateText(report))
      .Field("verify", report.job.verify)
      .Field("filesProcessed", counts.files_processed)
      .Field("filesFailed", counts.files_failed)
      .Field("bytesLoaded", counts.bytes_loaded)
      .Field("elapsedMs", report.elapsed_ms);
  if (counts.bytes_total) json->Field("bytesTotal", *counts.bytes_total);
  if (report.job.bandwidth) json->Field("bandwidth", *report.job.bandwidth);
  if (report.job.end_time_ms) json->Field("endTimeMs", *report.job.end_time_ms);
  if (!report.failure.empty()) json->Field("failure", report.failure);
  json->Key("reasons").BeginArray();
  size_t written = 0;
  for (const auto& [path, reason] : counts.reasons) {
    if (++written > kMostReasons) break;
    json->BeginObject().Field("path", path).Field("reason", reason).EndObject();
  }
  json->EndArray().EndObject();
}

void WriteServiceJobs(const WebParts& parts, JsonText* json) {
  Result<std::vector<ServiceJob>> jobs = Unavailable("no job master is configured");
  if (parts.service_jobs != nullptr) jobs = parts.service_jobs();
  json->Key("jobService").BeginObject().Field("available", jobs.ok());
  if (!jobs.ok()) json->Field("reason", jobs.status().message());
  json->EndObject();
  json->Field("jobCount", jobs.ok() ? static_cast<int64_t>(jobs->size()) : int64_t{0});
  json->Key("jobs").BeginArray();
  if (jobs.ok()) {
    std::sort(jobs->begin(), jobs->end(), [](const ServiceJob& a, const ServiceJob& b) {
      return a.updated_ms != b.updated_ms ? a.updated_ms > b.updated_ms : a.id > b.id;
    });
    if (jobs->size() > kMostJobs) jobs->resize(kMostJobs);
    for (const ServiceJob& job : *jobs) {
      json->BeginObject()
          .Field("id", std::to_string(job.id))  // more than JavaScript can count
          .Field("name", job.name)
          .Field("status", job.status)
          .Field("description", job.description)
          .Field("updatedMs", job.updated_ms);
      if (!job.error.empty()) json->Field("error", job.error);
      json->EndObject();
    }
  }
  json->EndArray();
}

}  // namespace

http::Response JobsPage(const WebParts& parts) {
  std::vector<LoadReport> reports;
  if (parts.load_jobs != nullptr) reports = parts.load_jobs->Reports();
  OpContext context(VisitorContext(parts));
  context.SawPosition(parts.journal->appended());  // after the look: it saw no later edit
  Status seen = AwaitDurable(parts, context, OkStatus());
  if (!seen.ok()) return http::Response::Of(seen);
  // Those that go on first, then the newest end.
  std::stable_sort(reports.begin(), reports.end(), [](const LoadReport& a, const LoadReport& b) {
    auto end = [](const LoadReport& r) { return r.job.end_time_ms.value_or(INT64_MAX); };
    return end(a) > end(b);
  });
  JsonText json;
  json.BeginObject().Field("loadJobCount", static_cast<int64_t>(reports.size()));
  if (reports.size() > kMostJobs) reports.resize(kMostJobs);
  json.Key("loadJobs").BeginArray();
  for (const LoadReport& report : reports) WriteLoadJob(report, &json);
  json.EndArray();
  WriteServiceJobs(parts, &json);
  return http::Response::Json(json.EndObject().text());
}

}  // namespace alluxio::master
