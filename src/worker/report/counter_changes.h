// CounterChanges: what one master has not been told yet of the counters that it adds up over all
// workers.
//
// Reports carry what a counter has grown by, as Alluxio 2.9's do; a report that did not arrive is
// part of the next. Thread-compatible.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "metrics/registry.h"
#include "stub/block_master_worker_client.h"

namespace alluxio::worker {

class CounterChanges {
 public:
  // `registry` outlives this.
  explicit CounterChanges(const metrics::Registry& registry) : registry_(registry) {}

  std::vector<stub::CounterChange> Take();
  // What the last Take gave has arrived.
  void Confirm();

 private:
  const metrics::Registry& registry_;
  // What was cleared counts from 0 again.
  void ForgetWhatWasCleared();

  int64_t clears_ = 0;
  std::map<std::string, int64_t> told_;
  std::map<std::string, int64_t> taken_;
};

}  // namespace alluxio::worker
