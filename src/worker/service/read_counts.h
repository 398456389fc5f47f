// ReadCounts: blocks that clients opened, by where the bytes come from, in 2.9's names. Counters of
// the process registry; thread-safe.
#pragma once

#include <string>

#include "metrics/registry.h"

namespace alluxio::worker {

struct ReadCounts {
  metrics::Counter& all = Of("BlocksAccessed");
  metrics::Counter& local = Of("BlocksReadLocal");    // the client reads the file itself
  metrics::Counter& remote = Of("BlocksReadRemote");  // cached here
  metrics::Counter& ufs = Of("BlocksReadUfs");

  static void Opened(metrics::Counter& of_kind) {
    Get().all.Add();
    of_kind.Add();
  }
  static const ReadCounts& Get() {
    static const ReadCounts counts;
    return counts;
  }

 private:
  static metrics::Counter& Of(const char* name) {
    return metrics::Registry::Process().counter(std::string("Worker.") + name);
  }
};

}  // namespace alluxio::worker
