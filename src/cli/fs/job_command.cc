#include "cli/fs/job_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text_forms.h"
#include "cli/pause.h"
#include "proto/grpc/job_master.pb.h"
#include "proto/grpc/job_work.pb.h"

namespace alluxio::cli {
namespace {

constexpr size_t kFailuresShown = 20;
constexpr Duration kFirstPause = std::chrono::milliseconds(5);
constexpr Duration kLongestPause = std::chrono::milliseconds(250);
constexpr Duration kAway = std::chrono::minutes(1);  // a job master may be for so long

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

const char* DoneWord(grpc::job::OperationType type) {
  if (type == grpc::job::DIST_LOAD) return "loaded";
  return type == grpc::job::DIST_CP ? "copied" : "processed";
}

bool IsFinished(stub::JobStatus status) {
  return status == stub::JobStatus::kCanceled || status == stub::JobStatus::kFailed ||
         status == stub::JobStatus::kCompleted;
}

// One line on the terminal of whoever watches, over and over.
void DrawProgress(const grpc::job::CommandProgress& progress, Printer& printer) {
  if (!printer.terminal()) return;
  const int64_t ended = progress.filesdone() + progress.filesfailed() + progress.filesskipped();
  printer.err() << fmt::format("\r{} of {}{} files, {} failed, {} of {} ", ended, progress.files(),
                               progress.listed() ? "" : "+", progress.filesfailed(),
                               SizeText(progress.bytesdone()), SizeText(progress.bytes()))
                << std::flush;
}

}  // namespace

Result<stub::JobMasterClient*> JobsOf(const FsContext& context) {
  if (context.jobs != nullptr) return context.jobs;
  return FailedPrecondition("alluxio.job.master.hostname: not set, so there is no job master");
}

Status ShowCmdStatus(stub::JobMasterClient& jobs, int64_t control_id, Printer& printer,
                     std::set<std::string>* failed) {
  grpc::job::CmdStatusBlock block;
  grpc::job::CommandProgress progress;
  RETURN_IF_ERROR(jobs.GetCmdStatusDetailed(control_id, &block, &progress));
  for (const grpc::job::JobStatusBlock& job : block.jobstatusblock()) {
    for (const std::string& path : Split(job.filepathfailed(), ',')) failed->insert(path);
  }
  // Files that never became a job, and those whose jobs are forgotten.
  std::map<std::string, std::string> reasons;
  for (const grpc::job::FileFailure& failure : progress.failures()) {
    failed->insert(failure.path());
    reasons[failure.path()] = failure.reason();
  }
  printer.Line("Get command status information below:");
  int64_t completed = 0;
  for (const grpc::job::JobStatusBlock& job : block.jobstatusblock()) {
    if (job.jobstatus() != grpc::job::COMPLETED && job.jobstatus() != grpc::job::FAILED) continue;
    for (const std::string& path : Split(job.filepath(), ',')) {
      if (failed->count(path) != 0) continue;
      printer.Line("Successfully {} path {}", DoneWord(block.operationtype()), path);
      ++completed;
    }
  }
  const auto failures = static_cast<int64_t>(failed->size());
  printer.Line("Total completed file count is {}, failed file count is {}",
               std::max(completed, progress.filesdone()),
               std::max(failures, progress.filesfailed()));
  size_t shown = 0;
  for (const auto& [path, reason] : reasons) {
    if (shown++ == kFailuresShown) break;
    printer.Line("Failed: {}: {}", path, reason);
  }
  if (!progress.error().empty()) printer.Line("Failed: {}", progress.error());
  return OkStatus();
}

Result<JobCommandResult> AwaitJobCommand(const FsContext& context, int64_t control_id,
                                         Printer& printer) {
  ASSIGN_OR_RETURN(stub::JobMasterClient * jobs, JobsOf(context));
  JobCommandResult result;
  Duration pause = kFirstPause;
  Duration away_since{};
  bool away = false;
  while (true) {
    grpc::job::CommandProgress progress;
    Result<stub::JobStatus> status = jobs->GetCmdStatus(control_id, &progress);
    const Duration now = context.clock->Monotonic();
    if (status.ok()) {
      away = false;
      DrawProgress(progress, printer);
      if (IsFinished(*status)) {
        result.completed = *status == stub::JobStatus::kCompleted;
        break;
      }
    } else {
      if (!away) away_since = now;
      away = true;
      if (!status.status().Is(StatusCode::kUnavailable) || now - away_since > kAway) {
        printer.Line("Unable to get running status for command {}. Please retry using "
                     "`getCmdStatus` to check command detailed status,", control_id);
        return status.status();
      }
    }
    PauseFor(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
  if (printer.terminal()) printer.err() << "\r\033[K" << std::flush;
  Status shown = ShowCmdStatus(*jobs, control_id, printer, &result.failed);
  if (!shown.ok()) {
    printer.Line("Unable to get detailed command information for command {},", control_id);
    return shown;
  }
  printer.Line("Finished running the command, jobControlId = {}", control_id);
  return result;
}

void ShowFailures(const FsContext& context, const std::string& what, const std::string& argument,
                  const std::set<std::string>& failed, Printer& printer) {
  if (failed.empty()) return;
  std::string name;
  for (const std::string& part : Split(argument, '/')) name += (name.empty() ? "" : "_") + part;
  const std::string file = fmt::format("./logs/user/{}_{}_failures.csv", what, name);
  printer.Line("Here are failed files: ");
  size_t shown = 0;
  for (const std::string& path : failed) {
    if (shown++ == kFailuresShown) break;
    printer.Line("{},", path);
  }
  printer.Line("Check out {} for full list of failed files.", file);
  auto write = [&]() -> Status {
    RETURN_IF_ERROR(context.local->MakeDirectories("./logs/user"));
    ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> out,
                     context.local->OpenForWrite(file, WriteMode::kTruncate));
    for (const std::string& path : failed) RETURN_IF_ERROR(out->Append(path + "\n"));
    return out->Close();
  };
  if (Status written = write(); !written.ok()) {
    printer.Line("Exception writing failure files:");
    printer.Line("{}", written.message());
  }
}

}  // namespace alluxio::cli
