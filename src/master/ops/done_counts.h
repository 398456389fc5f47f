// DoneCounts: what operations have done to the namespace, as 2.9 counts it: inodes and blocks, not
// calls. Counters of the process registry, which lives forever; thread-safe.
#pragma once

#include <string>

#include "metrics/registry.h"

namespace alluxio::master {

struct DoneCounts {
  metrics::Counter& directories_created = Of("DirectoriesCreated");
  metrics::Counter& files_created = Of("FilesCreated");
  metrics::Counter& files_completed = Of("FilesCompleted");
  metrics::Counter& files_freed = Of("FilesFreed");
  metrics::Counter& files_persisted = Of("FilesPersisted");
  metrics::Counter& new_blocks_got = Of("NewBlocksGot");
  metrics::Counter& paths_deleted = Of("PathsDeleted");
  metrics::Counter& paths_renamed = Of("PathsRenamed");
  metrics::Counter& paths_mounted = Of("PathsMounted");
  metrics::Counter& paths_unmounted = Of("PathsUnmounted");

  static const DoneCounts& Get() {
    static const DoneCounts counts;
    return counts;
  }

 private:
  static metrics::Counter& Of(const char* name) {
    return metrics::Registry::Process().counter(std::string("Master.") + name);
  }
};

}  // namespace alluxio::master
