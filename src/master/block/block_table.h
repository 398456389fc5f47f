// BlockTable: every block the cluster knows, its length and which worker slots hold it.
//
// Built for many millions of blocks: 24 bytes a record in open-addressed shards that grow one by
// one, by a quarter, so that no insertion pays for a rehash of everything. Two locations lie in the
// record; further ones in a side table. A location names a worker slot (not a worker id) and an
// index of a tier and medium.
//
// Thread-compatible: guarded by the lock of BlockMaster.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

  bool Contains(BlockId id) const { return Find(id) != nullptr; }
  // kUnknownLength too when it is known under that length; nothing when the block is unknown.
  std::optional<int64_t> LengthOf(BlockId id) const;
  // Adds the block, or gives a known one its length when that was unknown; a known length stays.
  void Put(BlockId id, int64_t length);
  // False when it was unknown.
  bool Remove(BlockId id);

  // False when the block is unknown. A worker slot appears once a block: the tier is replaced.
  // `added` says whether the slot was new.
  bool AddLocation(BlockId id, SlotLocation location, bool* added);
  // False when it was not there.
  bool RemoveLocation(BlockId id, WorkerSlot slot);
  // Appends to `out`; does nothing for an unknown block.
  void Locations(BlockId id, std::vector<SlotLocation>* out) const;

  size_t size() const { return size_; }
  void Clear();

  // Bookkeeping of long walks: shard by shard, each call short.
  static constexpr size_t kShards = 256;
  void VisitShard(size_t shard, const std::function<void(BlockId, int64_t length)>& visit) const;
  // Drops the locations in `shard` for which `dead` holds; calls `bare` for each block that has
  // none left.
  void ScrubShard(size_t shard, const std::function<bool(WorkerSlot)>& dead,
                  const std::function<void(BlockId)>& bare);

 private:
  struct Record {
    int64_t id;  // kEmpty = free place
    int64_t length;
    WorkerSlot slots[2];
    uint8_t tiers[2];
    bool has_more;  // further locations in more_
    uint8_t unused;
  };
  static_assert(sizeof(Record) == 24);
  struct Shard {
    std::vector<Record> records;
    size_t used = 0;
  };
  using MoreLocations = absl::flat_hash_map<BlockId, std::vector<SlotLocation>>;

  const Record* Find(BlockId id) const;
  Record* Find(BlockId id);
  Record& Insert(BlockId id);
  static void Grow(Shard& shard);
  void FillGap(Shard& shard, size_t gap);
  void Refill(Record& record, const std::vector<SlotLocation>& locations);
  void Collect(const Record& record, std::vector<SlotLocation>* out) const;

  std::vector<Shard> shards_;
  MoreLocations more_;
  size_t size_ = 0;
};

}  // namespace alluxio::master
