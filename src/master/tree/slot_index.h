// SlotIndex: a hash table of 32-bit slots whose keys live elsewhere.
//
// Open addressing in 4096 shards that grow one by one, so that growing never stops the tree for
// more than a moment and memory follows the number of slots closely. Beside each slot sits one byte
// of its hash; a probe looks at the key itself only when that byte agrees. About 7.7 bytes a slot.
// Thread-compatible.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/table_memory.h"

namespace alluxio::master {

class SlotIndex {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  SlotIndex() : shards_(kShards) {}

  // The slot of this hash for which `equal(slot)` holds, or kNone.
  template <typename Equal>
  uint32_t Find(uint64_t hash, const Equal& equal) const {
    const Shard& shard = ShardOf(hash);
    if (shard.live == 0) return kNone;
    const uint8_t tag = TagOf(hash);
    for (uint32_t at = HomeOf(hash, shard.capacity);; at = at + 1 == shard.capacity ? 0 : at + 1) {
      uint8_t found = shard.tags()[at];
      if (found == kEmpty) return kNone;
      if (found == tag && equal(shard.slots()[at])) return shard.slots()[at];
    }
  }

  // Adds a slot that is not in it. `keys.Hash(slot)` gives the hash of any slot inside;
  // `keys.WarmRecord(slot)` and then `keys.WarmName(slot)` prefetch what Hash will read.
  template <typename Keys>
  void Insert(uint64_t hash, uint32_t slot, const Keys& keys) {
    Shard& shard = ShardOf(hash);
    if ((shard.used + 1) * 100 > uint64_t{shard.capacity} * kMaxLoadPercent) Grow(shard, keys);
    Place(shard, hash, slot);
  }

  // Removes a slot that is in it (CHECKed).
  void Erase(uint64_t hash, uint32_t slot);

  void Clear();
  size_t MemoryBytes() const;

 private:
  static constexpr int kShardBits = 12;
  static constexpr size_t kShards = size_t{1} << kShardBits;
  static constexpr uint64_t kMaxLoadPercent = 85;
  static constexpr uint8_t kEmpty = 0;  // as fresh memory is
  static constexpr uint8_t kErased = 1;

  struct Shard {
    TableMemory memory;  // `capacity` slots, then `capacity` tags
    uint32_t capacity = 0;
    uint32_t live = 0;
    uint32_t used = 0;  // live and erased
    uint32_t* slots() const { return reinterpret_cast<uint32_t*>(memory.data()); }
    uint8_t* tags() const { return reinterpret_cast<uint8_t*>(slots() + capacity); }
  };

  Shard& ShardOf(uint64_t hash) { return shards_[hash >> (64 - kShardBits)]; }
  const Shard& ShardOf(uint64_t hash) const { return shards_[hash >> (64 - kShardBits)]; }
  static uint8_t TagOf(uint64_t hash) { return static_cast<uint8_t>(2 + (hash & 0xFF) % 254); }
  static uint32_t HomeOf(uint64_t hash, uint32_t capacity) {
    return static_cast<uint32_t>((((hash >> 16) & 0xFFFFFFFF) * capacity) >> 32);
  }
  static void Place(Shard& shard, uint64_t hash, uint32_t slot);
  // An empty shard with room for one more than `shard` holds.
  Shard Larger(const Shard& shard) const;

  // Keys are scattered over memory: reading them in batches lets their cache misses overlap.
  template <typename Keys>
  void Grow(Shard& shard, const Keys& keys) {
    constexpr uint32_t kBatch = 32;
    Shard larger = Larger(shard);
    uint32_t batch[kBatch];
    for (uint32_t at = 0; at < shard.capacity;) {
      uint32_t n = 0;
      for (; at < shard.capacity && n < kBatch; ++at) {
        if (shard.tags()[at] > kErased) batch[n++] = shard.slots()[at];
      }
      for (uint32_t i = 0; i < n; ++i) keys.WarmRecord(batch[i]);
      for (uint32_t i = 0; i < n; ++i) keys.WarmName(batch[i]);
      for (uint32_t i = 0; i < n; ++i) Place(larger, keys.Hash(batch[i]), batch[i]);
    }
    shard = std::move(larger);
  }

  std::vector<Shard> shards_;
};

}  // namespace alluxio::master
