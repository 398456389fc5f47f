#include "cli/tool/run_ufs_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/mutex.h"
#include "base/json_text.h"
#include "cli/option_parser.h"
#include "cli/units.h"
#include "env/executor.h"
#include "env/rng.h"

namespace alluxio::cli {
namespace {

constexpr size_t kPiece = 4 << 20;
constexpr int kMaxThreads = 256;

struct Plan {
  std::string path;
  int64_t bytes = 0;
  int threads = 0;
};

// What one direction measured: a speed a thread, or why there is none.
struct Measured {
  Mutex mutex;
  std::vector<double> speeds GUARDED_BY(mutex);  // MiB a second
  std::vector<std::string> errors GUARDED_BY(mutex);
  Duration took{};
};

Status WriteFile(ufs::Ufs& ufs, const std::string& key, int64_t bytes) {
  std::string piece(kPiece, 'a');
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs.Create(key, {}));
  for (int64_t at = 0; at < bytes; at += static_cast<int64_t>(kPiece)) {
    size_t count = static_cast<size_t>(std::min<int64_t>(kPiece, bytes - at));
    RETURN_IF_ERROR(writer->Write(std::string_view(piece).substr(0, count)));
  }
  return writer->Commit().status();
}

Status ReadFile(ufs::Ufs& ufs, const std::string& key, int64_t bytes) {
  std::string piece(kPiece, '\0');
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, ufs.Open(key));
  int64_t at = 0;
  while (at < bytes) {
    ASSIGN_OR_RETURN(size_t count, reader->ReadAt(at, piece));
    if (count == 0) return DataLoss(fmt::format("{}: ends after {} of {} bytes", key, at, bytes));
    at += static_cast<int64_t>(count);
  }
  return OkStatus();
}

void Measure(const Plan& plan, Clock& clock, Status (*move)(ufs::Ufs&, const std::string&, int64_t),
             ufs::Ufs& ufs, const std::string& folder, Measured* measured) {
  auto threads = Executor::Create(
      {.name = "ufs-io", .threads = static_cast<size_t>(plan.threads)});
  Duration began = clock.Monotonic();
  for (int i = 0; i < plan.threads; ++i) {
    Status accepted = threads->Submit([&, i] {
      Duration start = clock.Monotonic();
      Status moved = move(ufs, ufs::JoinKey(folder, fmt::format("io-{}", i)), plan.bytes);
      double seconds = std::chrono::duration<double>(clock.Monotonic() - start).count();
      MutexLock lock(measured->mutex);
      if (moved.ok()) {
        double mebibytes = static_cast<double>(plan.bytes) / (1 << 20);
        measured->speeds.push_back(mebibytes / std::max(seconds, 1e-9));
      } else {
        measured->errors.push_back(moved.message());
      }
    });
    if (!accepted.ok()) {
      MutexLock lock(measured->mutex);
      measured->errors.push_back(accepted.message());
    }
  }
  threads->Stop();
  measured->took = clock.Monotonic() - began;
}

std::string Decimal(double value) { return fmt::format("{:.2f}", value); }

// One direction of the summary, as text: JsonText knows whole numbers only.
std::string Stat(const Plan& plan, Measured& measured) {
  std::vector<double> speeds;
  {
    MutexLock lock(measured.mutex);
    speeds = measured.speeds;
  }
  double seconds = std::chrono::duration<double>(measured.took).count();
  int64_t bytes = plan.bytes * static_cast<int64_t>(speeds.size());
  double least = 0, most = 0, mean = 0, spread = 0;
  if (!speeds.empty()) {
    least = *std::min_element(speeds.begin(), speeds.end());
    most = *std::max_element(speeds.begin(), speeds.end());
    for (double speed : speeds) mean += speed / static_cast<double>(speeds.size());
    for (double speed : speeds) {
      spread += (speed - mean) * (speed - mean) / static_cast<double>(speeds.size());
    }
  }
  double all = static_cast<double>(bytes) / (1 << 20) / std::max(seconds, 1e-9);
  return fmt::format(
      "{{\"totalDurationSeconds\":{},\"totalSizeBytes\":{},\"maxSpeedMbps\":{},"
      "\"minSpeedMbps\":{},\"avgSpeedMbps\":{},\"clusterAvgSpeedMbps\":{},\"stdDev\":{}}}",
      Decimal(seconds), bytes, Decimal(most), Decimal(least), Decimal(mean), Decimal(all),
      Decimal(std::sqrt(spread)));
}

std::string ErrorsOf(Measured& measured) {
  JsonText json;
  json.BeginArray();
  MutexLock lock(measured.mutex);
  for (const std::string& error : measured.errors) json.String(error);
  json.EndArray();
  return json.text();
}

bool Failed(Measured& measured) {
  MutexLock lock(measured.mutex);
  return !measured.errors.empty();
}

Result<Plan> PlanOf(const std::vector<std::string>& words) {
  std::vector<Option> options = {
      {"", "path", "the under store address to measure", true},
      {"", "io-size", "bytes each thread writes and reads, 4G unless given", true},
      {"", "threads", "threads, 4 unless given", true},
      {"", "cluster", "not supported by this release", false},
      {"", "cluster-limit", "not supported by this release", true},
      {"", "java-opt", "ignored", true}};
  ASSIGN_OR_RETURN(ParsedArgs args, ParseOptions(options, words));
  if (!args.Has("path")) return InvalidArgument("Missing required option: path");
  if (args.Has("cluster") || args.Has("cluster-limit")) {
    return FailedPrecondition("--cluster is not supported by this release");
  }
  Plan plan;
  plan.path = args.Value("path");
  ASSIGN_OR_RETURN(plan.bytes, ParseSpaceSize(args.Value("io-size", "4G")));
  ASSIGN_OR_RETURN(int64_t threads, ParseSpaceSize(args.Value("threads", "4")));
  if (threads < 1 || threads > kMaxThreads) {
    return InvalidArgument(fmt::format("--threads: from 1 to {}", kMaxThreads));
  }
  if (plan.bytes < 1) return InvalidArgument("--io-size: at least 1 byte");
  plan.threads = static_cast<int>(threads);
  return plan;
}

}  // namespace

int RunUfsIo(const std::vector<std::string>& words, ufs::UfsFactory& factory, Clock& clock,
                 Printer& printer) {
  Result<Plan> plan = PlanOf(words);
  Result<std::shared_ptr<ufs::Ufs>> ufs =
      plan.ok() ? factory.Open(plan->path, {.impatient = true})
                : Result<std::shared_ptr<ufs::Ufs>>(plan.status());
  if (!ufs.ok()) {
    printer.ErrorLine("{}", ufs.status().message());
    return -1;
  }
  std::string folder = "alluxio-ufs-io-" + Rng::Real().Uuid();
  Status made = (*ufs)->MakeDirectory(folder, {.mode = Mode{0755}});
  if (!made.ok()) {
    printer.ErrorLine("Cannot use {}: {}", (*ufs)->root(), made.message());
    return 1;
  }
  Measured writes, reads;
  Measure(*plan, clock, &WriteFile, **ufs, folder, &writes);
  bool failed = Failed(writes);
  if (!failed) Measure(*plan, clock, &ReadFile, **ufs, folder, &reads);
  Status deleted = (*ufs)->DeleteDirectory(folder, true);
  if (!deleted.ok()) printer.ErrorLine("{} is left behind: {}", folder, deleted.message());
  failed = failed || Failed(reads) || !deleted.ok();
  JsonText path;
  path.String((*ufs)->root());
  printer.Line(
      "{{\"path\":{},\"threads\":{},\"ioSizeBytes\":{},\"writeSpeedStat\":{},"
      "\"readSpeedStat\":{},\"writeErrors\":{},\"readErrors\":{}}}",
      path.text(), plan->threads, plan->bytes, Stat(*plan, writes), Stat(*plan, reads),
      ErrorsOf(writes), ErrorsOf(reads));
  return failed ? 1 : 0;
}

}  // namespace alluxio::cli
