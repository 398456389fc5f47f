// Compares the copies that blocks have with those that they are to have (min, max, durable, media)
// and asks for what is missing or too much.
//
// A tick asks for as much as there is to do, but has a bounded number under way at once. Nothing is
// journaled: what is wrong with a block can be seen again by the next primary.
#include <algorithm>

#include "base/log.h"
#include "env/clock.h"
#include "master/block/block_master.h"
#include "master/chores/chores.h"
#include "master/chores/replication_desk.h"
#include "master/state/serving_gate.h"
#include "master/tree/inode_tree.h"
#include "stub/retry_policy.h"

namespace alluxio::master {
namespace {

constexpr size_t kFilesAtOnce = 1000;   // under one hold of the tree lock
constexpr size_t kBlocksAtOnce = 1000;
constexpr size_t kUnderWay = 1000;
constexpr size_t kResting = 100'000;
constexpr Duration kLook = std::chrono::milliseconds(20);
constexpr Duration kFirstRest = std::chrono::minutes(1);
constexpr Duration kLongestRest = std::chrono::hours(1);
constexpr int kLogged = 10;  // failures, a tick

// What blocks of a file should have.
struct Goal {
  InodeId file = kNoInode;
  std::string path;
  size_t blocks = 0;
  int32_t min = 0;
  int32_t max = -1;  // no limit
  std::string medium;  // "" = any
  bool elsewhere = false;  // the bytes are in an under store
};

Goal GoalOf(const InodeTree& tree, InodeView file) {
  Goal goal;
  goal.file = file.id();
  goal.path = tree.PathOf(file);
  goal.blocks = file.block_count();
  goal.min = file.replication_min();
  goal.max = file.replication_max();
  goal.elsewhere = file.persistence() == PersistenceState::kPersisted;
  if (file.persistence() == PersistenceState::kToBePersisted) {
    goal.min = std::max(goal.min, file.replication_durable());
    if (goal.max >= 0) goal.max = std::max(goal.max, file.replication_durable());
  }
  // The last copy of what is nowhere else is not too much.
  if (!goal.elsewhere && goal.max == 0) goal.max = 1;
  const std::vector<std::string> media = file.media();
  if (file.pinned() && !media.empty()) goal.medium = media.front();
  return goal;
}

class ReplicationRound {
 public:
  ReplicationRound(const ChoreParts& parts, ReplicationMemory& memory)
      : parts_(parts),
        memory_(memory),
        workers_(static_cast<int32_t>(parts.blocks->LiveWorkers().size())) {}

  void Run() {
    std::erase_if(memory_.resting, [&](const auto& block) {
      return block.second.until + kLongestRest < parts_.clock->Monotonic();
    });
    if (!TakeOutcomes()) return;
    Walk(&InodeIndexes::pinned_files, [](InodeView) { return true; });
    Walk(&InodeIndexes::to_be_persisted, [](InodeView file) { return !file.pinned(); });
    Walk(&InodeIndexes::replication_limited, [](InodeView file) {
      return !file.pinned() && file.persistence() != PersistenceState::kToBePersisted;
    });
    if (asked_ > 0 || failed_ > 0) {
      LOG_INFO("replication: blocks asked={} failed={} under-way={}", asked_, failed_,
               memory_.under_way.size());
    }
  }

 private:
  bool Ended() const {
    return given_up_ || (parts_.gate != nullptr && !parts_.gate->serving());
  }

  void Walk(const InodeIndexes::IdSet& (InodeIndexes::*set)() const,
            bool (*wanted)(InodeView file)) {
    InodeId after = kNoInode;
    for (bool more = true; more && !Ended();) {
      std::vector<Goal> goals;
      {
        ReaderLock lock(parts_.tree->lock());
        const std::vector<InodeId> ids =
            InodeIndexes::Slice((parts_.tree->indexes().*set)(), after, kFilesAtOnce);
        more = ids.size() == kFilesAtOnce;
        if (!ids.empty()) after = ids.back();
        for (InodeId id : ids) {
          InodeView file = parts_.tree->Find(id);
          if (!file || file.is_directory() || !file.completed() || !wanted(file)) continue;
          goals.push_back(GoalOf(*parts_.tree, file));
        }
      }
      for (const Goal& goal : goals) CheckFile(goal);
    }
  }

  void CheckFile(const Goal& goal) {
    for (size_t first = 0; first < goal.blocks && !Ended(); first += kBlocksAtOnce) {
      std::vector<BlockId> ids;
      for (size_t n = first; n < std::min(goal.blocks, first + kBlocksAtOnce); ++n) {
        ids.push_back(MakeId(ContainerOf(goal.file), static_cast<int64_t>(n)));
      }
      for (const BlockInfo& block : parts_.blocks->GetBlockInfos(ids)) CheckBlock(goal, block);
    }
  }

  void CheckBlock(const Goal& goal, const BlockInfo& block) {
    const auto held = static_cast<int32_t>(block.locations.size());
    // More than there are workers cannot be.
    const int32_t min = std::min(goal.min, workers_);
    if (held < min) {
      if (held > 0 || goal.elsewhere) Ask(job::ReplicasPlan{goal.path, block.id, min});
    } else if (goal.max >= 0 && held > goal.max) {
      Ask(job::ReplicasPlan{goal.path, block.id, goal.max});
    } else if (!goal.medium.empty()) {
      CheckMedium(goal, block);
    }
  }

  // Moves as many copies as are to be in the medium and are not.
  void CheckMedium(const Goal& goal, const BlockInfo& block) {
    auto in_place = [&](const BlockLocation& at) { return at.medium_type == goal.medium; };
    auto missing = goal.min - std::count_if(block.locations.begin(), block.locations.end(),
                                            in_place);
    for (const BlockLocation& at : block.locations) {
      if (missing <= 0) return;
      if (in_place(at)) continue;
      Ask(job::MovePlan{goal.path, block.id, at.address.host, goal.medium});
      --missing;
    }
  }

  void Ask(const job::BlockPlan& plan) {
    const BlockId block = job::BlockOf(plan);
    auto rest = memory_.resting.find(block);
    if (rest != memory_.resting.end() && rest->second.until > parts_.clock->Monotonic()) return;
    if (memory_.asked.count(block) > 0 || !AwaitRoom()) return;
    Result<int64_t> id = parts_.replication->Run(plan);
    if (id.ok()) {
      ++asked_;
      memory_.under_way[*id] = block;
      memory_.asked.insert(block);
    } else if (stub::IsRetryable(id.status()) ||
               id.status().Is(StatusCode::kResourceExhausted) ||
               id.status().Is(StatusCode::kDeadlineExceeded)) {
      GiveUp(id.status());
    } else if (!id.status().Is(StatusCode::kNotFound)) {  // not renamed or deleted meanwhile
      Failed(block, job::DescriptionOf(plan) + ": " + id.status().ToString());
    }
  }

  // False when the round is to end.
  bool AwaitRoom() {
    while (!Ended() && memory_.under_way.size() >= kUnderWay) {
      if (!TakeOutcomes()) return false;
      if (memory_.under_way.size() < kUnderWay) break;
      MutexLock lock(pause_);
      never_.WaitFor(pause_, kLook);
    }
    return !Ended();
  }

  // In the order of the ids, which is the order in which they should end; the first few that have
  // not are enough to know.
  bool TakeOutcomes() {
    constexpr int kStillRunning = 10;
    int running = 0;
    for (auto it = memory_.under_way.begin();
         it != memory_.under_way.end() && running < kStillRunning && !Ended();) {
      Result<ReplicationOutcome> outcome = parts_.replication->OutcomeOf(it->first);
      if (!outcome.ok()) {
        GiveUp(outcome.status());
        return false;
      }
      if (!outcome->over) {
        ++running;
        ++it;
        continue;
      }
      const BlockId block = it->second;
      memory_.asked.erase(block);
      it = memory_.under_way.erase(it);
      if (outcome->error.empty()) {
        memory_.resting.erase(block);
      } else {
        Failed(block, outcome->error);
      }
    }
    return true;
  }

  void Failed(BlockId block, const std::string& why) {
    if (++failed_ <= kLogged) {
      LOG_WARN("replication: failed block={} error=\"{}\"", block, why);
    }
    if (memory_.resting.size() >= kResting && memory_.resting.count(block) == 0) return;
    ReplicationMemory::Rest& rest = memory_.resting[block];
    rest.pause = std::clamp(rest.pause * 2, kFirstRest, kLongestRest);
    rest.until = parts_.clock->Monotonic() + rest.pause;
  }

  void GiveUp(const Status& why) {
    given_up_ = true;
    LOG_WARN("replication: the job service does not take orders, later again error={}",
             why.ToString());
  }

  const ChoreParts& parts_;
  ReplicationMemory& memory_;
  const int32_t workers_;
  Mutex pause_{LockRank::kLeaf};
  CondVar never_;
  bool given_up_ = false;
  int64_t asked_ = 0;
  int64_t failed_ = 0;
};

}  // namespace

void CheckReplication(const ChoreParts& parts, const ChoreSettings&, ChoreMemory& memory) {
  // Workers that are still coming back have copies as well.
  if (parts.replication == nullptr || parts.blocks->InSafeMode()) return;
  ReplicationRound(parts, memory.replication).Run();
}

}  // namespace alluxio::master
