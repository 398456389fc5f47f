#include "cli/tool/top.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_forms.h"
#include "cli/command.h"
#include "cli/pause.h"
#include "cli/tool/tool_table.h"
#include "cli/units.h"
#include "env/clock.h"
#include "stub/connection_options.h"
#include "stub/primary_locator.h"

namespace alluxio::cli {
namespace {

constexpr size_t kCalls = 12;
constexpr size_t kSlowest = 5;

double Number(const TopReading& reading, const std::string& name) {
  auto found = reading.metrics.find(name);
  return found == reading.metrics.end() ? 0 : found->second.number;
}

struct Call {
  std::string name;
  double rate = 0;      // a second, between the readings
  double mean = 0;      // ms, between the readings
  double p99 = 0;       // ms, since the start
  double max = 0;
  double failures = 0;  // a second
};

// Every call that was ever made, by its timer "Master.<Call>.count".
std::vector<Call> Calls(const TopReading& before, const TopReading& now, double seconds) {
  std::vector<Call> calls;
  for (const auto& [name, reading] : now.metrics) {
    if (!name.starts_with("Master.") || !name.ends_with(".count") || reading.number <= 0) continue;
    const std::string base = name.substr(0, name.size() - 6);
    // Timers of other things have no failures beside them.
    if (now.metrics.count(base + "Failures") == 0) continue;
    Call call;
    call.name = base.substr(7);
    double count = reading.number - Number(before, name);
    call.rate = std::max(0.0, count / seconds);
    if (count > 0) {
      call.mean = (Number(now, base + ".mean") * reading.number -
                   Number(before, base + ".mean") * Number(before, name)) / count;
    }
    call.p99 = Number(now, base + ".p99");
    call.max = Number(now, base + ".max");
    call.failures = std::max(
        0.0, (Number(now, base + "Failures") - Number(before, base + "Failures")) / seconds);
    calls.push_back(std::move(call));
  }
  return calls;
}

std::string Speed(const TopReading& before, const TopReading& now, const std::string& name,
                  double seconds) {
  double bytes = std::max(0.0, Number(now, name) - Number(before, name));
  return SizeText(static_cast<int64_t>(bytes / seconds)) + "/s";
}

void AddCalls(std::vector<Call> calls, std::vector<std::string>* lines) {
  double rate = 0, failures = 0;
  for (const Call& call : calls) {
    rate += call.rate;
    failures += call.failures;
  }
  lines->push_back(fmt::format("Calls: {:.1f}/s, {:.1f}/s failed", rate, failures));
  std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return a.rate != b.rate ? a.rate > b.rate : a.name < b.name;
  });
  lines->push_back(fmt::format("  {:<28}{:>10}{:>10}{:>12}", "CALL", "PER S", "MEAN MS",
                               "FAILED/S"));
  for (size_t i = 0; i < std::min(calls.size(), kCalls) && calls[i].rate > 0; ++i) {
    lines->push_back(fmt::format("  {:<28}{:>10.1f}{:>10.2f}{:>12.1f}", calls[i].name,
                                 calls[i].rate, calls[i].mean, calls[i].failures));
  }
  std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return a.p99 != b.p99 ? a.p99 > b.p99 : a.name < b.name;
  });
  lines->push_back("");
  lines->push_back(fmt::format("  {:<28}{:>10}{:>10}", "SLOWEST SINCE THE START", "P99 MS",
                               "MAX MS"));
  for (size_t i = 0; i < std::min(calls.size(), kSlowest); ++i) {
    lines->push_back(fmt::format("  {:<28}{:>10.2f}{:>10.2f}", calls[i].name, calls[i].p99,
                                 calls[i].max));
  }
}

class Reader {
 public:
  static Result<Reader> Connect(conf::Configuration& conf) {
    // A person waits: give up on a master that is down after seconds, not minutes.
    if (!conf.IsSetByUser("alluxio.user.rpc.retry.max.duration")) {
      RETURN_IF_ERROR(conf.Set("alluxio.user.rpc.retry.max.duration", "5s"));
    }
    ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
    ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                     stub::PrimaryLocator::FromConf(conf));
    return Reader(std::make_shared<stub::MasterConnection>(std::move(locator), options));
  }

  Result<TopReading> Read() {
    TopReading reading;
    ASSIGN_OR_RETURN(reading.master, stub::MetaMasterClient(connection_).GetMasterInfo());
    ASSIGN_OR_RETURN(reading.metrics, stub::MetricsMasterClient(connection_).GetMetrics());
    reading.at_seconds =
        std::chrono::duration<double>(Clock::Real().Monotonic()).count();
    return reading;
  }

 private:
  explicit Reader(std::shared_ptr<stub::MasterConnection> connection)
      : connection_(std::move(connection)) {}
  std::shared_ptr<stub::MasterConnection> connection_;
};

// Over the picture before, line by line, so that nothing flickers.
void Draw(const std::vector<std::string>& lines, bool live, Printer& printer) {
  std::string text = live ? "\x1b[H" : "";
  for (const std::string& line : lines) text += line + (live ? "\x1b[K\n" : "\n");
  text += live ? "\x1b[J" : "\n";
  printer.Raw(text);
  printer.out().flush();
}

Status Loop(const ParsedArgs& args, Duration interval, conf::Configuration& conf, bool live,
            Printer& printer) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Connect(conf));
  ASSIGN_OR_RETURN(TopReading before, reader.Read());
  if (live && !args.Has("once")) printer.Raw("\x1b[2J");
  while (true) {
    PauseFor(interval);
    Result<TopReading> now = reader.Read();
    if (args.Has("once") && !now.ok()) return now.status();
    if (now.ok()) {
      Draw(TopLines(before, *now), live && !args.Has("once"), printer);
      before = *std::move(now);
    } else {
      // It may come back; who looks at it wants to see that too.
      Draw({"No answer: " + now.status().message()}, live, printer);
    }
    // A reader that went away.
    if (args.Has("once") || !printer.out().good()) return OkStatus();
  }
}

}  // namespace

std::vector<Option> TopOptions() {
  return {{"", "once", "one picture, then end"},
          {"", "interval", "time between pictures, such as 500ms; 2s when it is left out", true,
           "time"}};
}

std::vector<std::string> TopLines(const TopReading& before, const TopReading& now) {
  double seconds = std::max(0.001, now.at_seconds - before.at_seconds);
  double total = Number(now, "Cluster.CapacityTotal"), used = Number(now, "Cluster.CapacityUsed");
  std::vector<std::string> lines;
  lines.push_back(fmt::format("Alluxio {} at {}, up {}", now.master.version,
                              now.master.leader_address, ClockText(now.master.up_time_ms)));
  lines.push_back(fmt::format("Workers: {:.0f} live, {:.0f} lost    Files and folders: {:.0f}    "
                              "Blocks: {:.0f}",
                              Number(now, "Cluster.Workers"), Number(now, "Cluster.LostWorkers"),
                              Number(now, "Master.TotalPaths"),
                              Number(now, "Master.UniqueBlocks")));
  lines.push_back(fmt::format("Cache: {} of {} ({:.0f}%)    Hit rate: {:.0f}%    To be persisted: "
                              "{:.0f}",
                              SizeText(static_cast<int64_t>(used)),
                              SizeText(static_cast<int64_t>(total)),
                              total > 0 ? 100 * used / total : 0.0,
                              100 * Number(now, "Cluster.CacheHitRate"),
                              Number(now, "Master.PersistQueueWaiting")));
  lines.push_back(
      fmt::format("Read: {} on the same host, {} from the cache, {} from under stores    "
                  "Written to under stores: {}",
                  Speed(before, now, "Cluster.BytesReadLocal", seconds),
                  Speed(before, now, "Cluster.BytesReadCache", seconds),
                  Speed(before, now, "Cluster.BytesReadUfsAll", seconds),
                  Speed(before, now, "Cluster.BytesWrittenUfsAll", seconds)));
  lines.push_back("");
  AddCalls(Calls(before, now, seconds), &lines);
  return lines;
}

int RunTop(const std::vector<std::string>& words, conf::Configuration& conf, bool live,
           Printer& printer) {
  Result<ParsedArgs> args = ParseOptions(TopOptions(), words);
  Result<int64_t> interval =
      args.ok() ? ParseTimeSize(args->Value("interval", args->Has("once") ? "1s" : "2s"))
                : Result<int64_t>(args.status());
  Status valid = interval.status();
  if (valid.ok() && args->count() > 0) valid = InvalidArgument("top: " + args->arg(0) + "?");
  if (valid.ok() && *interval < 100) valid = InvalidArgument("--interval: at least 100ms");
  if (!valid.ok()) {
    printer.ErrorLine("{}", valid.message());
    printer.ErrorLine("{}", ToolHelp("top"));
    return kExitFailure;
  }
  Status done = Loop(*args, std::chrono::milliseconds(*interval), conf, live, printer);
  if (done.ok()) return kExitOk;
  printer.ErrorLine("{}", done.message());
  return 1;
}

}  // namespace alluxio::cli
