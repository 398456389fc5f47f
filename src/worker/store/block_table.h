// BlockTable: what a worker knows about its blocks and the space of its directories. Pure memory:
// no files, no clock. Thread-compatible; BlockStore guards it.
//
// Invariants: a block id is either committed (blocks), being written (temps) or unknown. For every
// directory used = the sum of its committed blocks and reserved = the sum of its reservations.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "worker/store/store_options.h"
#include "worker/store/store_report.h"

namespace alluxio::worker {

enum class ChecksumState : uint8_t { kUnknown, kRecorded, kVerified };

struct BlockEntry {
  BlockId id = 0;
  size_t dir = 0;
  int64_t length = 0;
  uint32_t crc32c = 0;
  ChecksumState checksum = ChecksumState::kUnknown;
  bool announced = true;   // the master knows; until then neither reported nor evicted
  bool doomed = false;     // removed while leased: its file goes with the last lease
  int leases = 0;
  std::list<BlockEntry*>::iterator recency;  // in DirState::recency while not doomed
  uint64_t last_use = 0;
};

struct DirState {
  size_t tier = 0;
  std::string tier_alias;
  std::string medium;
  int64_t quota = 0;
  int64_t used = 0;
  int64_t reserved = 0;
  bool lost = false;
  std::list<BlockEntry*> recency;  // least recently used first
  int64_t available() const { return lost ? 0 : quota - used - reserved; }
};

struct Victim {
  BlockId id = 0;
  size_t dir = 0;
  int64_t length = 0;
};

class BlockTable {
 public:
  // Directories in tier order, top tier first.
  explicit BlockTable(std::vector<DirState> dirs) : dirs_(std::move(dirs)) {}

  const std::vector<DirState>& dirs() const { return dirs_; }
  size_t tier_count() const { return dirs_.empty() ? 0 : dirs_.back().tier + 1; }

  // Null when unknown or doomed.
  BlockEntry* Find(BlockId id);
  size_t block_count() const { return blocks_.size(); }
  const std::unordered_map<BlockId, std::unique_ptr<BlockEntry>>& blocks() const { return blocks_; }

  // Turns `reserved` bytes of a reservation in `dir` into a block of `length`. The id is new.
  BlockEntry* Insert(size_t dir, BlockId id, int64_t length, int64_t reserved);
  // Forgets a block. A leased one stays as a doomed entry, its space in use, until its last lease.
  // True when its file may be deleted now. The id stays claimed until ReleaseTemp, so that nobody
  // commits a new file under the name about to be deleted.
  bool Erase(BlockEntry* entry);
  void Touch(BlockEntry* entry);
  // Gives back a lease. When it was the last one of a doomed block: the file to delete now.
  std::optional<Victim> Unlease(BlockEntry* entry);
  // Moves the accounting of a block to a reservation of its length in another directory.
  void Relocate(BlockEntry* entry, size_t dir);

  // Claims an id for writing. ALREADY_EXISTS when it is committed or being written.
  Status ClaimTemp(BlockId id);
  void ReleaseTemp(BlockId id) { temps_.erase(id); }

  // Finds `bytes` of space and reserves it: free space in the wanted tier or below it, else by
  // evicting there, else anywhere. Blocks evicted for it are gone from the table and appended to
  // `victims`; the caller deletes their files before it uses the space. RESOURCE_EXHAUSTED.
  Result<size_t> Reserve(const Placement& placement, int64_t bytes, std::vector<Victim>* victims);
  // The same, but only in the wanted medium or, without one, in exactly the wanted tier.
  Result<size_t> ReserveForMove(const Placement& placement, int64_t bytes,
                                std::vector<Victim>* victims);
  // The same in one directory.
  Status ReserveIn(size_t dir, int64_t bytes, std::vector<Victim>* victims);
  void Release(size_t dir, int64_t bytes);

  // Who must stay: files by id. Nothing is evicted before the first call.
  void SetPinned(std::unordered_set<InodeId> files);
  // Keeps a file until two more pin lists arrived: the next one may be older than this call.
  void PinForNow(InodeId file);

  void LoseDir(size_t dir) { dirs_[dir].lost = true; }

  size_t ClampTier(int tier) const;

 private:
  bool Evictable(const BlockEntry& entry) const;
  bool Evict(size_t dir, int64_t bytes, std::vector<Victim>* victims);
  std::vector<size_t> Candidates(size_t first, size_t last, const std::string& medium) const;
  std::optional<size_t> Take(const std::vector<size_t>& candidates, int64_t bytes,
                             std::vector<Victim>* victims);

  std::vector<DirState> dirs_;
  std::unordered_map<BlockId, std::unique_ptr<BlockEntry>> blocks_;
  std::unordered_map<BlockEntry*, std::unique_ptr<BlockEntry>> doomed_;
  std::unordered_set<BlockId> temps_;
  std::unordered_set<InodeId> pinned_;
  std::unordered_map<InodeId, uint64_t> pinned_until_;  // number of the pin list that ends it
  uint64_t pin_lists_ = 0;
  uint64_t uses_ = 0;
};

}  // namespace alluxio::worker
