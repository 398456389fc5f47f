// TextArena: short texts (names, fingerprints) in slabs, addressed by 32 bits.
//
// Freed texts go to a free list of their size class and are used again for texts of that class, so
// the arena never holds more than the most that was ever alive in each class. Thread-compatible.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/huge_slabs.h"
#include "base/status.h"

namespace alluxio::master {

class ImageReader;
class ImageWriter;

class TextArena {
 public:
  static constexpr size_t kMaxText = 64 * 1024 + 2;  // the longest name and its size

  TextArena();
  TextArena(const TextArena&) = delete;
  TextArena& operator=(const TextArena&) = delete;

  // Copies the text in; size at most kMaxText (CHECKed). Address 0 stands for the empty text.
  uint32_t Put(std::string_view text);
  std::string_view Get(uint32_t address, size_t size) const {
    return {size == 0 ? nullptr : At(address), size};
  }
  // `size` as it was put.
  void Free(uint32_t address, size_t size);
  void Clear();
  // Its slabs as they are. After an error it is to be cleared.
  Status SaveImage(ImageWriter& image) const;
  Status LoadImage(ImageReader& image);  // into an empty one
  // From now on texts may be read while another thread puts one.
  void KeepSlabsInPlace() { slabs_.reserve(size_t{1} << (32 - kSlabUnitBits)); }
  size_t MemoryBytes() const { return slabs_.size() * kSlabBytes; }

 private:
  static constexpr size_t kUnit = 4;  // bytes an address counts
  static constexpr int kSlabUnitBits = 18;
  static constexpr size_t kSlabUnits = size_t{1} << kSlabUnitBits;
  static constexpr size_t kSlabBytes = kSlabUnits * kUnit;
  static constexpr size_t kClasses = 64 + 60 + 5;

  // Size class and its size in units.
  static size_t ClassOf(size_t size, size_t* units);
  char* At(uint32_t address) const {
    return slabs_[address >> kSlabUnitBits] + (address & (kSlabUnits - 1)) * kUnit;
  }

  HugeSlabs slab_memory_{kSlabBytes};
  std::vector<char*> slabs_;
  size_t used_units_ = kSlabUnits;  // of the last slab
  std::vector<uint32_t> free_;      // first free address of each class; 0 = none
};

}  // namespace alluxio::master
