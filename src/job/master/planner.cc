#include "job/master/planner.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/crc32c.h"
#include "proto/grpc/job_work.pb.h"
#include "wire/block_info.h"

namespace alluxio::job {
namespace {

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsOnTier(const WorkerInfo& worker, const std::vector<std::string>& localities) {
  return std::any_of(worker.address.tiers.begin(), worker.address.tiers.end(),
                     [&](const LocalityTier& tier) { return Has(localities, Upper(tier.value)); });
}

// Which worker comes first for a block: spread evenly, and the same each time.
uint32_t RankOf(BlockId block, const WorkerNetAddress& worker) {
  return Crc32c(fmt::format("{} {}:{}", block, worker.host, worker.rpc_port));
}

bool Holds(const BlockInfo& block, const WorkerInfo& worker) {
  return std::any_of(block.locations.begin(), block.locations.end(),
                     [&](const BlockLocation& at) { return at.address == worker.address; });
}

std::vector<const WorkerInfo*> WithoutBlock(const BlockInfo& block,
                                            const std::vector<WorkerInfo>& workers) {
  std::vector<const WorkerInfo*> without;
  for (const WorkerInfo& worker : workers) {
    if (!Holds(block, worker)) without.push_back(&worker);
  }
  std::sort(without.begin(), without.end(), [&](const WorkerInfo* a, const WorkerInfo* b) {
    return RankOf(block.id, a->address) < RankOf(block.id, b->address);
  });
  return without;
}

std::string Names(const std::vector<const WorkerInfo*>& workers) {
  std::string names;
  for (const WorkerInfo* worker : workers) {
    names += (names.empty() ? "" : ", ") + worker->address.host;
  }
  return names;
}

}  // namespace

std::vector<WorkerInfo> EligibleWorkers(const LoadCommand& command,
                                        const std::vector<WorkerInfo>& workers) {
  std::vector<WorkerInfo> eligible;
  for (const WorkerInfo& worker : workers) {
    const std::string host = Upper(worker.address.host);
    if (Has(command.excluded_hosts, host) || IsOnTier(worker, command.excluded_localities)) {
      continue;
    }
    if ((command.hosts.empty() && command.localities.empty()) || Has(command.hosts, host) ||
        IsOnTier(worker, command.localities)) {
      eligible.push_back(worker);
    }
  }
  return eligible;
}

Result<std::vector<TaskSpec>> PlanLoad(const LoadCommand& command, const FileInfo& file,
                                       const std::vector<WorkerInfo>& workers) {
  struct Target {
    const WorkerInfo* worker;
    grpc::job::TaskWork work;
    std::string blocks;
  };
  std::map<std::string, Target> targets;
  for (const FileBlockInfo& info : file.blocks) {
    const BlockInfo& block = info.block;
    const auto held = static_cast<int64_t>(block.locations.size());
    const int64_t needed = command.replication - held;
    if (needed <= 0) continue;
    if (held == 0 && file.persistence != PersistenceState::kPersisted) {
      return FailedPrecondition(fmt::format("block {} is on no worker and the file is not "
                                            "persisted", block.id));
    }
    std::vector<const WorkerInfo*> without = WithoutBlock(block, workers);
    if (static_cast<int64_t>(without.size()) < needed) {
      return FailedPrecondition(fmt::format(
          "Failed to find enough block workers to replicate to. Needed {} but only found {}. "
          "Available workers without the block: [{}]", needed, without.size(), Names(without)));
    }
    for (int64_t i = 0; i < needed; ++i) {
      const WorkerNetAddress& address = without[static_cast<size_t>(i)]->address;
      Target& target = targets[fmt::format("{}:{}", address.host, address.rpc_port)];
      target.worker = without[static_cast<size_t>(i)];
      grpc::job::BlockWork* added = target.work.mutable_load()->add_blocks();
      added->set_blockid(block.id);
      added->set_length(block.length);
      added->set_offsetinfile(info.offset);
      if (held > 0) {
        const WorkerNetAddress& source = block.locations[0].address;
        added->set_sourcehost(source.container_host.empty() ? source.host
                                                            : source.container_host);
        added->set_sourceport(source.data_port);
      }
      target.blocks += fmt::format("{}{}", target.blocks.empty() ? "" : ", ", block.id);
    }
  }
  std::vector<TaskSpec> tasks;
  for (auto& [name, target] : targets) {
    grpc::job::TaskWork& work = target.work;
    work.set_path(file.path);
    work.set_mountid(file.mount_id);
    work.mutable_load()->set_mountid(file.mount_id);
    wire::ToProto(target.worker->address, work.mutable_load()->mutable_target());
    if (file.persistence == PersistenceState::kPersisted) {
      work.mutable_load()->set_ufspath(file.ufs_path);
    }
    tasks.push_back({file.path, work.SerializeAsString(), target.worker->address.host,
                     file.mount_id,
                     fmt::format("LoadTask{{FilePath={}, blockId={}, workerNetAddress={}}}",
                                 file.path, target.blocks, name)});
  }
  return tasks;
}

namespace {

const FileBlockInfo* FindBlock(const FileInfo& file, BlockId block) {
  for (const FileBlockInfo& info : file.blocks) {
    if (info.block.id == block) return &info;
  }
  return nullptr;
}

Status NoSuchBlock(const FileInfo& file, BlockId block) {
  return NotFound(fmt::format("{} has no block {}", file.path, block));
}

// The workers that come last, all but `kept`.
std::vector<TaskSpec> PlanEvict(const FileInfo& file, const BlockInfo& block, size_t kept) {
  std::vector<const WorkerNetAddress*> holders;
  for (const BlockLocation& at : block.locations) holders.push_back(&at.address);
  std::sort(holders.begin(), holders.end(),
            [&](const WorkerNetAddress* a, const WorkerNetAddress* b) {
              return RankOf(block.id, *a) < RankOf(block.id, *b);
            });
  std::vector<TaskSpec> tasks;
  for (size_t i = kept; i < holders.size(); ++i) {
    const WorkerNetAddress& holder = *holders[i];
    grpc::job::TaskWork work;
    work.set_path(file.path);
    work.set_mountid(file.mount_id);
    wire::ToProto(holder, work.mutable_evict()->mutable_target());
    work.mutable_evict()->set_blockid(block.id);
    for (size_t k = 0; k < kept && file.persistence != PersistenceState::kPersisted; ++k) {
      wire::ToProto(*holders[k], work.mutable_evict()->add_kept());
    }
    tasks.push_back({file.path, work.SerializeAsString(), holder.host, file.mount_id,
                     fmt::format("EvictTask{{FilePath={}, blockId={}, workerNetAddress={}:{}}}",
                                 file.path, block.id, holder.host, holder.rpc_port)});
  }
  return tasks;
}

}  // namespace

Result<std::vector<TaskSpec>> PlanReplicas(const ReplicasPlan& plan, const FileInfo& file,
                                           const std::vector<WorkerInfo>& workers) {
  const FileBlockInfo* info = FindBlock(file, plan.block);
  if (info == nullptr) return NoSuchBlock(file, plan.block);
  const size_t held = info->block.locations.size();
  const auto wanted = static_cast<size_t>(plan.replicas);
  if (held >= wanted) {
    const bool elsewhere = file.persistence == PersistenceState::kPersisted;
    return PlanEvict(file, info->block, std::max<size_t>(wanted, elsewhere ? 0 : 1));
  }
  FileInfo one = file;
  one.blocks = {*info};
  LoadCommand load;
  load.replication = static_cast<int32_t>(
      std::min(wanted, held + WithoutBlock(info->block, workers).size()));
  return PlanLoad(load, one, workers);
}

Result<std::vector<TaskSpec>> PlanMove(const MovePlan& plan, const FileInfo& file) {
  const FileBlockInfo* info = FindBlock(file, plan.block);
  if (info == nullptr) return NoSuchBlock(file, plan.block);
  bool there = false;
  for (const BlockLocation& at : info->block.locations) {
    if (at.address.host != plan.host) continue;
    there = true;
    if (at.medium_type == plan.medium) continue;
    grpc::job::TaskWork work;
    work.set_path(file.path);
    work.set_mountid(file.mount_id);
    wire::ToProto(at.address, work.mutable_move()->mutable_target());
    work.mutable_move()->set_blockid(plan.block);
    work.mutable_move()->set_mediumtype(plan.medium);
    return std::vector<TaskSpec>{{file.path, work.SerializeAsString(), plan.host, file.mount_id,
                                  DescriptionOf(BlockPlan(plan))}};
  }
  if (there) return std::vector<TaskSpec>();
  return NotFound(fmt::format("block {} of {} is not on {}", plan.block, file.path, plan.host));
}

namespace {

// That holds most blocks; "" when none holds any.
std::string FullestHost(const FileInfo& file) {
  std::map<std::string, int> blocks_of;
  for (const FileBlockInfo& info : file.blocks) {
    for (const BlockLocation& location : info.block.locations) {
      ++blocks_of[location.address.host];
    }
  }
  auto most = std::max_element(blocks_of.begin(), blocks_of.end(),
                               [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == blocks_of.end() ? "" : most->first;
}

}  // namespace

Result<TaskSpec> PlanPersist(const PersistCommand& command, const FileInfo& file,
                             int64_t submitted_ms) {
  if (file.folder || file.path != command.path) {
    return InvalidArgument(fmt::format("{}: is a directory", command.path));
  }
  if (!file.completed) {
    return FailedPrecondition(
        fmt::format("Cannot persist an incomplete Alluxio file: {}", file.path));
  }
  grpc::job::TaskWork work;
  work.set_path(file.path);
  work.set_mountid(command.mount_id);
  grpc::job::PersistWork& persist = *work.mutable_persist();
  persist.set_source(file.path);
  persist.set_mountid(command.mount_id);
  persist.set_ufspath(command.ufs_path);
  persist.set_overwrite(command.overwrite);
  persist.set_submittedms(submitted_ms);
  return TaskSpec{file.path, work.SerializeAsString(), FullestHost(file), command.mount_id,
                  DescriptionOf(Command(command))};
}

TaskSpec PlanCopy(const CopyCommand& command, const FileInfo& file,
                  const std::string& destination, int64_t submitted_ms) {
  grpc::job::TaskWork work;
  work.set_path(file.path);
  work.set_mountid(file.mount_id);
  work.mutable_copy()->set_source(file.path);
  work.mutable_copy()->set_destination(destination);
  work.mutable_copy()->set_writetype(command.write_type);
  work.mutable_copy()->set_overwrite(command.overwrite);
  work.mutable_copy()->set_submittedms(submitted_ms);
  return {file.path, work.SerializeAsString(), FullestHost(file), file.mount_id,
          fmt::format("MigrateCommand{{source={}, destination={}}}", file.path, destination)};
}

std::string DestinationOf(const CopyCommand& command, const std::string& path) {
  const size_t cut = command.source == "/" ? 0 : command.source.size();
  const std::string rest = path.substr(std::min(cut, path.size()));
  if (command.destination == "/") return rest.empty() ? "/" : rest;
  return command.destination + rest;
}

}  // namespace alluxio::job
