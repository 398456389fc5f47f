#include "worker/store/block_table.h"

#include <fmt/core.h>

#include <algorithm>

namespace alluxio::worker {

BlockEntry* BlockTable::Find(BlockId id) {
  auto it = blocks_.find(id);
  return it == blocks_.end() ? nullptr : it->second.get();
}

BlockEntry* BlockTable::Insert(size_t dir, BlockId id, int64_t length, int64_t reserved) {
  DirState& state = dirs_[dir];
  state.reserved -= reserved;
  state.used += length;
  CHECK(state.reserved >= 0) << "directory " << dir << " block " << id;
  auto owned = std::make_unique<BlockEntry>();
  BlockEntry* entry = owned.get();
  entry->id = id;
  entry->dir = dir;
  entry->length = length;
  entry->last_use = ++uses_;
  entry->recency = state.recency.insert(state.recency.end(), entry);
  bool inserted = blocks_.emplace(id, std::move(owned)).second;
  CHECK(inserted) << "block " << id << " committed twice";
  temps_.erase(id);
  return entry;
}

bool BlockTable::Erase(BlockEntry* entry) {
  DirState& state = dirs_[entry->dir];
  state.recency.erase(entry->recency);
  auto it = blocks_.find(entry->id);
  CHECK(it != blocks_.end() && it->second.get() == entry) << "block " << entry->id;
  std::unique_ptr<BlockEntry> owned = std::move(it->second);
  blocks_.erase(it);
  temps_.insert(entry->id);
  if (entry->leases > 0) {
    entry->doomed = true;
    doomed_.emplace(entry, std::move(owned));
    return false;
  }
  state.used -= entry->length;
  return true;
}

void BlockTable::Touch(BlockEntry* entry) {
  DirState& state = dirs_[entry->dir];
  entry->last_use = ++uses_;
  state.recency.splice(state.recency.end(), state.recency, entry->recency);
}

std::optional<Victim> BlockTable::Unlease(BlockEntry* entry) {
  CHECK(entry->leases > 0) << "block " << entry->id;
  if (--entry->leases > 0 || !entry->doomed) return std::nullopt;
  Victim victim{entry->id, entry->dir, entry->length};
  dirs_[entry->dir].used -= entry->length;
  doomed_.erase(entry);
  return victim;
}

void BlockTable::Relocate(BlockEntry* entry, size_t dir) {
  DirState& from = dirs_[entry->dir];
  DirState& to = dirs_[dir];
  from.recency.erase(entry->recency);
  from.used -= entry->length;
  to.reserved -= entry->length;
  to.used += entry->length;
  entry->dir = dir;
  entry->last_use = ++uses_;
  entry->recency = to.recency.insert(to.recency.end(), entry);
}

Status BlockTable::ClaimTemp(BlockId id) {
  if (blocks_.contains(id)) {
    return AlreadyExists(
        fmt::format("Temp blockId {} is not available, because it is already committed", id));
  }
  if (!temps_.insert(id).second) {
    return AlreadyExists(
        fmt::format("Temp blockId {} is not available, because it already exists", id));
  }
  return OkStatus();
}

size_t BlockTable::ClampTier(int tier) const {
  int count = static_cast<int>(tier_count());
  if (tier < 0) tier = tier <= -count ? 0 : count + tier;
  return static_cast<size_t>(std::min(tier, count - 1));
}

std::vector<size_t> BlockTable::Candidates(size_t first, size_t last,
                                           const std::string& medium) const {
  std::vector<size_t> found;
  for (size_t i = 0; i < dirs_.size(); ++i) {
    const DirState& dir = dirs_[i];
    if (dir.lost || dir.tier < first || dir.tier > last) continue;
    if (medium.empty() || dir.medium == medium) found.push_back(i);
  }
  // Most free first; the order of configuration among equals.
  std::stable_sort(found.begin(), found.end(), [this](size_t a, size_t b) {
    return dirs_[a].available() > dirs_[b].available();
  });
  return found;
}

std::optional<size_t> BlockTable::Take(const std::vector<size_t>& candidates, int64_t bytes,
                                       std::vector<Victim>* victims) {
  for (size_t dir : candidates) {
    if (dirs_[dir].available() < bytes && (victims == nullptr || !Evict(dir, bytes, victims))) {
      continue;
    }
    dirs_[dir].reserved += bytes;
    return dir;
  }
  return std::nullopt;
}

Result<size_t> BlockTable::Reserve(const Placement& placement, int64_t bytes,
                                   std::vector<Victim>* victims) {
  size_t wanted = ClampTier(placement.tier);
  size_t last = tier_count() - 1;
  for (size_t tier = wanted; tier <= last; ++tier) {
    auto dir = Take(Candidates(tier, tier, placement.medium), bytes, nullptr);
    if (dir) return *dir;
  }
  for (size_t tier = wanted; tier <= last; ++tier) {
    auto dir = Take(Candidates(tier, tier, placement.medium), bytes, victims);
    if (dir) return *dir;
  }
  auto dir = Take(Candidates(0, last, placement.medium), bytes, victims);
  if (dir) return *dir;
  std::string where = placement.medium.empty() ? "any directory" : "medium " + placement.medium;
  return ResourceExhausted(fmt::format(
      "Not enough space left on worker: {} bytes in {}; every other block is pinned or in use",
      bytes, where));
}

Result<size_t> BlockTable::ReserveForMove(const Placement& placement, int64_t bytes,
                                          std::vector<Victim>* victims) {
  bool by_tier = placement.medium.empty();
  size_t tier = ClampTier(placement.tier);
  auto candidates = by_tier ? Candidates(tier, tier, {})
                            : Candidates(0, tier_count() - 1, placement.medium);
  auto dir = Take(candidates, bytes, nullptr);
  if (!dir) dir = Take(candidates, bytes, victims);
  if (dir) return *dir;
  std::string where = by_tier ? fmt::format("tier {}", tier) : "medium " + placement.medium;
  return ResourceExhausted(fmt::format(
      "Not enough space left on worker: {} bytes in {}; every other block is pinned or in use",
      bytes, where));
}

Status BlockTable::ReserveIn(size_t dir, int64_t bytes, std::vector<Victim>* victims) {
  if (Take({dir}, bytes, victims)) return OkStatus();
  return ResourceExhausted(fmt::format(
      "Not enough space left on worker: {} more bytes in tier {}; every other block is pinned or "
      "in use",
      bytes, dirs_[dir].tier_alias));
}

void BlockTable::Release(size_t dir, int64_t bytes) {
  dirs_[dir].reserved -= bytes;
  CHECK(dirs_[dir].reserved >= 0) << "directory " << dir;
}

bool BlockTable::Evictable(const BlockEntry& entry) const {
  InodeId file = FileIdOfBlock(entry.id);
  return pin_lists_ > 0 && entry.leases == 0 && entry.announced && !pinned_.contains(file) &&
         !pinned_until_.contains(file);
}

bool BlockTable::Evict(size_t dir, int64_t bytes, std::vector<Victim>* victims) {
  DirState& state = dirs_[dir];
  if (state.lost || bytes > state.quota) return false;
  std::vector<BlockEntry*> chosen;
  int64_t free = state.available();
  for (BlockEntry* entry : state.recency) {
    if (free >= bytes) break;
    if (entry->length == 0 || !Evictable(*entry)) continue;
    chosen.push_back(entry);
    free += entry->length;
  }
  if (free < bytes) return false;  // Nothing is evicted in vain.
  for (BlockEntry* entry : chosen) {
    victims->push_back({entry->id, dir, entry->length});
    Erase(entry);
  }
  return true;
}

void BlockTable::SetPinned(std::unordered_set<InodeId> files) {
  ++pin_lists_;
  pinned_ = std::move(files);
  std::erase_if(pinned_until_, [this](const auto& item) { return item.second <= pin_lists_; });
}

void BlockTable::PinForNow(InodeId file) { pinned_until_[file] = pin_lists_ + 2; }

}  // namespace alluxio::worker
