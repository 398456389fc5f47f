// StoreCounts: what became of blocks, in 2.9's names. Counters of the process registry;
// thread-safe.
#pragma once

#include <string>

#include "metrics/registry.h"

namespace alluxio::worker {

struct StoreCounts {
  metrics::Counter& cancelled = Of("BlocksCancelled");  // never committed
  metrics::Counter& deleted = Of("BlocksDeleted");
  metrics::Counter& evicted = Of("BlocksEvicted");
  metrics::Counter& promoted = Of("BlocksPromoted");  // moved to a higher tier
  metrics::Counter& lost = Of("BlocksLost");          // with their directory

  static const StoreCounts& Get() {
    static const StoreCounts counts;
    return counts;
  }

 private:
  static metrics::Counter& Of(const char* name) {
    return metrics::Registry::Process().counter(std::string("Worker.") + name);
  }
};

}  // namespace alluxio::worker
