// BlockTable: every block the cluster knows, its length and which worker slots hold it.
//
// Built for many millions of blocks: 13 bytes a record in shards that grow one by one, by an
// eighth, so that no insertion pays for a rehash of everything. A record has room for a length
// below 4 GiB and for one location; longer blocks, and those with several locations, have an entry
// in a side table of their shard besides. A location names a worker slot (not a worker id) and an
// index of a tier and medium.
//
// Shards and their places are in the order of hashes, so no two tables may have the same hashes:
// one that is filled in the order in which another was listed (a checkpoint) would have all it has
// so far in the first places, and look at most of that for each further block.
//
// Thread-compatible: guarded by the lock of BlockMaster.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "master/block/block_records.h"
#include "master/state/change_counts.h"
#include "model/ids.h"

namespace alluxio::master {

using WorkerSlot = uint16_t;
inline constexpr WorkerSlot kNoSlot = 0xFFFF;
inline constexpr int64_t kUnknownLength = -1;

struct SlotLocation {
  WorkerSlot slot = kNoSlot;
  uint8_t tier = 0;  // index into WorkerRegistry's tiers
  bool operator==(const SlotLocation&) const = default;
};

class BlockTable {
 public:
  BlockTable();

  bool Contains(BlockId id) const { return static_cast<bool>(Find(id)); }
  // kUnknownLength too when it is known under that length; nothing when the block is unknown.
  std::optional<int64_t> LengthOf(BlockId id) const;
  // Asks for the memory that the others will read of this block.
  void Prefetch(BlockId id) const;
  // Adds the block, or gives a known one its length when that was unknown; a known length stays.
  void Put(BlockId id, int64_t length);
  // False when it was unknown.
  bool Remove(BlockId id);

  // False when the block is unknown. A worker slot appears once a block: the tier is replaced.
  // `added` says whether the slot was new.
  bool AddLocation(BlockId id, SlotLocation location, bool* added);
  // False when it was not there.
  bool RemoveLocation(BlockId id, WorkerSlot slot);
  // Appends to `out`, in the order in which they came; does nothing for an unknown block.
  void Locations(BlockId id, std::vector<SlotLocation>* out) const;
  // Both at once: LengthOf() and Locations().
  std::optional<int64_t> Look(BlockId id, std::vector<SlotLocation>* out) const;

  // Whether lengths and locations of all blocks of these containers (ContainerOf) are what they
  // were. A location that is dropped with its worker's slot is no change here.
  ChangeCounts::Stamp ChangesOf(std::span<const int64_t> containers) const {
    return changes_.Of(containers);
  }

  size_t size() const { return size_; }
  // Of the records, without the side tables.
  size_t MemoryBytes() const;
  void Clear();

  // Blocks and lengths as they lie in memory (flat_image.h), without locations. Loading is into an
  // empty table, to be cleared after an error.
  Status SaveImage(ImageWriter& image) const;
  Status LoadImage(ImageReader& image);

  // Bookkeeping of long walks: shard by shard, each call short.
  static constexpr size_t kShards = 256;
  void VisitShard(size_t shard, const std::function<void(BlockId, int64_t length)>& visit) const;
  // Drops the locations in `shard` for which `dead` holds; calls `bare` for each block that has
  // none left.
  void ScrubShard(size_t shard, const std::function<bool(WorkerSlot)>& dead,
                  const std::function<void(BlockId)>& bare);

 private:
  using Record = BlockRecords::Record;
  using Places = std::vector<SlotLocation>;
  static constexpr size_t kFewPlaces = 4;
  struct Shard {
    explicit Shard(RecordPool* pool) : records(pool) {}
    BlockRecords records;
    absl::flat_hash_map<BlockId, int64_t> lengths;  // that their records have no room for
    absl::flat_hash_map<BlockId, std::array<uint16_t, kFewPlaces>> few;  // codes; 0 = none
    absl::flat_hash_map<BlockId, Places> many;
  };

  void NoteChange(BlockId id) { changes_.Note(ContainerOf(id)); }
  uint64_t HashOf(BlockId id) const;
  BlockId IdOf(size_t shard, uint64_t key) const;
  Record Find(BlockId id) const;
  // What stands for the length in a record.
  static uint32_t LengthCode(Shard& shard, BlockId id, int64_t length);
  static int64_t Length(const Shard& shard, BlockId id, Record record);
  // What stands for the location; 0 when there are more than have a code.
  uint16_t PlaceCode(SlotLocation location);
  SlotLocation PlaceOf(uint16_t code) const { return places_[code - 1]; }
  void Refill(Shard& shard, BlockId id, Record record, const Places& locations);
  void Collect(const Shard& shard, BlockId id, Record record, Places* out) const;

  uint64_t seed_ = 0;  // of the hashes
  RecordPool pool_;    // of all shards
  std::vector<Shard> shards_;
  // Every location there ever was, by its code less 1. Slots are used again, so there are few.
  Places places_;
  absl::flat_hash_map<uint32_t, uint16_t> code_of_place_;
  size_t size_ = 0;
  ChangeCounts changes_{size_t{1} << 17};
};

}  // namespace alluxio::master
