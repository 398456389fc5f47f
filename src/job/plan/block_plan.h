// Plans about one block, which a master asks for: how many workers are to hold it, and in which
// medium. The configuration classes of Alluxio 2.9, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace alluxio::job {

// SetReplicaConfig: more copies are made, or some are removed.
struct ReplicasPlan {
  std::string path;  // of its file
  int64_t block = 0;
  int32_t replicas = 0;
};

// MoveConfig: from another medium of the same worker.
struct MovePlan {
  std::string path;
  int64_t block = 0;
  std::string host;    // of the worker
  std::string medium;  // "SSD"
};

using BlockPlan = std::variant<ReplicasPlan, MovePlan>;

// Nothing for an object of another class; INVALID_ARGUMENT for what makes no sense.
Result<std::optional<BlockPlan>> ReadBlockPlan(std::string_view java);
std::string WriteBlockPlan(const BlockPlan& plan);

const std::string& PathOf(const BlockPlan& plan);
int64_t BlockOf(const BlockPlan& plan);
// "Replicate", "Move".
std::string PlanName(const BlockPlan& plan);
std::string DescriptionOf(const BlockPlan& plan);

}  // namespace alluxio::job
