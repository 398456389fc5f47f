// BlockMaster: block lengths and container ids (journaled), block locations and workers (not).
//
// One lock, rank kBlock, shared by readers. It orders the entries of the BlockMaster journal. Where
// blocks lie is learned from workers: after a restart locations return as workers register.
// Thread-safe; nothing here blocks on I/O except what says so.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "base/result.h"
#include "base/shared_mutex.h"
#include "env/clock.h"
#include "env/rng.h"
#include "journal/journal.h"
#include "master/block/block_table.h"
#include "master/block/worker_registry.h"
#include "master/state/edit_context.h"
#include "model/block_info.h"
#include "wire/file_info_encoder.h"
#include "wire/worker_info.h"

namespace alluxio::master {

class ImageFolder;

struct BlockMasterOptions {
  int64_t container_reservation = 1000;  // alluxio.master.container.id.reservation.size
  Duration worker_timeout = std::chrono::minutes(5);      // alluxio.master.worker.timeout
  Duration forget_lost_after = std::chrono::minutes(30);  // ...lost.worker.deletion.timeout
  Duration safe_mode = std::chrono::seconds(5);  // alluxio.master.worker.connect.wait.time
  size_t free_blocks_per_heartbeat = 100'000;
  // Where a checkpoint leaves an image of the blocks and finds it again; null: nowhere.
  ImageFolder* images = nullptr;
};

class BlockMaster final : public journal::StateMachine {
 public:
  // All three outlive this. The ledger may be filled later, but before the first edit.
  BlockMaster(const BlockMasterOptions& options, Ledger& ledger, Clock& clock, Rng& rng);
  ~BlockMaster() override;

  // Of a standby, before workers report and while another master's entries are applied under
  // lock(). Until StartServing() workers get no command but to register, and a block whose entry
  // has not been read yet is remembered with its locations.
  void StartFollowing();
  // After replay, before the first call: container ids continue at the journaled reservation, or
  // are reserved for the first time on an empty journal (then container 0 belongs to the root
  // directory), and safe mode begins, unless a standby has workers already. Blocks until the
  // reservation is durable; what it takes does not depend on how many blocks there are.
  Status StartServing();
  // What a takeover repeats in the journal: the reservation that is in force.
  int64_t journaled_containers() const;
  // Workers are still coming back after a start: do not say "no worker" yet.
  bool InSafeMode() const;
  // UNAVAILABLE "Alluxio master is in safe mode. Please try again later." while in safe mode.
  Status CheckNotSafeMode() const;

  // --- container ids -------------------------------------------------------------------------
  // A container id nobody had before, of a reservation that is durable. When the reservation is
  // used up: WouldBlock() unless context.may_block(), else waits for the next one.
  Result<int64_t> NewContainerId(OpContext& context);

  // --- blocks --------------------------------------------------------------------------------
  // INVALID_ARGUMENT "BlockMeta not found for blockId <id>". Locations on live workers only.
  Result<BlockInfo> GetBlockInfo(BlockId id) const;
  // As GetBlockInfo for each, in order; an unknown block gets length 0 and no location.
  std::vector<BlockInfo> GetBlockInfos(std::span<const BlockId> ids) const;
  // The same without copies: `visit` is called for each under the lock of this class, which what it
  // is given belongs to; it calls nobody.
  struct KnownBlock {
    BlockId id = 0;
    int64_t length = 0;
    std::span<const wire::FileInfoEncoder::LocationFields> locations;
  };
  using BlockVisitor = absl::FunctionRef<void(const KnownBlock&)>;
  void VisitBlocks(BlockId first, size_t count, BlockVisitor visit) const;
  // Whether VisitBlocks would show what it has shown of these containers (ContainerOf a block): the
  // stamp is taken before and compared afterwards.
  ChangeCounts::Stamp ChangesOf(std::span<const int64_t> containers) const;
  // kUnknownLength when it is not known; nothing for an unknown block.
  std::optional<int64_t> LengthOf(BlockId id) const;
  // A worker has the block. NOT_FOUND for an unknown worker. Journals block_info when new.
  Status CommitBlock(OpContext& context, const BlockCommit& commit);
  // The block is a piece of a file in an under store.
  struct UfsBlock {
    BlockId id;
    int64_t length;
  };
  Status CommitBlocksInUfs(OpContext& context, std::span<const UfsBlock> blocks);
  // Forgets the blocks (journaled: call it after the deletion of their files was recorded) and
  // tells their holders to free them. Unknown blocks are skipped.
  Status RemoveBlocks(OpContext& context, std::span<const BlockId> ids);
  // Tells holders to free their copies; the blocks stay known. Not journaled.
  void FreeBlocks(std::span<const BlockId> ids);
  // Blocks that lost their last copy with a worker since the last call; at most `limit`.
  std::vector<BlockId> TakeLostBlocks(size_t limit);
  // Blocks workers reported that nobody knows: (worker, block); at most `limit`. The caller checks
  // whether their file exists and answers with FreeOn.
  struct StrayBlock {
    WorkerId worker;
    BlockId block;
  };
  std::vector<StrayBlock> TakeStrayBlocks(size_t limit);
  void FreeOn(const StrayBlock& stray);
  // All known block ids of one of BlockTable::kShards shards, for the integrity check.
  std::vector<BlockId> BlockIdsOfShard(size_t shard) const;
  size_t block_count() const;

  // --- workers -------------------------------------------------------------------------------
  Result<WorkerId> GetWorkerId(const WorkerNetAddress& address);
  Status NotifyWorkerId(WorkerId id, const WorkerNetAddress& address);
  // NOT_FOUND for an id this master did not give out: the worker asks for an id again.
  Status BeginRegister(const WorkerRegistration& registration);
  Status AddRegisterBlocks(WorkerId worker, std::span<const TierBlocks> blocks);
  Status FinishRegister(WorkerId worker);
  void AbandonRegister(WorkerId worker);
  // kRegister for a worker that is unknown, lost or not registered.
  WorkerCommand Heartbeat(const WorkerHeartbeat& heartbeat);
  // Marks silent workers lost and scrubs retired slots, a bounded piece a call.
  void CheckWorkers();
  Status DecommissionWorker(const std::string& host, int64_t web_port, bool can_register_again);
  Status RemoveDisabledWorker(const std::string& host, int64_t web_port);

  std::vector<WorkerInfo> LiveWorkers() const;
  // In every state but new.
  std::vector<WorkerInfo> AllWorkers() const;
  std::optional<WorkerNetAddress> AddressOf(WorkerId id) const;
  std::vector<LostStorage> LostStorages() const;
  wire::BlockMasterTotals Totals() const;

  // --- journal -------------------------------------------------------------------------------
  journal::Component component() const override { return journal::Component::kBlock; }
  // The caller holds lock() exclusively, or replays.
  Status Apply(const journal::JournalEntry& entry) override NO_THREAD_SAFETY_ANALYSIS;
  void Prefetch(const journal::JournalEntry& entry) const override NO_THREAD_SAFETY_ANALYSIS;
  void Reset() override NO_THREAD_SAFETY_ANALYSIS;
  Status WriteCheckpoint(journal::CheckpointSink& sink) const override NO_THREAD_SAFETY_ANALYSIS;
  Status ReadCheckpoint(journal::CheckpointSource& source) override;
  Status VisitEntries(const journal::EntryVisitor& visit) const override;
  // For the freeze of a checkpoint.
  SharedMutex& lock() RETURN_CAPABILITY(lock_) { return lock_; }

 private:
  class Entries;  // the form of the checkpoint
  struct Containers {
    int64_t next = 0;           // next id to hand out
    int64_t durable_limit = 0;  // ids below may be handed out
    int64_t journaled_limit = 0;
    journal::Position position = 0;  // of the entry that set journaled_limit
    int64_t reservation = 0;
  };

  void ReserveContainers(OpContext& context) REQUIRES(lock_);
  void RecordBlock(EditContext& edits, BlockId id, int64_t length) REQUIRES(lock_);
  BlockInfo InfoOf(BlockId id, int64_t length) const REQUIRES_SHARED(lock_);
  Status Locate(const Worker& worker, WorkerSlot slot, std::span<const TierBlocks> blocks)
      REQUIRES(lock_);
  void QueueFree(BlockId id) REQUIRES(lock_);
  void NoteStray(WorkerId worker, BlockId block) REQUIRES(lock_);
  void DropLocation(BlockId id, WorkerSlot slot) REQUIRES(lock_);
  void AddEarly(BlockId id, SlotLocation location) REQUIRES(lock_);
  void DropEarly(BlockId id, WorkerSlot slot) REQUIRES(lock_);
  void ScrubEarly() REQUIRES(lock_);
  void ApplyBlock(BlockId id, int64_t length) REQUIRES(lock_);
  void ApplyDelete(BlockId id) REQUIRES(lock_);
  bool ScrubSome() REQUIRES(lock_);  // false when there is nothing left to scrub
  WorkerInfo Describe(const Worker& worker) const REQUIRES_SHARED(lock_);

  const BlockMasterOptions options_;
  Ledger& ledger_;
  Clock& clock_;
  Rng& rng_;

  mutable SharedMutex lock_{LockRank::kBlock};
  BlockTable table_ GUARDED_BY(lock_);
  WorkerRegistry workers_ GUARDED_BY(lock_);
  Containers containers_ GUARDED_BY(lock_);
  std::vector<BlockId> lost_ GUARDED_BY(lock_);        // at most kMaxNoted, then dropped
  std::vector<StrayBlock> strays_ GUARDED_BY(lock_);   // at most kMaxNoted, then dropped
  // Where blocks lie that a standby has not read of, or has read the deletion of. What is left
  // after a takeover are strays. At most kMaxNoted locations, then dropped.
  absl::flat_hash_map<BlockId, std::vector<SlotLocation>> early_ GUARDED_BY(lock_);
  size_t early_locations_ GUARDED_BY(lock_) = 0;
  bool following_ GUARDED_BY(lock_) = false;
  Duration following_since_ GUARDED_BY(lock_){};
  std::vector<WorkerSlot> scrubbing_ GUARDED_BY(lock_);  // slots of the scrub under way
  size_t next_scrub_shard_ GUARDED_BY(lock_) = 0;
  Duration serving_since_ GUARDED_BY(lock_){};
};

}  // namespace alluxio::master
