#include "master/block/block_table.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace alluxio::master {
namespace {

constexpr BlockId kEmpty = std::numeric_limits<int64_t>::min();

// The finalizer of MurmurHash3: block ids differ in few bits, and every bit must count.
uint64_t HashOf(BlockId id) {
  uint64_t h = static_cast<uint64_t>(id);
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  h ^= h >> 33;
  return h;
}

size_t ShardOf(BlockId id) { return static_cast<size_t>(HashOf(id) >> 56); }

// A place in [0, capacity) that keeps the order of hashes, so capacities need not be powers of two.
size_t HomeOf(BlockId id, size_t capacity) {
  unsigned __int128 scaled = static_cast<unsigned __int128>(HashOf(id) << 8) * capacity;
  return static_cast<size_t>(scaled >> 64);
}

size_t Next(size_t place, size_t capacity) { return place + 1 == capacity ? 0 : place + 1; }

}  // namespace

BlockTable::BlockTable() : shards_(kShards) {}

const BlockTable::Record* BlockTable::Find(BlockId id) const {
  const std::vector<Record>& records = shards_[ShardOf(id)].records;
  if (records.empty() || id == kEmpty) return nullptr;
  for (size_t i = HomeOf(id, records.size());; i = Next(i, records.size())) {
    if (records[i].id == id) return &records[i];
    if (records[i].id == kEmpty) return nullptr;
  }
}

BlockTable::Record* BlockTable::Find(BlockId id) {
  return const_cast<Record*>(static_cast<const BlockTable*>(this)->Find(id));
}

std::optional<int64_t> BlockTable::LengthOf(BlockId id) const {
  const Record* record = Find(id);
  if (record == nullptr) return std::nullopt;
  return record->length;
}

void BlockTable::Grow(Shard& shard) {
  Record empty{kEmpty, 0, {kNoSlot, kNoSlot}, {0, 0}, false, 0};
  std::vector<Record> old = std::move(shard.records);
  size_t capacity = old.size() + old.size() / 4 + 16;
  shard.records.assign(capacity, empty);
  for (const Record& record : old) {
    if (record.id == kEmpty) continue;
    size_t place = HomeOf(record.id, capacity);
    while (shard.records[place].id != kEmpty) place = Next(place, capacity);
    shard.records[place] = record;
  }
}

BlockTable::Record& BlockTable::Insert(BlockId id) {
  CHECK(id != kEmpty);
  Shard& shard = shards_[ShardOf(id)];
  if ((shard.used + 1) * 5 > shard.records.size() * 4) Grow(shard);
  size_t capacity = shard.records.size();
  size_t place = HomeOf(id, capacity);
  while (shard.records[place].id != kEmpty) place = Next(place, capacity);
  shard.records[place].id = id;
  ++shard.used;
  ++size_;
  return shard.records[place];
}

void BlockTable::Put(BlockId id, int64_t length) {
  Record* record = Find(id);
  if (record == nullptr) {
    Insert(id).length = length;
  } else if (record->length == kUnknownLength) {
    record->length = length;
  }
}

// Moves later records of the run back, so that no search ends early at the gap.
void BlockTable::FillGap(Shard& shard, size_t gap) {
  size_t capacity = shard.records.size();
  for (size_t i = Next(gap, capacity); shard.records[i].id != kEmpty; i = Next(i, capacity)) {
    size_t home = HomeOf(shard.records[i].id, capacity);
    bool stays = gap < i ? (home > gap && home <= i) : (home > gap || home <= i);
    if (stays) continue;
    shard.records[gap] = shard.records[i];
    gap = i;
  }
  shard.records[gap] = Record{kEmpty, 0, {kNoSlot, kNoSlot}, {0, 0}, false, 0};
}

bool BlockTable::Remove(BlockId id) {
  Record* record = Find(id);
  if (record == nullptr) return false;
  if (record->has_more) more_.erase(id);
  Shard& shard = shards_[ShardOf(id)];
  FillGap(shard, static_cast<size_t>(record - shard.records.data()));
  --shard.used;
  --size_;
  return true;
}

void BlockTable::Collect(const Record& record, std::vector<SlotLocation>* out) const {
  for (int i = 0; i < 2; ++i) {
    if (record.slots[i] != kNoSlot) out->push_back(SlotLocation{record.slots[i], record.tiers[i]});
  }
  if (!record.has_more) return;
  auto more = more_.find(record.id);
  CHECK(more != more_.end()) << "block " << record.id;
  out->insert(out->end(), more->second.begin(), more->second.end());
}

void BlockTable::Refill(Record& record, const std::vector<SlotLocation>& locations) {
  for (size_t i = 0; i < 2; ++i) {
    record.slots[i] = i < locations.size() ? locations[i].slot : kNoSlot;
    record.tiers[i] = i < locations.size() ? locations[i].tier : 0;
  }
  if (locations.size() > 2) {
    more_[record.id].assign(locations.begin() + 2, locations.end());
    record.has_more = true;
  } else if (record.has_more) {
    more_.erase(record.id);
    record.has_more = false;
  }
}

bool BlockTable::AddLocation(BlockId id, SlotLocation location, bool* added) {
  *added = false;
  Record* record = Find(id);
  if (record == nullptr) return false;
  for (int i = 0; i < 2; ++i) {
    if (record->slots[i] == location.slot) {
      record->tiers[i] = location.tier;
      return true;
    }
  }
  if (!record->has_more) {
    for (int i = 0; i < 2; ++i) {
      if (record->slots[i] != kNoSlot) continue;
      record->slots[i] = location.slot;
      record->tiers[i] = location.tier;
      *added = true;
      return true;
    }
  }
  std::vector<SlotLocation> locations;
  Collect(*record, &locations);
  for (SlotLocation& known : locations) {
    if (known.slot != location.slot) continue;
    known.tier = location.tier;
    Refill(*record, locations);
    return true;
  }
  locations.push_back(location);
  Refill(*record, locations);
  *added = true;
  return true;
}

bool BlockTable::RemoveLocation(BlockId id, WorkerSlot slot) {
  Record* record = Find(id);
  if (record == nullptr) return false;
  std::vector<SlotLocation> locations;
  Collect(*record, &locations);
  size_t before = locations.size();
  std::erase_if(locations, [slot](const SlotLocation& known) { return known.slot == slot; });
  if (locations.size() == before) return false;
  Refill(*record, locations);
  return true;
}

void BlockTable::Locations(BlockId id, std::vector<SlotLocation>* out) const {
  const Record* record = Find(id);
  if (record != nullptr) Collect(*record, out);
}

void BlockTable::Clear() {
  shards_.assign(kShards, Shard{});
  more_.clear();
  size_ = 0;
}

void BlockTable::VisitShard(size_t shard,
                            const std::function<void(BlockId, int64_t)>& visit) const {
  for (const Record& record : shards_[shard].records) {
    if (record.id != kEmpty) visit(record.id, record.length);
  }
}

void BlockTable::ScrubShard(size_t shard, const std::function<bool(WorkerSlot)>& dead,
                            const std::function<void(BlockId)>& bare) {
  std::vector<SlotLocation> locations;
  for (Record& record : shards_[shard].records) {
    if (record.id == kEmpty || (record.slots[0] == kNoSlot && record.slots[1] == kNoSlot)) continue;
    locations.clear();
    Collect(record, &locations);
    size_t before = locations.size();
    std::erase_if(locations, [&dead](const SlotLocation& known) { return dead(known.slot); });
    if (locations.size() == before) continue;
    Refill(record, locations);
    if (locations.empty()) bare(record.id);
  }
}

}  // namespace alluxio::master
