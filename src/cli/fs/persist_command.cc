#include <deque>

#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"
#include "cli/pause.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

struct PersistSettings {
  int parallelism = 4;
  int64_t timeout_ms = 20 * 60 * 1000;
  int64_t wait_ms = 0;
};

struct Pending {
  std::string path;
  int64_t deadline_ms = 0;
};

// Collects the files at and below `path` that are not persisted.
Status Collect(FsContext& context, const FileInfo& info, std::deque<std::string>* files) {
  if (info.folder) {
    ASSIGN_OR_RETURN(std::vector<FileInfo> entries, context.fs->ListStatus(info.path));
    for (const FileInfo& entry : entries) RETURN_IF_ERROR(Collect(context, entry, files));
  } else if (info.persistence != PersistenceState::kPersisted) {
    files->push_back(info.path);
  }
  return OkStatus();
}

// Keeps up to `parallelism` files under way and shows each that ends.
class Persister {
 public:
  Persister(FsContext& context, const PersistSettings& settings, size_t total, Printer& printer)
      : context_(context), settings_(settings), total_(total), printer_(printer) {}

  void Run(std::deque<std::string> files) {
    while (!files.empty() || !pending_.empty()) {
      while (!files.empty() && pending_.size() < static_cast<size_t>(settings_.parallelism)) {
        Start(files.front());
        files.pop_front();
      }
      for (size_t i = pending_.size(); i-- > 0;) {
        if (Finished(pending_[i])) pending_.erase(pending_.begin() + static_cast<long>(i));
      }
      if (!pending_.empty()) PauseFor(100ms);
    }
  }

 private:
  void Start(const std::string& path) {
    client::PersistOptions options;
    options.wait_ms = settings_.wait_ms;
    Status started = context_.fs->SchedulePersist(path, options);
    if (!started.ok()) return Fail(path, started);
    pending_.push_back({path, NowMs() + settings_.timeout_ms});
  }

  bool Finished(const Pending& file) {
    Result<FileInfo> info = context_.fs->GetStatus(file.path);
    if (!info.ok()) {
      Fail(file.path, info.status());
      return true;
    }
    if (info->persistence == PersistenceState::kPersisted) {
      printer_.Line("({}/{}) Successfully persisted file: {}", ++done_, total_, file.path);
      return true;
    }
    if (NowMs() < file.deadline_ms) return false;
    printer_.Line("Timed out waiting for file to be persisted: {}", file.path);
    return true;
  }

  void Fail(const std::string& path, const Status& status) {
    printer_.Line("Failed to persist file {}", path);
    printer_.ErrorLine("{}", status.message());
  }
  int64_t NowMs() { return ToMillis(context_.clock->Monotonic()); }

  FsContext& context_;
  const PersistSettings settings_;
  const size_t total_;
  Printer& printer_;
  size_t done_ = 0;
  std::deque<Pending> pending_;
};

Result<PersistSettings> ParseSettings(const ParsedArgs& args) {
  PersistSettings settings;
  if (args.Has("parallelism")) {
    ASSIGN_OR_RETURN(settings.parallelism, ParseNumber(args.Value("parallelism")));
  }
  if (args.Has("timeout")) {
    ASSIGN_OR_RETURN(settings.timeout_ms, ParseTimeSize(args.Value("timeout")));
  }
  if (args.Has("wait")) {
    ASSIGN_OR_RETURN(settings.wait_ms, ParseTimeSize(args.Value("wait")));
  }
  bool wait_fits = settings.wait_ms >= 0 &&
                   (settings.timeout_ms == -1 || settings.wait_ms <= settings.timeout_ms);
  if (!wait_fits) {
    return InvalidArgument(
        "Persistence initial wait time should be smaller than persist timeout and bigger than "
        "zero");
  }
  return settings;
}

}  // namespace

Command PersistCommand(FsContext& context) {
  Command command;
  command.name = "persist";
  command.usage =
      "persist [-p|--parallelism <#>] [-t|--timeout <milliseconds>] [-w|--wait <milliseconds>] "
      "<path> [<path> ...]";
  command.description =
      "Persists files or directories currently stored only in Alluxio to the UnderFileSystem.";
  command.options = {{"p", "parallelism", "Number of concurrent persist operations, default: 4",
                      true, "# concurrent operations"},
                     {"t", "timeout",
                      "Time in milliseconds for a single file persist to time out; "
                      "default:1200000",
                      true, "timeout in milliseconds"},
                     {"w", "wait", "The time to wait before persisting. default: 0", true,
                      "the initial persistence wait time"}};
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(PersistSettings settings, ParseSettings(args));
    std::deque<std::string> files;
    for (const std::string& text : args.args()) {
      ASSIGN_OR_RETURN(PathArg pattern, ParsePathArg(text));
      ASSIGN_OR_RETURN(std::vector<PathArg> paths, ExpandWildcards(*context.fs, pattern));
      for (const PathArg& path : paths) {
        ASSIGN_OR_RETURN(FileInfo info, context.fs->GetStatus(path.path));
        RETURN_IF_ERROR(Collect(context, info, &files));
      }
    }
    printer.Line("Found {} files to persist.", files.size());
    if (files.empty()) return kExitOk;
    if (settings.parallelism < 1) return InvalidArgument("parallelism must be > 0");
    Persister(context, settings, files.size(), printer).Run(std::move(files));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
