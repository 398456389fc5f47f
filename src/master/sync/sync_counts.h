// SyncCounts: how often the namespace was compared with under stores, in 2.9's names. A path with
// what is directly below it is one. Counters of the process registry; thread-safe.
#pragma once

#include <string>

#include "metrics/registry.h"

namespace alluxio::master {

struct SyncCounts {
  metrics::Counter& operations = Of("OpsCount");
  metrics::Counter& succeeded = Of("Success");
  metrics::Counter& unchanged = Of("NoChange");  // of those that succeeded
  metrics::Counter& failed = Of("Fail");
  metrics::Counter& skipped = Of("Skipped");  // what was known was new enough
  metrics::Counter& time_ms = Of("TimeMs");
  metrics::Counter& active = Of("ActivePaths");  // now

  static const SyncCounts& Get() {
    static const SyncCounts counts;
    return counts;
  }

 private:
  static metrics::Counter& Of(const char* name) {
    return metrics::Registry::Process().counter(std::string("Master.MetadataSync") + name);
  }
};

}  // namespace alluxio::master
