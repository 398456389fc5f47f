#include "master/block/block_table.h"

#include <algorithm>

#include "base/check.h"
#include "env/rng.h"
#include "master/state/flat_image.h"

namespace alluxio::master {
namespace {

// The entry of a side table that a record speaks of.
template <typename Table>
const typename Table::mapped_type& Entry(const Table& table, BlockId id) {
  auto found = table.find(id);
  CHECK(found != table.end()) << "block " << id;
  return found->second;
}

constexpr int kKeyBits = BlockRecords::kKeyBits;

// Codes of lengths; the others are the length and kFirstLength.
constexpr uint32_t kLengthUnknown = 1;
constexpr uint32_t kLengthElsewhere = 2;
constexpr uint32_t kFirstLength = 3;
constexpr int64_t kMostLength = int64_t{0xFFFFFFFF} - kFirstLength;

// Codes of places; the others are those of one location.
constexpr uint16_t kNowhere = 0;
constexpr uint16_t kFew = 0xFFFE;
constexpr uint16_t kMany = 0xFFFF;
constexpr size_t kMostCodes = kFew - 1;

constexpr uint64_t kFactor1 = 0xff51afd7ed558ccdULL;
constexpr uint64_t kFactor2 = 0xc4ceb9fe1a85ec53ULL;

// The number that makes 1 of an odd one, by Newton's steps, each of which doubles the right bits.
constexpr uint64_t InverseOf(uint64_t odd) {
  uint64_t inverse = odd;
  for (int i = 0; i < 5; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}
static_assert(InverseOf(kFactor1) * kFactor1 == 1 && InverseOf(kFactor2) * kFactor2 == 1);

// The finalizer of MurmurHash3: block ids differ in few bits, and every bit must count.
uint64_t Mix(uint64_t h) {
  h ^= h >> 33;
  h *= kFactor1;
  h ^= h >> 33;
  h *= kFactor2;
  h ^= h >> 33;
  return h;
}

// Every step of it can be taken back, so records need not keep the id.
uint64_t Unmix(uint64_t h) {
  h ^= h >> 33;
  h *= InverseOf(kFactor2);
  h ^= h >> 33;
  h *= InverseOf(kFactor1);
  h ^= h >> 33;
  return h;
}

struct TableHead {
  uint64_t seed = 0;
  uint64_t size = 0;
};

struct LongLength {
  BlockId id = 0;
  int64_t length = 0;
};

size_t ShardOf(uint64_t hash) { return static_cast<size_t>(hash >> kKeyBits); }
uint64_t KeyOf(uint64_t hash) { return hash & ((uint64_t{1} << kKeyBits) - 1); }

}  // namespace

BlockTable::BlockTable() { Clear(); }

uint64_t BlockTable::HashOf(BlockId id) const { return Mix(static_cast<uint64_t>(id) ^ seed_); }

BlockId BlockTable::IdOf(size_t shard, uint64_t key) const {
  return static_cast<BlockId>(Unmix(uint64_t{shard} << kKeyBits | key) ^ seed_);
}

BlockTable::Record BlockTable::Find(BlockId id) const {
  uint64_t hash = HashOf(id);
  return shards_[ShardOf(hash)].records.Find(KeyOf(hash));
}

uint32_t BlockTable::LengthCode(Shard& shard, BlockId id, int64_t length) {
  if (length >= 0 && length <= kMostLength) return static_cast<uint32_t>(length) + kFirstLength;
  if (length == kUnknownLength) return kLengthUnknown;
  shard.lengths[id] = length;
  return kLengthElsewhere;
}

int64_t BlockTable::Length(const Shard& shard, BlockId id, Record record) {
  uint32_t code = record.length();
  if (code == kLengthUnknown) return kUnknownLength;
  if (code == kLengthElsewhere) return Entry(shard.lengths, id);
  return int64_t{code} - kFirstLength;
}

void BlockTable::Prefetch(BlockId id) const {
  const uint64_t hash = HashOf(id);
  shards_[ShardOf(hash)].records.Prefetch(KeyOf(hash));
}

std::optional<int64_t> BlockTable::LengthOf(BlockId id) const {
  Record record = Find(id);
  if (!record) return std::nullopt;
  return Length(shards_[ShardOf(HashOf(id))], id, record);
}

void BlockTable::Put(BlockId id, int64_t length) {
  uint64_t hash = HashOf(id);
  Shard& shard = shards_[ShardOf(hash)];
  bool added = false;
  Record record = shard.records.FindOrAdd(KeyOf(hash), kLengthUnknown, &added);
  if (record.length() == kLengthUnknown) record.set_length(LengthCode(shard, id, length));
  size_ += added ? 1 : 0;
  NoteChange(id);
}

bool BlockTable::Remove(BlockId id) {
  Record record = Find(id);
  if (!record) return false;
  Shard& shard = shards_[ShardOf(HashOf(id))];
  if (record.length() == kLengthElsewhere) shard.lengths.erase(id);
  if (record.place() == kFew) shard.few.erase(id);
  if (record.place() == kMany) shard.many.erase(id);
  shard.records.Erase(record);
  --size_;
  NoteChange(id);
  return true;
}

uint16_t BlockTable::PlaceCode(SlotLocation location) {
  uint32_t key = uint32_t{location.slot} << 8 | location.tier;
  auto found = code_of_place_.find(key);
  if (found != code_of_place_.end()) return found->second;
  if (places_.size() == kMostCodes) return kNowhere;
  places_.push_back(location);
  return code_of_place_[key] = static_cast<uint16_t>(places_.size());
}

void BlockTable::Collect(const Shard& shard, BlockId id, Record record, Places* out) const {
  uint16_t place = record.place();
  if (place == kMany) {
    const Places& many = Entry(shard.many, id);
    out->insert(out->end(), many.begin(), many.end());
  } else if (place == kFew) {
    for (uint16_t code : Entry(shard.few, id)) {
      if (code != kNowhere) out->push_back(PlaceOf(code));
    }
  } else if (place != kNowhere) {
    out->push_back(PlaceOf(place));
  }
}

void BlockTable::Refill(Shard& shard, BlockId id, Record record, const Places& locations) {
  std::array<uint16_t, kFewPlaces> codes{};
  bool coded = locations.size() <= kFewPlaces;
  for (size_t i = 0; i < locations.size() && coded; ++i) {
    codes[i] = PlaceCode(locations[i]);
    coded = codes[i] != kNowhere;
  }
  uint16_t place = !coded ? kMany : locations.size() > 1 ? kFew : codes[0];
  if (record.place() == kFew && place != kFew) shard.few.erase(id);
  if (record.place() == kMany && place != kMany) shard.many.erase(id);
  record.set_place(place);
  if (place == kFew) shard.few[id] = codes;
  if (place == kMany) shard.many[id] = locations;
}

bool BlockTable::AddLocation(BlockId id, SlotLocation location, bool* added) {
  *added = false;
  Record record = Find(id);
  if (!record) return false;
  NoteChange(id);
  // A report of a worker is mostly blocks that nobody else has.
  if (record.place() == kNowhere) {
    record.set_place(PlaceCode(location));
    *added = record.place() != kNowhere;
    if (*added) return true;
  }
  Shard& shard = shards_[ShardOf(HashOf(id))];
  Places locations;
  Collect(shard, id, record, &locations);
  auto known = std::find_if(locations.begin(), locations.end(), [&](const SlotLocation& place) {
    return place.slot == location.slot;
  });
  *added = known == locations.end();
  if (*added) {
    locations.push_back(location);
  } else {
    known->tier = location.tier;
  }
  Refill(shard, id, record, locations);
  return true;
}

bool BlockTable::RemoveLocation(BlockId id, WorkerSlot slot) {
  Record record = Find(id);
  if (!record) return false;
  Shard& shard = shards_[ShardOf(HashOf(id))];
  Places locations;
  Collect(shard, id, record, &locations);
  auto is_it = [slot](const SlotLocation& known) { return known.slot == slot; };
  if (std::erase_if(locations, is_it) == 0) return false;
  Refill(shard, id, record, locations);
  NoteChange(id);
  return true;
}

void BlockTable::Locations(BlockId id, std::vector<SlotLocation>* out) const {
  Record record = Find(id);
  if (record) Collect(shards_[ShardOf(HashOf(id))], id, record, out);
}

std::optional<int64_t> BlockTable::Look(BlockId id, std::vector<SlotLocation>* out) const {
  Record record = Find(id);
  if (!record) return std::nullopt;
  const Shard& shard = shards_[ShardOf(HashOf(id))];
  Collect(shard, id, record, out);
  return Length(shard, id, record);
}

size_t BlockTable::MemoryBytes() const {
  size_t bytes = 0;
  for (const Shard& shard : shards_) bytes += shard.records.MemoryBytes();
  return bytes;
}

void BlockTable::Clear() {
  shards_.clear();
  pool_.Clear();
  shards_.reserve(kShards);
  for (size_t i = 0; i < kShards; ++i) shards_.emplace_back(&pool_);
  places_.clear();
  code_of_place_.clear();
  size_ = 0;
  seed_ = Rng::Real().Next();
  changes_.NoteAll();
}

Status BlockTable::SaveImage(ImageWriter& image) const {
  RETURN_IF_ERROR(image.Value(TableHead{seed_, size_}));
  for (const Shard& shard : shards_) {
    RETURN_IF_ERROR(shard.records.SaveImage(image));
    std::vector<LongLength> lengths;
    for (auto [id, length] : shard.lengths) lengths.push_back({id, length});
    RETURN_IF_ERROR(image.Array(std::span<const LongLength>(lengths)));
  }
  return OkStatus();
}

Status BlockTable::LoadImage(ImageReader& image) {
  CHECK(size_ == 0);
  TableHead head;
  RETURN_IF_ERROR(image.Value(&head));
  size_t found = 0;
  for (Shard& shard : shards_) {
    RETURN_IF_ERROR(shard.records.LoadImage(image));
    found += shard.records.size();
    ASSIGN_OR_RETURN(std::vector<LongLength> lengths, image.Array<LongLength>());
    for (const LongLength& block : lengths) shard.lengths[block.id] = block.length;
  }
  seed_ = head.seed;
  size_ = head.size;
  changes_.NoteAll();
  return found == head.size ? OkStatus() : image.Damaged("blocks are missing");
}

void BlockTable::VisitShard(size_t shard,
                            const std::function<void(BlockId, int64_t)>& visit) const {
  shards_[shard].records.ForEach([&](Record record) {
    BlockId id = IdOf(shard, record.key());
    visit(id, Length(shards_[shard], id, record));
  });
}

void BlockTable::ScrubShard(size_t shard, const std::function<bool(WorkerSlot)>& dead,
                            const std::function<void(BlockId)>& bare) {
  Places locations;
  shards_[shard].records.ForEach([&](Record record) {
    if (record.place() == kNowhere) return;
    BlockId id = IdOf(shard, record.key());
    locations.clear();
    Collect(shards_[shard], id, record, &locations);
    auto is_dead = [&dead](const SlotLocation& known) { return dead(known.slot); };
    if (std::erase_if(locations, is_dead) == 0) return;
    Refill(shards_[shard], id, record, locations);
    if (locations.empty()) bare(id);
  });
}

}  // namespace alluxio::master
