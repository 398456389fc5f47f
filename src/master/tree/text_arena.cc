#include "master/tree/text_arena.h"

#include <cstring>

#include "base/check.h"
#include "master/state/flat_image.h"

namespace alluxio::master {
namespace {

struct ArenaHead {
  uint64_t slabs = 0;
  uint64_t used_units = 0;
};

}  // namespace

TextArena::TextArena() : free_(kClasses, 0) {}

// Up to 256 bytes a class for each unit, up to 4096 for each 64 bytes, then powers of two.
size_t TextArena::ClassOf(size_t size, size_t* units) {
  if (size <= 256) {
    *units = (size + kUnit - 1) / kUnit;
    return *units - 1;
  }
  if (size <= 4096) {
    size_t lines = (size + 63) / 64;  // 5 ... 64
    *units = lines * 64 / kUnit;
    return 64 + lines - 5;
  }
  size_t bytes = 8192;
  size_t index = 64 + 60;
  while (bytes < size) {
    bytes *= 2;
    ++index;
  }
  *units = bytes / kUnit;
  return index;
}

uint32_t TextArena::Put(std::string_view text) {
  if (text.empty()) return 0;
  CHECK(text.size() <= kMaxText) << "text of " << text.size() << " bytes";
  size_t units = 0;
  size_t kind = ClassOf(text.size(), &units);
  uint32_t address = free_[kind];
  if (address != 0) {
    std::memcpy(&free_[kind], At(address), sizeof(uint32_t));
  } else {
    if (used_units_ + units > kSlabUnits) {
      CHECK(slabs_.size() < (size_t{1} << (32 - kSlabUnitBits))) << "16 GiB of names is the limit";
      slabs_.push_back(slab_memory_.Take());
      used_units_ = slabs_.size() == 1 ? 1 : 0;  // address 0 is taken
    }
    address = static_cast<uint32_t>(((slabs_.size() - 1) << kSlabUnitBits) + used_units_);
    used_units_ += units;
  }
  std::memcpy(At(address), text.data(), text.size());
  return address;
}

void TextArena::Free(uint32_t address, size_t size) {
  if (size == 0) return;
  size_t units = 0;
  size_t kind = ClassOf(size, &units);
  std::memcpy(At(address), &free_[kind], sizeof(uint32_t));
  free_[kind] = address;
}

Status TextArena::SaveImage(ImageWriter& image) const {
  RETURN_IF_ERROR(image.Value(ArenaHead{slabs_.size(), used_units_}));
  RETURN_IF_ERROR(image.Array(std::span<const uint32_t>(free_)));
  for (const char* slab : slabs_) {
    const size_t units = slab == slabs_.back() ? used_units_ : kSlabUnits;
    RETURN_IF_ERROR(image.Frame({slab, units * kUnit}));
  }
  return OkStatus();
}

Status TextArena::LoadImage(ImageReader& image) {
  ArenaHead head;
  RETURN_IF_ERROR(image.Value(&head));
  ASSIGN_OR_RETURN(free_, image.Array<uint32_t>());
  if (head.slabs > size_t{1} << (32 - kSlabUnitBits) || head.used_units > kSlabUnits ||
      free_.size() != kClasses) {
    return image.Damaged("an arena of another form");
  }
  used_units_ = head.used_units;
  for (size_t n = 0; n < head.slabs; ++n) {
    const size_t units = n + 1 == head.slabs ? used_units_ : kSlabUnits;
    slabs_.push_back(slab_memory_.Take());
    RETURN_IF_ERROR(image.Read({slabs_.back(), units * kUnit}));
  }
  return OkStatus();
}

void TextArena::Clear() {
  slabs_.clear();
  slab_memory_.Clear();
  used_units_ = kSlabUnits;
  free_.assign(kClasses, 0);
}

}  // namespace alluxio::master
