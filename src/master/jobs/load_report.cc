#include "master/jobs/load_report.h"

#include <fmt/core.h>

#include "base/json_text.h"
#include "base/text_forms.h"

namespace alluxio::master {
namespace {

std::optional<int64_t> Throughput(const LoadReport& report) {
  int64_t seconds = report.elapsed_ms / 1000;
  if (seconds <= 0) return std::nullopt;
  return report.counts.bytes_loaded / seconds;
}

double FailurePercentage(const LoadCounts& counts) {
  if (counts.blocks == 0) return 0;
  return 100.0 * static_cast<double>(counts.blocks_failed) / static_cast<double>(counts.blocks);
}

}  // namespace

std::string StateText(const LoadReport& report) {
  switch (report.job.state) {
    case LoadJobState::kCreated: return report.counts.verifying ? "VERIFYING" : "RUNNING";
    case LoadJobState::kStopped: return "STOPPED";
    case LoadJobState::kSucceeded: return "SUCCEEDED";
    case LoadJobState::kFailed: return "FAILED";
  }
  return "FAILED";
}

std::string ReportText(const LoadReport& report, bool verbose) {
  const LoadCounts& counts = report.counts;
  std::string text = fmt::format(
      "\tSettings:\tbandwidth: {}\tverify: {}\n",
      report.job.bandwidth ? std::to_string(*report.job.bandwidth) : "unlimited",
      report.job.verify);
  text += fmt::format("\tJob State: {}", StateText(report));
  if (!report.failure.empty()) {  // with the class that a Java master names
    text += fmt::format(" (alluxio.exception.runtime.InternalRuntimeException: {})",
                        report.failure);
  }
  text += fmt::format("\n\tFiles Processed: {}\n\tBytes Loaded: {}", counts.files_processed,
                      SizeText(counts.bytes_loaded));
  if (counts.bytes_total) text += " out of " + SizeText(*counts.bytes_total);
  text += "\n";
  if (std::optional<int64_t> rate = Throughput(report)) {
    text += fmt::format("\tThroughput: {}/s\n", SizeText(*rate));
  }
  text += fmt::format("\tBlock load failure rate: {:.2f}%\n\tFiles Failed: {}\n",
                      FailurePercentage(counts), counts.files_failed);
  if (!verbose) return text;
  for (const auto& [path, reason] : counts.reasons) {
    text += fmt::format("\t\t{}: {}\n", path, reason);
  }
  return text;
}

std::string ReportJson(const LoadReport& report, bool verbose) {
  const LoadCounts& counts = report.counts;
  JsonText json;
  json.BeginObject().Field("mVerbose", verbose).Field("mJobState", StateText(report));
  if (report.job.bandwidth) json.Field("mBandwidth", *report.job.bandwidth);
  json.Field("mVerificationEnabled", report.job.verify)
      .Field("mProcessedFileCount", counts.files_processed)
      .Field("mLoadedByteCount", counts.bytes_loaded);
  if (counts.bytes_total) json.Field("mTotalByteCount", *counts.bytes_total);
  if (std::optional<int64_t> rate = Throughput(report)) json.Field("mThroughput", *rate);
  json.Field("mFailurePercentage", FailurePercentage(counts));
  if (!report.failure.empty()) {
    json.Key("mFailureReason").BeginObject().Field("message", report.failure).EndObject();
  }
  json.Field("mFailedFileCount", counts.files_failed);
  if (verbose && counts.files_failed > 0) {
    json.Key("mFailedFilesWithReasons").BeginObject();
    for (const auto& [path, reason] : counts.reasons) json.Field(path, reason);
    json.EndObject();
  }
  return json.EndObject().text();
}

}  // namespace alluxio::master
