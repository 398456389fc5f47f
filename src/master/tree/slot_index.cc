#include "master/tree/slot_index.h"

#include <new>

#include "base/check.h"

namespace alluxio::master {

bool SlotIndex::Place(Page& page, uint64_t hash, uint32_t slot) {
  uint32_t group = HomeOf(hash);
  for (uint32_t step = 0; step < kReach; ++step, group = Next(group)) {
    const uint64_t tags = page.TagsOf(group);
    const uint64_t free = Equals(tags, kEmpty) | Equals(tags, kErased);
    if (free == 0) continue;
    const uint32_t at = PlaceOf(group, free);
    page.tags[at] = TagOf(hash);
    page.slots[at] = slot;
    return true;
  }
  return false;
}

void SlotIndex::Erase(uint64_t hash, uint32_t slot) {
  Page& page = *directory_[EntryOf(hash)];
  uint32_t group = HomeOf(hash);
  for (uint32_t step = 0; step < kReach; ++step, group = Next(group)) {
    const uint64_t tags = page.TagsOf(group);
    const uint64_t empty = Equals(tags, kEmpty);
    for (uint64_t found = Equals(tags, TagOf(hash)); found != 0; found &= found - 1) {
      const uint32_t at = PlaceOf(group, found);
      if (page.slots[at] != slot) continue;
      // Nobody went past a group that was never full.
      page.tags[at] = empty != 0 ? kEmpty : kErased;
      return;
    }
    if (empty != 0) break;
  }
  CHECK(false) << "slot " << slot << " is not indexed";
}

void SlotIndex::AddSibling(Page& page, uint64_t hash) {
  const int depth = page.depth;
  CHECK(depth < kMostDepth) << "too many slots whose hashes begin with the bits of " << hash;
  if (depth == depth_) {
    std::vector<Page*> twice(directory_.size() * 2);
    for (size_t i = 0; i < twice.size(); ++i) twice[i] = directory_[i / 2];
    directory_ = std::move(twice);
    ++depth_;
  }
  std::memset(page.tags, kEmpty, sizeof(page.tags));
  page.depth = static_cast<uint8_t>(depth + 1);
  Page* sibling = NewPage(depth + 1);
  // The entries of the page are side by side; the second half of them is the sibling's.
  const size_t half = size_t{1} << (depth_ - depth - 1);
  const size_t first = EntryOf(hash) / (2 * half) * (2 * half);
  for (size_t i = first + half; i < first + 2 * half; ++i) directory_[i] = sibling;
}

SlotIndex::Page* SlotIndex::NewPage(int depth) {
  Page* page = new (memory_.Take()) Page();
  page->depth = static_cast<uint8_t>(depth);
  ++pages_;
  return page;
}

void SlotIndex::Clear() {
  memory_.Clear();
  pages_ = 0;
  depth_ = 0;
  directory_ = {NewPage(0)};
}

}  // namespace alluxio::master
