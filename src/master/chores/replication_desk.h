// ReplicationDesk: who sees to it that blocks get more or fewer copies, or another medium: the job
// service. Thread-safe; calls block.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "job/plan/block_plan.h"

namespace alluxio::master {

struct ReplicationOutcome {
  bool over = false;
  std::string error;  // "" when it went well
};

class ReplicationDesk {
 public:
  virtual ~ReplicationDesk() = default;

  // The id of what does it.
  virtual Result<int64_t> Run(const job::BlockPlan& plan) = 0;
  // One that nobody knows any more is over.
  virtual Result<ReplicationOutcome> OutcomeOf(int64_t id) = 0;
};

}  // namespace alluxio::master
