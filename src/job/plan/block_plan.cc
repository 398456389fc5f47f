#include "job/plan/block_plan.h"

#include <fmt/core.h>

#include "job/plan/java_object.h"

namespace alluxio::job {
namespace {

constexpr char kSetReplica[] = "alluxio.job.plan.replicate.SetReplicaConfig";
constexpr char kMove[] = "alluxio.job.plan.replicate.MoveConfig";
// serialVersionUID of 2.9.
constexpr int64_t kSetReplicaSerial = 1807931900696165058;
constexpr int64_t kMoveSerial = -5198319303173120739;

Status CheckBlock(const std::string& path, int64_t block) {
  if (path.empty() || path[0] != '/') {
    return InvalidArgument(fmt::format("block {} of \"{}\": not an absolute path", block, path));
  }
  if (block <= 0) return InvalidArgument(fmt::format("{}: no block {}", path, block));
  return OkStatus();
}

Result<std::optional<BlockPlan>> ReplicasOf(const JavaRef& object) {
  ReplicasPlan plan;
  plan.path = TextOf(FieldOf(object, "mPath"));
  plan.block = NumberOf(FieldOf(object, "mBlockId"), 0);
  const int64_t replicas = NumberOf(FieldOf(object, "mReplicas"), -1);
  RETURN_IF_ERROR(CheckBlock(plan.path, plan.block));
  if (replicas < 0 || replicas > INT32_MAX) {
    return InvalidArgument(fmt::format("{}: {} copies of a block", plan.path, replicas));
  }
  plan.replicas = static_cast<int32_t>(replicas);
  return std::optional<BlockPlan>(std::move(plan));
}

Result<std::optional<BlockPlan>> MoveOf(const JavaRef& object) {
  MovePlan plan;
  plan.path = TextOf(FieldOf(object, "mPath"));
  plan.block = NumberOf(FieldOf(object, "mBlockId"), 0);
  plan.host = TextOf(FieldOf(object, "mWorkerHost"));
  plan.medium = TextOf(FieldOf(object, "mMediumType"));
  RETURN_IF_ERROR(CheckBlock(plan.path, plan.block));
  if (plan.host.empty() || plan.medium.empty()) {
    return InvalidArgument(fmt::format("{}: a move of a block needs a worker and a medium",
                                       plan.path));
  }
  return std::optional<BlockPlan>(std::move(plan));
}

}  // namespace

Result<std::optional<BlockPlan>> ReadBlockPlan(std::string_view java) {
  ASSIGN_OR_RETURN(JavaRef object, ReadJavaObject(java));
  const std::string name = object == nullptr ? "" : object->class_name;
  if (name == kSetReplica) return ReplicasOf(object);
  if (name == kMove) return MoveOf(object);
  return std::optional<BlockPlan>();
}

std::string WriteBlockPlan(const BlockPlan& plan) {
  const auto* move = std::get_if<MovePlan>(&plan);
  JavaObjectWriter writer(move != nullptr ? kMove : kSetReplica,
                          move != nullptr ? kMoveSerial : kSetReplicaSerial);
  writer.Long("mBlockId", BlockOf(plan));
  writer.Text("mPath", PathOf(plan));
  if (move != nullptr) {
    writer.Text("mMediumType", move->medium);
    writer.Text("mWorkerHost", move->host);
  } else {
    writer.Int("mReplicas", std::get<ReplicasPlan>(plan).replicas);
  }
  return writer.Finish();
}

const std::string& PathOf(const BlockPlan& plan) {
  return std::visit([](const auto& some) -> const std::string& { return some.path; }, plan);
}

int64_t BlockOf(const BlockPlan& plan) {
  return std::visit([](const auto& some) { return some.block; }, plan);
}

std::string PlanName(const BlockPlan& plan) {
  return std::holds_alternative<ReplicasPlan>(plan) ? "Replicate" : "Move";
}

std::string DescriptionOf(const BlockPlan& plan) {
  if (const auto* replicas = std::get_if<ReplicasPlan>(&plan)) {
    return fmt::format("SetReplicaConfig{{blockId={}, path={}, replicas={}}}", replicas->block,
                       replicas->path, replicas->replicas);
  }
  const auto& move = std::get<MovePlan>(plan);
  return fmt::format("MoveConfig{{blockId={}, mediumType={}, workerHost={}, path={}}}", move.block,
                     move.medium, move.host, move.path);
}

}  // namespace alluxio::job
