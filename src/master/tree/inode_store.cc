#include "master/tree/inode_store.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>

#include "base/check.h"
#include "env/rng.h"

namespace alluxio::master {

namespace {

constexpr uint32_t kRareBlockSize = InodeRecord::kRareBlockSize;
constexpr uint32_t kRareReplication = 3;

// Multiplies to 128 bits and folds: every bit of both words reaches every bit of the result.
uint64_t Mix(uint64_t a, uint64_t b) {
  unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

constexpr uint64_t kOdd1 = 0x9E3779B97F4A7C15;
constexpr uint64_t kOdd2 = 0xD6E8FEB86659FD93;

}  // namespace

struct InodeStore::IdKeys {
  const InodeStore& store;
  void WarmRecord(uint32_t slot) const { __builtin_prefetch(&store.at(slot)); }
  void WarmName(uint32_t) const {}
  uint64_t Hash(uint32_t slot) const { return store.HashOfId(store.at(slot).id()); }
};

struct InodeStore::EdgeKeys {
  const InodeStore& store;
  void WarmRecord(uint32_t slot) const { __builtin_prefetch(&store.at(slot)); }
  void WarmName(uint32_t slot) const { __builtin_prefetch(store.NameOf(slot).data()); }
  uint64_t Hash(uint32_t slot) const {
    return store.HashOfEdge(store.at(store.at(slot).parent).id(), store.NameOf(slot));
  }
};

InodeStore::InodeStore(std::unique_ptr<ColdInodes> cold)
    : seed_(Rng::Real().Next()), cold_(std::move(cold)), bounded_(cold_ != nullptr) {
  Clear();
}

InodeStore::~InodeStore() = default;

void InodeStore::Clear() {
  slabs_.clear();
  slab_memory_.Clear();
  lists_.clear();
  free_lists_.clear();
  states_.clear();
  if (bounded_) {
    // Readers look at slabs while one of them adds another: the tables of slabs stay in place.
    slabs_.reserve(size_t{1} << (32 - kSlabBits));
    states_.reserve(size_t{1} << (32 - kSlabBits));
    cold_->Clear();
  }
  highest_cold_ = -1;
  hand_ = 0;
  next_slot_ = 0;
  free_slot_ = kNoSlot;
  live_ = 0;
  resident_ = 0;
  root_ = kNoSlot;
  names_.Clear();
  if (bounded_) names_.KeepSlabsInPlace();
  by_id_.Clear();
  by_edge_.Clear();
  // Slot 0 of both tables is what a zeroed record means.
  ownerships_.assign(1, Ownership());
  ownership_of_.clear();
  ownership_of_[OwnershipKey("", "")] = 0;
  block_sizes_.assign(1, 0);
  ttls_.clear();
  fingerprints_.clear();
  rare_.clear();
  changes_.NoteAll();
}

uint64_t InodeStore::HashOfId(InodeId id) const {
  return Mix(Mix(static_cast<uint64_t>(id) ^ seed_, kOdd1) ^ kOdd2, kOdd1);
}

uint64_t InodeStore::HashOfEdge(InodeId parent, std::string_view name) const {
  uint64_t hash = Mix(static_cast<uint64_t>(parent) ^ seed_, kOdd1) + name.size();
  const char* at = name.data();
  size_t left = name.size();
  for (; left > 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = Mix(hash ^ word, kOdd2);
  }
  uint64_t tail = 0;
  if (left > 0) std::memcpy(&tail, at, left);
  return Mix(Mix(hash ^ tail, kOdd2) ^ seed_, kOdd1);
}

uint32_t InodeStore::NewSlot() {
  resident_.fetch_add(1, std::memory_order_relaxed);
  if (free_slot_ != kNoSlot) {
    uint32_t slot = free_slot_;
    free_slot_ = at(slot).parent;
    return slot;
  }
  CHECK(next_slot_ < kNoSlot - 1) << "four thousand million inodes is the limit";
  if ((next_slot_ >> kSlabBits) == slabs_.size()) {
    static_assert(std::is_trivially_default_constructible_v<InodeRecord>);
    slabs_.push_back(new (slab_memory_.Take()) InodeRecord[size_t{1} << kSlabBits]);
    if (bounded_) states_.emplace_back(new SlotState[size_t{1} << kSlabBits]);
  }
  return next_slot_++;
}

uint32_t InodeStore::Create(InodeId id, std::string_view name, bool directory) {
  DCHECK(FindId(id) == kNoSlot) << "inode " << id << " exists";
  uint32_t slot = NewSlot();
  ++live_;
  if (bounded_) {
    SlotState& state = StateOf(slot);
    state.referenced.store(1, std::memory_order_relaxed);
    state.unsaved = 1;
    state.stored = 0;
    state.cold_children = 0;
  }
  InodeRecord& record = at(slot);
  std::memset(static_cast<void*>(&record), 0, sizeof(record));
  record.used = 1;
  record.directory = directory ? 1 : 0;
  record.set_id(id);
  CHECK(record.id() == id) << "inode " << id << " is not one that a file can have";
  record.parent = kNoSlot;
  SetName(record, name);
  by_id_.Insert(HashOfId(id), slot, IdKeys{*this});
  return slot;
}

void InodeStore::AddToIndexes(uint32_t slot) {
  const InodeRecord& record = at(slot);
  by_id_.Insert(HashOfId(record.id()), slot, IdKeys{*this});
  by_edge_.Insert(HashOfEdge(at(record.parent).id(), NameOf(slot)), slot, EdgeKeys{*this});
}

void InodeStore::Link(uint32_t slot, uint32_t parent) {
  InodeRecord& record = at(slot);
  InodeRecord& directory = at(parent);
  CHECK(!record.linked && directory.directory) << "inode " << record.id();
  std::string_view name = NameOf(slot);
  record.parent = parent;
  record.linked = 1;
  by_edge_.Insert(HashOfEdge(directory.id(), name), slot, EdgeKeys{*this});
  AddToList(parent, slot);
  NoteChange(slot);
  NoteChange(parent);
}

void InodeStore::Unlink(uint32_t slot) {
  InodeRecord& record = at(slot);
  CHECK(record.linked) << "inode " << record.id();
  InodeRecord& directory = at(record.parent);
  if (bounded_ && StateOf(slot).stored) {
    cold_->Erase(directory.id(), NameOf(slot), record.id());
    StateOf(slot).stored = 0;
  }
  NoteChange(slot);
  NoteChange(record.parent);
  by_edge_.Erase(HashOfEdge(directory.id(), NameOf(slot)), slot);
  EraseFromList(record.parent, slot);
  record.parent = kNoSlot;
  record.linked = 0;
}

void InodeStore::AddToList(uint32_t directory, uint32_t child) {
  if (ListOf(directory) == nullptr) {
    if (free_lists_.empty()) {
      lists_.emplace_back();
      free_lists_.push_back(static_cast<uint32_t>(lists_.size()));
    }
    at(directory).length.set(free_lists_.back());
    lists_[free_lists_.back() - 1] = std::make_unique<ChildList>();
    free_lists_.pop_back();
  }
  ListOf(directory)->Insert(child, [this](uint32_t slot) { return NameOf(slot); });
}

void InodeStore::EraseFromList(uint32_t directory, uint32_t child) {
  InodeRecord& record = at(directory);
  bool erased = ListOf(directory)->Erase(child, [this](uint32_t slot) { return NameOf(slot); });
  CHECK(erased) << "inode " << at(child).id() << " is not among the children of " << record.id();
  if (ListOf(directory)->size() > 0) return;
  uint32_t number = static_cast<uint32_t>(record.length.get());
  lists_[number - 1].reset();
  free_lists_.push_back(number);
  record.length.set(0);
}

void InodeStore::SetName(InodeRecord& record, std::string_view name) {
  if (name.size() < InodeRecord::kLongName) {
    record.name = names_.Put(name);
    record.name_size = static_cast<uint8_t>(name.size());
    return;
  }
  const uint16_t size = static_cast<uint16_t>(name.size());
  CHECK(size == name.size()) << "name of " << name.size() << " bytes";
  std::string text(reinterpret_cast<const char*>(&size), sizeof(size));
  record.name = names_.Put(text.append(name));
  record.name_size = InodeRecord::kLongName;
}

std::string_view InodeStore::LongName(const InodeRecord& record) const {
  uint16_t size = 0;
  std::memcpy(&size, names_.Get(record.name, sizeof(size)).data(), sizeof(size));
  return names_.Get(record.name, sizeof(size) + size).substr(sizeof(size));
}

void InodeStore::FreeName(const InodeRecord& record) {
  bool is_long = record.name_size == InodeRecord::kLongName;
  names_.Free(record.name,
              is_long ? LongName(record).size() + sizeof(uint16_t) : record.name_size);
}

void InodeStore::Rename(uint32_t slot, std::string_view name) {
  InodeRecord& record = at(slot);
  CHECK(!record.linked) << "inode " << record.id();
  const InodeRecord old = record;
  SetName(record, name);
  FreeName(old);
}

void InodeStore::Destroy(uint32_t slot) {
  InodeRecord& record = at(slot);
  CHECK(record.used && !record.linked) << "inode " << record.id();
  CHECK(!record.directory || ChildCount(slot) == 0) << "inode " << record.id();
  DropSlot(slot);
  --live_;
}

void InodeStore::DropSlot(uint32_t slot) {
  InodeRecord& record = at(slot);
  SetTtl(slot, kNoTtl);
  SetFingerprint(slot, {});
  if (record.has_rare) rare_.erase(slot);
  by_id_.Erase(HashOfId(record.id()), slot);
  FreeName(record);
  record.used = 0;
  record.parent = free_slot_;
  free_slot_ = slot;
  resident_.fetch_sub(1, std::memory_order_relaxed);
}

uint32_t InodeStore::FindId(InodeId id) const {
  if (bounded_) return FindIdBounded(id);
  return by_id_.Find(HashOfId(id), [this, id](uint32_t slot) { return at(slot).id() == id; });
}

uint32_t InodeStore::FindChild(uint32_t parent, std::string_view name) const {
  if (bounded_) return FindChildBounded(parent, name);
  return by_edge_.Find(HashOfEdge(at(parent).id(), name), [&](uint32_t slot) {
    return at(slot).parent == parent && NameOf(slot) == name;
  });
}

std::string InodeStore::OwnershipKey(std::string_view owner, std::string_view group) {
  std::string key;
  key.reserve(owner.size() + group.size() + 1);
  key.append(owner).push_back('\0');
  key.append(group);
  return key;
}

void InodeStore::SetOwnership(uint32_t slot, std::string_view owner, std::string_view group) {
  // Most inodes are owned like the one before.
  const Ownership& newest = ownerships_.back();
  uint32_t number = static_cast<uint32_t>(ownerships_.size() - 1);
  if (newest.owner != owner || newest.group != group) {
    auto [found, added] = ownership_of_.try_emplace(OwnershipKey(owner, group), number + 1);
    if (added) ownerships_.push_back({std::string(owner), std::string(group)});
    number = found->second;
  }
  InodeRecord& record = at(slot);
  bool was_rare = record.ownership == InodeRecord::kRareOwnership;
  bool is_rare = number >= InodeRecord::kRareOwnership;
  record.ownership = is_rare ? InodeRecord::kRareOwnership : static_cast<uint16_t>(number);
  if (!was_rare && !is_rare) return;
  EditRare(slot).ownership = is_rare ? number : 0;
  SettleRare(slot);
}

void InodeStore::SetTimes(uint32_t slot, const InodeTimes& times) {
  InodeRecord& record = at(slot);
  int64_t modification = 0;
  int64_t access = 0;
  const bool fits =
      !__builtin_sub_overflow(times.modification_ms, times.creation_ms, &modification) &&
      !__builtin_sub_overflow(times.access_ms, times.creation_ms, &access) &&
      record.creation.Fits(times.creation_ms) && record.modification.Fits(modification) &&
      record.access.Fits(access);
  if (fits) {
    record.creation.set(times.creation_ms);
    record.modification.set(modification);
    record.access.set(access);
    if (!record.rare_times) return;
  }
  record.rare_times = fits ? 0 : 1;
  EditRare(slot).times = fits ? InodeTimes() : times;
  SettleRare(slot);
}

void InodeStore::SetLength(uint32_t slot, int64_t length) {
  PackedInt<5>& field = at(slot).length;
  bool was_rare = field.get() == field.kElsewhere;
  bool fits = field.Fits(length);
  field.set(fits ? length : field.kElsewhere);
  if (!was_rare && fits) return;
  EditRare(slot).length = fits ? 0 : length;
  SettleRare(slot);
}

void InodeStore::SetBlockCount(uint32_t slot, uint32_t count) {
  uint8_t& field = at(slot).file.block_count;
  bool was_rare = field == InodeRecord::kRareBlockCount;
  bool fits = count < InodeRecord::kRareBlockCount;
  field = fits ? static_cast<uint8_t>(count) : InodeRecord::kRareBlockCount;
  if (!was_rare && fits) return;
  EditRare(slot).block_count = fits ? 0 : count;
  SettleRare(slot);
}

void InodeStore::SetTtl(uint32_t slot, int64_t ttl_ms) {
  InodeRecord& record = at(slot);
  if (ttl_ms == kNoTtl) {
    if (record.has_ttl) ttls_.erase(slot);
    record.has_ttl = 0;
    return;
  }
  ttls_[slot] = ttl_ms;
  record.has_ttl = 1;
}

int64_t InodeStore::TtlOf(uint32_t slot) const {
  if (!at(slot).has_ttl) return kNoTtl;
  if (!bounded_) return ttls_.find(slot)->second;
  ReaderLock lock(cache_mutex_);
  return ttls_.find(slot)->second;
}

void InodeStore::SetFingerprint(uint32_t slot, std::string_view fingerprint) {
  InodeRecord& record = at(slot);
  uint32_t address = names_.Put(fingerprint);
  if (record.has_fingerprint) {
    auto old = fingerprints_.find(slot);
    names_.Free(old->second.address, old->second.size);
    if (fingerprint.empty()) fingerprints_.erase(old);
  }
  record.has_fingerprint = fingerprint.empty() ? 0 : 1;
  if (fingerprint.empty()) return;
  fingerprints_[slot] = TextRef{address, static_cast<uint32_t>(fingerprint.size())};
}

std::string_view InodeStore::FingerprintOf(uint32_t slot) const {
  if (!at(slot).has_fingerprint) return {};
  TextRef text;
  if (bounded_) {
    ReaderLock lock(cache_mutex_);
    text = fingerprints_.find(slot)->second;
  } else {
    text = fingerprints_.find(slot)->second;
  }
  return names_.Get(text.address, text.size);
}

void InodeStore::SetBlockSize(uint32_t slot, int64_t block_size) {
  InodeRecord& record = at(slot);
  size_t index = 0;
  while (index < block_sizes_.size() && block_sizes_[index] != block_size) ++index;
  if (index == block_sizes_.size() && index < kRareBlockSize) block_sizes_.push_back(block_size);
  bool was_rare = record.file.block_size_index == kRareBlockSize;
  record.file.block_size_index = static_cast<uint8_t>(std::min<size_t>(index, kRareBlockSize));
  bool is_rare = record.file.block_size_index == kRareBlockSize;
  if (!was_rare && !is_rare) return;
  EditRare(slot).block_size = is_rare ? block_size : 0;
  SettleRare(slot);
}

int64_t InodeStore::BlockSizeOf(uint32_t slot) const {
  uint32_t index = at(slot).file.block_size_index;
  return index == kRareBlockSize ? Rare(slot).block_size : block_sizes_[index];
}

void InodeStore::SetReplication(uint32_t slot, int32_t durable, int32_t min, int32_t max) {
  InodeRecord& record = at(slot);
  auto small = [](int32_t n) { return n >= 0 && n < static_cast<int32_t>(kRareReplication); };
  bool was_rare = record.replication_max_is_rare ||
                  record.replication_durable == kRareReplication ||
                  record.replication_min == kRareReplication;
  record.replication_durable = small(durable) ? static_cast<uint32_t>(durable) & 3 : 3;
  record.replication_min = small(min) ? static_cast<uint32_t>(min) & 3 : 3;
  record.replication_max_is_rare = max == -1 ? 0 : 1;
  if (!was_rare && small(durable) && small(min) && max == -1) return;
  RareFields& rare = EditRare(slot);
  rare.replication_durable = small(durable) ? 0 : durable;
  rare.replication_min = small(min) ? 0 : min;
  rare.replication_max = max;
  SettleRare(slot);
}

int32_t InodeStore::ReplicationDurableOf(uint32_t slot) const {
  uint32_t bits = at(slot).replication_durable;
  return bits == kRareReplication ? Rare(slot).replication_durable : static_cast<int32_t>(bits);
}

int32_t InodeStore::ReplicationMinOf(uint32_t slot) const {
  uint32_t bits = at(slot).replication_min;
  return bits == kRareReplication ? Rare(slot).replication_min : static_cast<int32_t>(bits);
}

int32_t InodeStore::ReplicationMaxOf(uint32_t slot) const {
  return at(slot).replication_max_is_rare ? Rare(slot).replication_max : -1;
}

const RareFields& InodeStore::Rare(uint32_t slot) const {
  static const RareFields none;
  if (!at(slot).has_rare) return none;
  if (!bounded_) return *rare_.find(slot)->second;
  ReaderLock lock(cache_mutex_);
  return *rare_.find(slot)->second;
}

RareFields& InodeStore::EditRare(uint32_t slot) {
  std::unique_ptr<RareFields>& rare = rare_[slot];
  if (rare == nullptr) rare = std::make_unique<RareFields>();
  at(slot).has_rare = 1;
  return *rare;
}

void InodeStore::SettleRare(uint32_t slot) {
  if (!at(slot).has_rare || Rare(slot) != RareFields()) return;
  rare_.erase(slot);
  at(slot).has_rare = 0;
}

size_t InodeStore::MemoryBytes() const {
  auto tables = [this] {
    size_t bytes = slabs_.size() * (sizeof(InodeRecord) << kSlabBits) + names_.MemoryBytes() +
                   by_id_.MemoryBytes() + by_edge_.MemoryBytes();
    // Lists cost about five bytes a child; hash maps a little more than their pairs.
    bytes += resident() * 5 + lists_.capacity() * sizeof(lists_[0]);
    bytes += ttls_.capacity() * 17 + fingerprints_.capacity() * 13;
    return bytes + rare_.capacity() * 17 + rare_.size() * sizeof(RareFields);
  };
  if (!bounded_) return tables();
  const size_t cold = cold_->MemoryBytes();
  ReaderLock lock(cache_mutex_);  // readers bring inodes in meanwhile
  return tables() + (states_.size() * sizeof(SlotState) << kSlabBits) + cold;
}

}  // namespace alluxio::master
