// SlotIndex: a hash table of 32-bit slots whose keys live elsewhere.
//
// Extendible hashing (Fagin, Nievergelt, Pippenger, Strong, 1979): the first bits of a hash choose
// an entry of a directory, which points at a page of 4 KiB. A page with no room where a hash
// belongs is split in two, alone, so that growing never stops the tree for more than a moment and
// memory follows the number of slots. Pages lie in HugeSlabs: a look-up misses the processor's
// address cache rarely.
//
// In a page are groups of eight places: a byte of hash each, looked at together, and the slots. The
// key itself is read only when that byte agrees. What is not within kReach groups of its home is
// nowhere, and a page is full when somebody finds no place there (at nine tenths or so). About 7.5
// bytes a slot, between 6 and 11. Pages stay until Clear. Thread-compatible.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/huge_slabs.h"
#include "base/status.h"

namespace alluxio::master {

class ImageReader;
class ImageWriter;

class SlotIndex {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  SlotIndex() { Clear(); }

  // The slot of this hash for which `equal(slot)` holds, or kNone.
  template <typename Equal>
  uint32_t Find(uint64_t hash, const Equal& equal) const {
    const Page& page = *directory_[EntryOf(hash)];
    const uint8_t tag = TagOf(hash);
    uint32_t group = HomeOf(hash);
    for (uint32_t step = 0; step < kReach; ++step, group = Next(group)) {
      const uint64_t tags = page.TagsOf(group);
      for (uint64_t found = Equals(tags, tag); found != 0; found &= found - 1) {
        const uint32_t slot = page.slots[PlaceOf(group, found)];
        if (equal(slot)) return slot;
      }
      if (Equals(tags, kEmpty) != 0) return kNone;
    }
    return kNone;
  }

  // Adds a slot that is not in it. `keys.Hash(slot)` gives the hash of any slot inside;
  // `keys.WarmRecord(slot)` and then `keys.WarmName(slot)` prefetch what Hash will read. Hashes
  // differ: of more than a hundred that agree in 32 bits some find no place (CHECKed).
  template <typename Keys>
  void Insert(uint64_t hash, uint32_t slot, const Keys& keys) {
    while (!Place(*directory_[EntryOf(hash)], hash, slot)) Split(hash, keys);
  }

  // Removes a slot that is in it (CHECKed).
  void Erase(uint64_t hash, uint32_t slot);

  // Asks for the memory that a look-up of this hash reads first.
  void Prefetch(uint64_t hash) const {
    const Page* page = directory_[EntryOf(hash)];
    const uint32_t place = HomeOf(hash) * kGroup;
    __builtin_prefetch(&page->tags[place]);
    __builtin_prefetch(&page->slots[place]);
  }

  void Clear();
  // Its pages as they are. After an error it is to be cleared.
  Status SaveImage(ImageWriter& image) const;
  Status LoadImage(ImageReader& image);
  size_t MemoryBytes() const {
    return pages_ * sizeof(Page) + directory_.capacity() * sizeof(directory_[0]);
  }

 private:
  static constexpr uint32_t kGroup = 8;  // places whose tags make a word
  static constexpr uint32_t kGroups = 102;
  static constexpr uint32_t kPlaces = kGroups * kGroup;
  static constexpr uint32_t kReach = 16;
  static constexpr int kMostDepth = 32;
  static constexpr uint8_t kEmpty = 0;  // as fresh memory is
  static constexpr uint8_t kErased = 1;

  struct Page {
    uint8_t tags[kPlaces];
    uint8_t depth;  // bits that the hashes in here have in common
    uint32_t slots[kPlaces];
    uint8_t unused[4096 - kPlaces * 5 - 4];

    uint64_t TagsOf(uint32_t group) const {
      static_assert(std::endian::native == std::endian::little);
      uint64_t word;
      std::memcpy(&word, tags + group * kGroup, sizeof(word));
      return word;
    }
  };
  static_assert(sizeof(Page) == 4096);

  // The highest bit of each byte of `tags` that is `tag`, and no other bit.
  static uint64_t Equals(uint64_t tags, uint8_t tag) {
    constexpr uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
    const uint64_t differs = tags ^ (uint64_t{0x0101010101010101} * tag);
    return ~(((differs & kLow7) + kLow7) | differs | kLow7);
  }
  // Where the lowest bit of what Equals gave is.
  static uint32_t PlaceOf(uint32_t group, uint64_t found) {
    return group * kGroup + static_cast<uint32_t>(std::countr_zero(found)) / 8;
  }
  static uint32_t Next(uint32_t group) { return group + 1 == kGroups ? 0 : group + 1; }

  // The first bits choose the page, the last ones are the tag, those between the home.
  size_t EntryOf(uint64_t hash) const { return depth_ == 0 ? 0 : hash >> (64 - depth_); }
  static uint8_t TagOf(uint64_t hash) { return static_cast<uint8_t>(2 + (hash & 0xFF) % 254); }
  static uint32_t HomeOf(uint64_t hash) {
    return static_cast<uint32_t>((((hash >> 8) & 0xFFFFFF) * kGroups) >> 24);
  }

  // False when there is no room.
  static bool Place(Page& page, uint64_t hash, uint32_t slot);
  // An empty page for those of the page's hashes whose next bit is set. `page` is for the others.
  void AddSibling(Page& page, uint64_t hash);
  Page* NewPage(int depth);

  // Keys are scattered over memory: reading them in batches lets their cache misses overlap.
  template <typename Keys>
  void Split(uint64_t hash, const Keys& keys) {
    constexpr uint32_t kBatch = 32;
    Page& page = *directory_[EntryOf(hash)];
    const Page before = page;
    AddSibling(page, hash);
    uint32_t batch[kBatch];
    for (uint32_t at = 0; at < kPlaces;) {
      uint32_t n = 0;
      for (; at < kPlaces && n < kBatch; ++at) {
        if (before.tags[at] > kErased) batch[n++] = before.slots[at];
      }
      for (uint32_t i = 0; i < n; ++i) keys.WarmRecord(batch[i]);
      for (uint32_t i = 0; i < n; ++i) keys.WarmName(batch[i]);
      for (uint32_t i = 0; i < n; ++i) Insert(keys.Hash(batch[i]), batch[i], keys);
    }
  }

  HugeSlabs memory_{sizeof(Page)};
  std::vector<Page*> directory_;
  int depth_ = 0;  // the directory has 2^depth_ entries
  size_t pages_ = 0;
};

}  // namespace alluxio::master
