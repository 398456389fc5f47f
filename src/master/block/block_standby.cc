// What BlockMaster does while another master is primary: blocks that workers have before the entry
// that makes them known, and after the one that deletes them.
#include <algorithm>

#include "master/block/block_master.h"

namespace alluxio::master {
namespace {

constexpr size_t kMaxEarly = 1'000'000;

}  // namespace

void BlockMaster::StartFollowing() {
  WriterLock lock(lock_);
  following_ = true;
  following_since_ = clock_.Monotonic();
}

void BlockMaster::AddEarly(BlockId id, SlotLocation location) {
  if (early_locations_ >= kMaxEarly) return;
  std::vector<SlotLocation>& places = early_[id];
  for (SlotLocation& known : places) {
    if (known.slot != location.slot) continue;
    known.tier = location.tier;
    return;
  }
  places.push_back(location);
  ++early_locations_;
}

void BlockMaster::DropEarly(BlockId id, WorkerSlot slot) {
  auto found = early_.find(id);
  if (found == early_.end()) return;
  early_locations_ -= std::erase_if(
      found->second, [slot](const SlotLocation& place) { return place.slot == slot; });
  if (found->second.empty()) early_.erase(found);
}

void BlockMaster::ScrubEarly() {
  for (auto it = early_.begin(); it != early_.end();) {
    early_locations_ -= std::erase_if(
        it->second, [this](const SlotLocation& place) NO_THREAD_SAFETY_ANALYSIS {
          return workers_.IsRetired(place.slot);
        });
    auto here = it++;
    if (here->second.empty()) early_.erase(here);
  }
}

void BlockMaster::ApplyBlock(BlockId id, int64_t length) {
  table_.Put(id, length);
  if (early_.empty()) return;
  auto found = early_.find(id);
  if (found == early_.end()) return;
  for (const SlotLocation& place : found->second) {
    // Its shard may have been scrubbed of that slot already.
    if (workers_.IsRetired(place.slot)) continue;
    bool added = false;
    table_.AddLocation(id, place, &added);
    if (added) workers_.CountBlocks(place.slot, 1);
  }
  early_locations_ -= found->second.size();
  early_.erase(found);
}

// The primary tells the holders. If it goes away before that, the next one finds out here.
void BlockMaster::ApplyDelete(BlockId id) {
  if (following_) {
    std::vector<SlotLocation> places;
    table_.Locations(id, &places);
    for (const SlotLocation& place : places) {
      workers_.CountBlocks(place.slot, -1);
      AddEarly(id, place);
    }
  }
  table_.Remove(id);
}

}  // namespace alluxio::master
