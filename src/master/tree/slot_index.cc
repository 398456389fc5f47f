#include "master/tree/slot_index.h"

#include <utility>

#include "base/check.h"

namespace alluxio::master {

void SlotIndex::Place(Shard& shard, uint64_t hash, uint32_t slot) {
  uint32_t at = HomeOf(hash, shard.capacity);
  while (shard.tags()[at] > kErased) at = at + 1 == shard.capacity ? 0 : at + 1;
  if (shard.tags()[at] == kEmpty) ++shard.used;
  shard.tags()[at] = TagOf(hash);
  shard.slots()[at] = slot;
  ++shard.live;
}

void SlotIndex::Erase(uint64_t hash, uint32_t slot) {
  Shard& shard = ShardOf(hash);
  CHECK(shard.live > 0) << "slot " << slot << " is not indexed";
  const uint8_t tag = TagOf(hash);
  uint32_t at = HomeOf(hash, shard.capacity);
  while (shard.tags()[at] != tag || shard.slots()[at] != slot) {
    CHECK(shard.tags()[at] != kEmpty) << "slot " << slot << " is not indexed";
    at = at + 1 == shard.capacity ? 0 : at + 1;
  }
  uint32_t next = at + 1 == shard.capacity ? 0 : at + 1;
  // At the end of a run nobody has to probe past it.
  if (shard.tags()[next] == kEmpty) {
    shard.tags()[at] = kEmpty;
    --shard.used;
  } else {
    shard.tags()[at] = kErased;
  }
  if (--shard.live == 0) shard = Shard();
}

// Shards grow by different factors so that they do not all grow at the same time. The factor is
// applied to what is live, so a shard full of erased places comes out smaller. Growing reads every
// key of the shard, most of them out of memory: by a factor of 1.5, with 6.7 bytes a slot, it was
// two fifths of what loading a big folder cost.
SlotIndex::Shard SlotIndex::Larger(const Shard& shard) const {
  size_t number = static_cast<size_t>(&shard - shards_.data());
  uint64_t percent = 185 + number * 7 % 31;
  Shard larger;
  uint64_t wanted = (shard.live + 1) * percent / 100 + 4;
  CHECK(wanted < kNone) << "index shard of " << shard.live << " slots cannot grow";
  constexpr uint64_t kPlaceBytes = sizeof(uint32_t) + sizeof(uint8_t);
  larger.memory = TableMemory(wanted * kPlaceBytes);
  larger.capacity = static_cast<uint32_t>(larger.memory.size() / kPlaceBytes);
  return larger;
}

void SlotIndex::Clear() { shards_ = std::vector<Shard>(kShards); }

size_t SlotIndex::MemoryBytes() const {
  size_t bytes = kShards * sizeof(Shard);
  for (const Shard& shard : shards_) bytes += shard.memory.size();
  return bytes;
}

}  // namespace alluxio::master
