#include "master/tree/slot_index.h"

#include <new>

#include "base/check.h"
#include "master/state/flat_image.h"

namespace alluxio::master {
namespace {

constexpr size_t kPagesPerFrame = 256;

struct IndexHead {
  uint64_t pages = 0;
  uint64_t depth = 0;
};

}  // namespace

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

// In the order of the directory, in which each page has 2^(depth_ - its own) entries side by side:
// the directory need not be written.
Status SlotIndex::SaveImage(ImageWriter& image) const {
  RETURN_IF_ERROR(image.Value(IndexHead{pages_, static_cast<uint64_t>(depth_)}));
  std::string pages;
  for (size_t entry = 0; entry < directory_.size();) {
    const Page& page = *directory_[entry];
    pages.append(reinterpret_cast<const char*>(&page), sizeof(page));
    entry += size_t{1} << (depth_ - page.depth);
    if (pages.size() < kPagesPerFrame * sizeof(Page) && entry < directory_.size()) continue;
    RETURN_IF_ERROR(image.Frame(pages));
    pages.clear();
  }
  return OkStatus();
}

Status SlotIndex::LoadImage(ImageReader& image) {
  IndexHead head;
  RETURN_IF_ERROR(image.Value(&head));
  if (head.depth > kMostDepth || head.pages > static_cast<uint64_t>(image.left()) / sizeof(Page) ||
      uint64_t{1} << head.depth > 4096 * head.pages) {
    return image.Damaged("an index of another size");
  }
  memory_.Clear();
  pages_ = 0;
  depth_ = static_cast<int>(head.depth);
  directory_.assign(size_t{1} << depth_, nullptr);
  for (size_t entry = 0; entry < directory_.size();) {
    ASSIGN_OR_RETURN(std::string pages, image.Text());
    for (size_t at = 0; at < pages.size(); at += sizeof(Page)) {
      if (pages.size() - at < sizeof(Page)) return image.Damaged("half a page");
      Page* page = NewPage(0);
      std::memcpy(static_cast<void*>(page), pages.data() + at, sizeof(Page));
      const size_t entries = page->depth > depth_ ? 0 : size_t{1} << (depth_ - page->depth);
      if (entries == 0 || entry % entries != 0 || entry + entries > directory_.size()) {
        return image.Damaged("a page of another place");
      }
      for (size_t end = entry + entries; entry < end; ++entry) directory_[entry] = page;
    }
  }
  return pages_ == head.pages ? OkStatus() : image.Damaged("pages are missing");
}

void SlotIndex::Clear() {
  memory_.Clear();
  pages_ = 0;
  depth_ = 0;
  directory_ = {NewPage(0)};
}

}  // namespace alluxio::master
