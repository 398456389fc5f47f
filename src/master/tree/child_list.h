// ChildList: the children of one directory, ordered by name.
//
// A sorted run of slots, cut into leaves of at most kLeafSlots so that adding to a directory with
// millions of children moves little memory. Names live elsewhere: `name_of(slot)` reads them.
// Children added in ascending order leave full leaves behind. Thread-compatible.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace alluxio::master {

class ChildList {
 public:
  static constexpr uint32_t kLeafSlots = 512;

  size_t size() const { return size_; }

  // `slot` is not in the list and no other child has its name.
  template <typename NameOf>
  void Insert(uint32_t slot, const NameOf& name_of) {
    std::string_view name = name_of(slot);
    if (size_ == 0) {
      InsertAt({0, 0}, slot);
    } else if (name > name_of(leaves_.back().last())) {
      InsertAt({static_cast<uint32_t>(leaves_.size() - 1), leaves_.back().count}, slot);
    } else if (std::optional<Place> next = BehindNewest(name, name_of)) {
      InsertAt(*next, slot);
    } else {
      InsertAt(LowerBound(name, name_of), slot);
    }
  }

  // False when it was not in the list.
  template <typename NameOf>
  bool Erase(uint32_t slot, const NameOf& name_of) {
    Place place = LowerBound(name_of(slot), name_of);
    if (place.leaf == leaves_.size() || leaves_[place.leaf].slots[place.index] != slot) {
      return false;
    }
    EraseAt(place);
    return true;
  }

  // Calls `visit(slot)` for children whose name is `name` or greater, in order, until it says
  // false.
  template <typename NameOf, typename Visit>
  void VisitFrom(std::string_view name, const NameOf& name_of, const Visit& visit) const {
    if (size_ == 0) return;
    Place place = name.empty() ? Place{0, 0} : LowerBound(name, name_of);
    for (; place.leaf < leaves_.size(); ++place.leaf, place.index = 0) {
      const Leaf& leaf = leaves_[place.leaf];
      for (; place.index < leaf.count; ++place.index) {
        if (!visit(leaf.slots[place.index])) return;
      }
    }
  }

  // The same from the child on that has `index` children before it.
  template <typename Visit>
  void VisitAt(size_t index, const Visit& visit) const {
    size_t leaf = 0;
    while (leaf < leaves_.size() && index >= leaves_[leaf].count) index -= leaves_[leaf++].count;
    for (; leaf < leaves_.size(); ++leaf, index = 0) {
      for (; index < leaves_[leaf].count; ++index) {
        if (!visit(leaves_[leaf].slots[index])) return;
      }
    }
  }

  size_t MemoryBytes() const;

  // Its leaves, one after the other, as words behind those of `words`.
  void AppendTo(std::vector<uint32_t>* words) const;
  // Of an empty list: takes them from the front of `words` again. False when they are of something
  // else, or name slots that are not below `limit`.
  bool TakeFrom(std::span<const uint32_t>* words, uint32_t limit);

 private:
  struct Leaf {
    std::unique_ptr<uint32_t[]> slots;
    uint16_t count = 0;  // never 0 inside the list
    uint16_t capacity = 0;
    uint32_t last() const { return slots[count - 1]; }
  };
  struct Place {
    uint32_t leaf;
    uint32_t index;
  };

  // The first child whose name is not less than `name`; leaf == leaves_.size() when there is none.
  template <typename NameOf>
  Place LowerBound(std::string_view name, const NameOf& name_of) const {
    auto leaf = std::partition_point(leaves_.begin(), leaves_.end(), [&](const Leaf& candidate) {
      return name_of(candidate.last()) < name;
    });
    if (leaf == leaves_.end()) return {static_cast<uint32_t>(leaves_.size()), 0};
    const uint32_t* begin = leaf->slots.get();
    const uint32_t* found = std::partition_point(
        begin, begin + leaf->count, [&](uint32_t slot) { return name_of(slot) < name; });
    return {static_cast<uint32_t>(leaf - leaves_.begin()), static_cast<uint32_t>(found - begin)};
  }

  // Where `name` belongs when that is right behind the newest child: names mostly come in order.
  // What was erased since may have moved others to its place; the names decide.
  template <typename NameOf>
  std::optional<Place> BehindNewest(std::string_view name, const NameOf& name_of) const {
    if (newest_.leaf >= leaves_.size()) return std::nullopt;
    const Leaf& leaf = leaves_[newest_.leaf];
    if (newest_.index >= leaf.count || name_of(leaf.slots[newest_.index]) > name) {
      return std::nullopt;
    }
    const uint32_t behind = newest_.index + 1;
    const Leaf* next = behind < leaf.count ? &leaf
                       : newest_.leaf + 1 < leaves_.size() ? &leaf + 1
                                                           : nullptr;
    if (next != nullptr && name_of(next->slots[next == &leaf ? behind : 0]) < name) {
      return std::nullopt;
    }
    return Place{newest_.leaf, behind};
  }

  void InsertAt(Place place, uint32_t slot);
  void EraseAt(Place place);
  // Makes room for one more in the leaf, by growing or by splitting it; moves `place` along.
  void MakeRoom(Place& place);
  static void Resize(Leaf& leaf, uint32_t capacity);

  size_t size_ = 0;
  Place newest_{0, 0};  // the last one added, unless others moved
  std::vector<Leaf> leaves_;
};

}  // namespace alluxio::master
