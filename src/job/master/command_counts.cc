#include "job/master/command_counts.h"

#include <string>

#include "metrics/registry.h"

namespace alluxio::job {
namespace {

// What 2.9 calls the counters of a kind of command.
struct Names {
  const char* kind;
  const char* files;
  const char* bytes;
};
constexpr Names kLoad = {"JobDistributedLoad", "FileCount", "FileSizes"};
constexpr Names kCopy = {"MigrateJob", "FileCount", "FileSize"};
constexpr Names kPersist = {"AsyncPersist", "FileCount", "FileSize"};

const Names& NamesOf(const Command& command) {
  if (std::holds_alternative<LoadCommand>(command)) return kLoad;
  return std::holds_alternative<CopyCommand>(command) ? kCopy : kPersist;
}

metrics::Counter& Counter(const Names& names, const char* what) {
  return metrics::Registry::Process().counter(std::string("Master.") + names.kind + what);
}

const char* EndOf(JobState state) {
  if (state == JobState::kCompleted) return "Success";
  return state == JobState::kCanceled ? "Cancel" : "Fail";
}

}  // namespace

CommandCounts::CommandCounts() {
  for (const Names* names : {&kLoad, &kCopy, &kPersist}) {
    for (const char* what : {"Success", "Fail", "Cancel", names->files, names->bytes}) {
      Counter(*names, what);
    }
  }
}

void CommandCounts::Finished(const Command& command, const Progress& progress) const {
  const Names& names = NamesOf(command);
  Counter(names, EndOf(progress.state)).Add();
  Counter(names, names.files).Add(progress.files_done);
  Counter(names, names.bytes).Add(progress.bytes_done);
}

}  // namespace alluxio::job
