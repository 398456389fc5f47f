// BlockStore: the blocks a worker holds on its local storage. See README.md and
// docs/format/blocks.md.
//
// Block states:
//
//   (none) --Create--> being written --Commit--> committed, silent --Announce--> committed
//      ^                    | Abort                   | Remove            | Remove, eviction
//      +--------------------+-------------------------+-------------------+
//
// Silent blocks can be read but are not in reports and are never evicted: the master must hear of a
// block through CommitBlock first, or it would order an unknown block to be deleted.
//
// Thread-safe. Calls marked (disk) do file I/O and belong on an executor.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "env/rng.h"
#include "worker/store/block_dir.h"
#include "worker/store/block_lease.h"
#include "worker/store/block_table.h"
#include "worker/store/change_log.h"
#include "worker/store/mapped_blocks.h"
#include "worker/store/recycled_files.h"
#include "worker/store/store_options.h"
#include "worker/store/store_report.h"
#include "worker/store/temp_block.h"

namespace alluxio::worker {

class BlockStore {
 public:
  // (disk) Finds the blocks of an earlier run. A directory that cannot be used is dropped as lost
  // storage with an error in the log; when none is left the first error is returned.
  // INVALID_ARGUMENT for a MEM tier that is larger than the file system it is on.
  // `disk` and `rng` must outlive the store.
  static Result<std::unique_ptr<BlockStore>> Open(const StoreOptions& options, Disk& disk,
                                                  Rng& rng);

  // (disk) Starts a block. ALREADY_EXISTS, RESOURCE_EXHAUSTED, or the disk's error.
  Result<std::unique_ptr<TempBlock>> Create(BlockId id, const Placement& placement);

  // (disk) Opens a block for reading. NOT_FOUND when it is not here, or its file is missing, short
  // or damaged: such a block is dropped and the damaged file put in quarantine.
  Result<std::shared_ptr<const BlockLease>> Lease(BlockId id);
  // The same for threads that must not wait: null unless the block is in memory, was found good
  // and is mapped; Map() then costs nothing.
  std::shared_ptr<const BlockLease> LeaseInMemory(BlockId id);
  bool Has(BlockId id) const;
  // The length of a committed block; NOT_FOUND.
  Result<int64_t> Length(BlockId id) const;

  // (disk) NOT_FOUND when absent. A leased block vanishes at once, its file with the last lease.
  Status Remove(BlockId id);
  // (disk) Drops every committed block; returns how many.
  size_t RemoveAll();
  // The master knows the block now.
  void Announce(BlockId id);

  // (disk) Moves a block to a directory of `placement`. OK when it is there already; NOT_FOUND,
  // RESOURCE_EXHAUSTED, FAILED_PRECONDITION while somebody else reads it.
  Status Move(BlockId id, const Placement& placement);

  // Blocks of these files are never evicted. Nothing is evicted before the first call.
  void SetPinned(std::unordered_set<InodeId> files);

  StoreUsage Usage() const;
  // For people: every directory, and committed blocks in the order of their ids.
  std::vector<DirUsage> Dirs() const;
  std::vector<HeldBlock> Blocks(size_t offset, size_t limit) const;
  // One for each master that is told of the blocks; see change_log.h.
  ReporterId AddReporter();
  void RemoveReporter(ReporterId reporter);
  // Everything; forgets the changes so far.
  StoreReport TakeReport(ReporterId reporter);
  // At most `limit` changes since the last Take; ReturnChanges() undoes it when nobody was told.
  StoreChanges TakeChanges(ReporterId reporter, size_t limit);
  void ReturnChanges(ReporterId reporter, StoreChanges changes);

  // (disk) Drops directories that can no longer be written, with their blocks.
  void CheckDirs();

 private:
  friend class TempBlock;
  friend class BlockLease;
  BlockStore(const StoreOptions& options, Disk& disk, Rng& rng,
             std::vector<std::unique_ptr<BlockDir>> dirs, std::vector<DirState> states);

  Status ReserveMore(TempBlock& block, int64_t bytes);
  void AbortTemp(TempBlock& block);
  Result<CommittedBlock> CommitTemp(TempBlock& block, const BlockChecksum& sum);
  void KeepMapping(TempBlock& block, int64_t length);
  std::shared_ptr<BlockLease> MakeLease(BlockEntry* entry) REQUIRES(mutex_);
  void EndLease(BlockEntry* entry);
  // False when there is none to take.
  bool TakeRecycled(TempBlock& block);
  // What is recycled stays within the free space.
  void TrimRecycled(size_t dir);

  Status CheckFile(const BlockLease& lease, BlockEntry* entry);
  Status Verify(const BlockLease& lease, BlockEntry* entry, const BlockChecksum& recorded,
                bool known);
  void DropDamaged(BlockEntry* entry);
  Status CopyInto(const BlockLease& lease, size_t to, const std::string& temp_path);
  Status SwapDir(BlockEntry* entry, size_t to);
  void DeleteFiles(const std::vector<Victim>& victims);
  void NoteAdded(const BlockEntry& entry) REQUIRES(mutex_);
  void NoteRemoved(BlockId id) REQUIRES(mutex_);
  StorageLocation LocationOf(size_t dir) const REQUIRES(mutex_);

  Disk& disk_;
  Rng& rng_;
  const std::vector<std::unique_ptr<BlockDir>> dirs_;  // null where lost at start
  std::map<std::string, std::vector<std::string>> lost_at_start_;  // constant after Open

  std::vector<std::unique_ptr<RecycledFiles>> recycled_;  // by directory; null outside of memory
  MappedBlocks mapped_;  // a file is dropped from it before it is deleted

  mutable Mutex mutex_{LockRank::kStore};
  BlockTable table_ GUARDED_BY(mutex_);
  ChangeLog changes_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::worker
