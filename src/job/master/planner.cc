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

TaskSpec PlanCopy(const CopyCommand& command, const FileInfo& file,
                  const std::string& destination, int64_t submitted_ms) {
  std::map<std::string, int> blocks_of;
  for (const FileBlockInfo& info : file.blocks) {
    for (const BlockLocation& location : info.block.locations) {
      ++blocks_of[location.address.host];
    }
  }
  auto most = std::max_element(blocks_of.begin(), blocks_of.end(),
                               [](const auto& a, const auto& b) { return a.second < b.second; });
  grpc::job::TaskWork work;
  work.set_path(file.path);
  work.set_mountid(file.mount_id);
  work.mutable_copy()->set_source(file.path);
  work.mutable_copy()->set_destination(destination);
  work.mutable_copy()->set_writetype(command.write_type);
  work.mutable_copy()->set_overwrite(command.overwrite);
  work.mutable_copy()->set_submittedms(submitted_ms);
  return {file.path, work.SerializeAsString(), most == blocks_of.end() ? "" : most->first,
          file.mount_id,
          fmt::format("MigrateCommand{{source={}, destination={}}}", file.path, destination)};
}

std::string DestinationOf(const CopyCommand& command, const std::string& path) {
  const size_t cut = command.source == "/" ? 0 : command.source.size();
  const std::string rest = path.substr(std::min(cut, path.size()));
  if (command.destination == "/") return rest.empty() ? "/" : rest;
  return command.destination + rest;
}

}  // namespace alluxio::job
