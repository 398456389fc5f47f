#include "master/tree/child_list.h"

#include <cstring>

namespace alluxio::master {

void ChildList::Resize(Leaf& leaf, uint32_t capacity) {
  std::unique_ptr<uint32_t[]> slots(new uint32_t[capacity]);
  if (leaf.count > 0) std::memcpy(slots.get(), leaf.slots.get(), leaf.count * sizeof(uint32_t));
  leaf.slots = std::move(slots);
  leaf.capacity = static_cast<uint16_t>(capacity);
}

void ChildList::MakeRoom(Place& place) {
  Leaf& leaf = leaves_[place.leaf];
  if (leaf.count < leaf.capacity) return;
  if (leaf.capacity < kLeafSlots) {
    Resize(leaf, leaf.capacity == 0 ? 4u : std::min(leaf.capacity * 2u, kLeafSlots));
    return;
  }
  // Splitting at the very end keeps leaves full when names come in order.
  bool at_end = place.leaf + 1 == leaves_.size() && place.index == leaf.count;
  uint32_t keep = at_end ? leaf.count : leaf.count / 2u;
  Leaf right;
  right.count = static_cast<uint16_t>(leaf.count - keep);
  Leaf grown;
  Resize(grown, at_end ? 16u : kLeafSlots);
  right.slots = std::move(grown.slots);
  right.capacity = grown.capacity;
  if (right.count > 0) {
    std::memcpy(right.slots.get(), leaf.slots.get() + keep, right.count * sizeof(uint32_t));
  }
  leaf.count = static_cast<uint16_t>(keep);
  uint32_t next = place.leaf + 1;
  if (at_end || place.index > keep) place = {next, place.index - keep};
  leaves_.insert(leaves_.begin() + next, std::move(right));
}

void ChildList::InsertAt(Place place, uint32_t slot) {
  if (leaves_.empty()) leaves_.emplace_back();
  MakeRoom(place);
  Leaf& leaf = leaves_[place.leaf];
  uint32_t* at = leaf.slots.get() + place.index;
  std::memmove(at + 1, at, (leaf.count - place.index) * sizeof(uint32_t));
  *at = slot;
  ++leaf.count;
  ++size_;
  newest_ = place;
}

void ChildList::EraseAt(Place place) {
  Leaf& leaf = leaves_[place.leaf];
  uint32_t* at = leaf.slots.get() + place.index;
  std::memmove(at, at + 1, (leaf.count - place.index - 1) * sizeof(uint32_t));
  --leaf.count;
  --size_;
  if (leaf.count == 0) {
    leaves_.erase(leaves_.begin() + static_cast<ptrdiff_t>(place.leaf));
    return;
  }
  // Two thin neighbours become one leaf again.
  size_t next = place.leaf + 1;
  if (next < leaves_.size() && leaf.count + leaves_[next].count <= kLeafSlots / 2) {
    Leaf& right = leaves_[next];
    uint32_t total = leaf.count + right.count;
    if (leaf.capacity < total) Resize(leaf, kLeafSlots);
    std::memcpy(leaf.slots.get() + leaf.count, right.slots.get(), right.count * sizeof(uint32_t));
    leaf.count = static_cast<uint16_t>(total);
    leaves_.erase(leaves_.begin() + static_cast<ptrdiff_t>(next));
  }
}

// The number of leaves; of each its count below its capacity, and its slots.
void ChildList::AppendTo(std::vector<uint32_t>* words) const {
  words->push_back(static_cast<uint32_t>(leaves_.size()));
  for (const Leaf& leaf : leaves_) {
    words->push_back(uint32_t{leaf.capacity} << 16 | leaf.count);
    words->insert(words->end(), leaf.slots.get(), leaf.slots.get() + leaf.count);
  }
}

bool ChildList::TakeFrom(std::span<const uint32_t>* words, uint32_t limit) {
  std::span<const uint32_t>& left = *words;
  if (left.empty() || left.front() > left.size()) return false;
  leaves_.resize(left.front());
  left = left.subspan(1);
  for (Leaf& leaf : leaves_) {
    if (left.empty()) return false;
    const uint32_t count = left.front() & 0xFFFF;
    const uint32_t capacity = left.front() >> 16;
    left = left.subspan(1);
    if (count == 0 || count > capacity || capacity > kLeafSlots || count > left.size()) {
      return false;
    }
    Resize(leaf, capacity);
    std::memcpy(leaf.slots.get(), left.data(), count * sizeof(uint32_t));
    leaf.count = static_cast<uint16_t>(count);
    left = left.subspan(count);
    size_ += count;
    if (*std::max_element(leaf.slots.get(), leaf.slots.get() + count) >= limit) return false;
  }
  return true;
}

size_t ChildList::MemoryBytes() const {
  size_t bytes = sizeof(*this) + leaves_.capacity() * sizeof(Leaf);
  for (const Leaf& leaf : leaves_) bytes += leaf.capacity * sizeof(uint32_t);
  return bytes;
}

}  // namespace alluxio::master
