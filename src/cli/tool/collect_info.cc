#include "cli/tool/collect_info.h"

#include <array>
#include <functional>

#include "cli/command.h"
#include "cli/help_text.h"
#include "cli/tool/collect_steps.h"
#include "cli/tool/tool_table.h"
#include "conf/secret_name.h"
#include "journal/gzip_stream.h"

namespace alluxio::cli {
namespace {

struct Step {
  const char* name;
  Status (*run)(CollectParts&);
};
// In the order in which they run: what may hang the least comes first.
constexpr std::array<Step, 6> kSteps = {{{"collectConfig", &CollectConfig},
                                         {"collectEnv", &CollectEnv},
                                         {"collectJvmInfo", &CollectJvmInfo},
                                         {"collectLog", &CollectLog},
                                         {"collectMetrics", &CollectMetrics},
                                         {"collectAlluxioInfo", &CollectAlluxioInfo}}};

constexpr char kTarball[] = "alluxio-info.tar.gz";

// A file, or standard output.
class TarballSink final : public journal::CheckpointSink {
 public:
  TarballSink(Printer& printer, std::unique_ptr<WritableFile> file)
      : printer_(printer), file_(std::move(file)) {}
  Status Write(std::string_view data) override {
    if (file_ != nullptr) return file_->Append(data);
    printer_.Raw(data);
    return printer_.out().good() ? OkStatus() : UnknownError("the output cannot be written");
  }
  Status Close() { return file_ == nullptr ? OkStatus() : file_->Close(); }

 private:
  Printer& printer_;
  const std::unique_ptr<WritableFile> file_;
};

std::vector<std::string> SecretsOf(const conf::Configuration& conf) {
  std::map<std::string, std::string> values;
  for (const conf::Entry& entry : conf.Entries()) {
    if (std::optional<std::string> raw = conf.FindRaw(entry.name)) values[entry.name] = *raw;
  }
  return conf::SecretsAmong(values);
}

Result<std::unique_ptr<WritableFile>> OpenTarball(const std::string& folder) {
  if (folder == "-") return std::unique_ptr<WritableFile>();
  RETURN_IF_ERROR(Disk::Real().MakeDirectories(folder));
  // For its owner only: it tells much, even without credentials.
  return Disk::Real().OpenForWrite(folder + "/" + kTarball, WriteMode::kTruncate, 0600);
}

Status Collect(CollectParts& parts, const std::string& command, const std::string& folder,
               const std::function<void(const std::string&)>& say, Printer& printer) {
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file, OpenTarball(folder));
  TarballSink sink(printer, std::move(file));
  journal::GzipSink packed(sink);
  TarWriter tar(packed);
  parts.tar = &tar;
  if (command == "all") say("Execute all child commands");
  for (const Step& step : kSteps) {
    if (command != "all" && command != step.name) continue;
    say(std::string("Executing ") + step.name);
    RETURN_IF_ERROR(step.run(parts).WithContext(step.name));
  }
  say("Archiving dir " + folder);
  RETURN_IF_ERROR(tar.Finish());
  RETURN_IF_ERROR(packed.Finish());
  RETURN_IF_ERROR(sink.Close());
  say("Archiving finished");
  return OkStatus();
}

bool Known(const std::string& command) {
  if (command == "all") return true;
  for (const Step& step : kSteps) {
    if (command == step.name) return true;
  }
  return false;
}

Status Check(const ParsedArgs& args) {
  if (args.count() != 2) {
    return InvalidArgument("Command requires at least 2 arguments (" +
                           std::to_string(args.count()) + " provided)");
  }
  if (!Known(args.arg(0))) return InvalidArgument("Command not found: " + args.arg(0));
  return OkStatus();
}

}  // namespace

std::vector<Option> CollectInfoOptions() {
  return {{"", "local", "only about this host"},
          {"", "max-threads", "hosts asked at the same time", true, "threadNum"},
          {"", "exclude-worker-metrics", "no metrics of other hosts' workers"},
          {"", "include-logs", "only logs whose names begin so, separated by comma", true,
           "filename-prefixes"},
          {"", "exclude-logs", "no logs whose names begin so", true, "filename-prefixes"},
          {"", "additional-logs", "these logs as well", true, "filename-prefixes"},
          {"", "start-time", "no logs that end before, such as 2020-06-27T11:58:53", true,
           "datetime"},
          {"", "end-time", "no logs that begin after", true, "datetime"}};
}

int RunCollectInfo(const std::vector<std::string>& words, conf::Configuration& conf,
                   Printer& printer) {
  Result<ParsedArgs> args = ParseOptions(CollectInfoOptions(), words);
  Status valid = args.ok() ? Check(*args) : args.status();
  Result<LogChoice> logs =
      valid.ok() ? LogChoice::Of(args->Value("include-logs"), args->Value("exclude-logs"),
                                 args->Value("additional-logs"), args->Value("start-time"),
                                 args->Value("end-time"))
                 : Result<LogChoice>(valid);
  if (!logs.ok()) {
    printer.ErrorLine("{}", logs.status().message());
    printer.ErrorLine("{}", ToolHelp("collectInfo"));
    return kExitFailure;
  }
  // Whoever collects has a problem already: a master that is down must not hold this up for long.
  if (!conf.IsSetByUser("alluxio.user.rpc.retry.max.duration")) {
    Status set = conf.Set("alluxio.user.rpc.retry.max.duration", "5s");
    if (!set.ok()) printer.ErrorLine("{}", set.message());
  }
  CollectParts parts;
  parts.conf = &conf;
  parts.disk = &Disk::Real();
  parts.clock = &Clock::Real();
  parts.secrets = SecretsOf(conf);
  parts.program = "/proc/self/exe";
  parts.logs = *std::move(logs);
  parts.worker_metrics = !args->Has("exclude-worker-metrics");
  const std::string folder = args->arg(1);
  auto say = [&](const std::string& line) {
    if (folder == "-") {
      printer.ErrorLine("{}", line);
    } else {
      printer.Line("{}", line);
    }
  };
  say("Executing collectInfo locally");
  Status done = Collect(parts, args->arg(0), folder, say, printer);
  if (!done.ok()) {
    printer.ErrorLine("{}", done.message());
    return 1;
  }
  return kExitOk;
}

}  // namespace alluxio::cli
