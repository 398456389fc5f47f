#include "master/tree/seen_keys.h"

#include <algorithm>

namespace alluxio::master {

// One bit in each word.
SeenKeys::Line SeenKeys::BitsOf(uint64_t hash) {
  constexpr int kWordBits = 6;
  Line bits;
  for (uint64_t& word : bits.words) {
    word = uint64_t{1} << (hash % 64);
    hash >>= kWordBits;
  }
  return bits;
}

// By other bits than the ones in the line.
size_t SeenKeys::LineOf(const Filter& filter, uint64_t hash) {
  const uint64_t mixed = hash * 0x9E3779B97F4A7C15;
  return static_cast<size_t>(((mixed >> 32) * filter.lines.size()) >> 32);
}

bool SeenKeys::Add(uint64_t hash) {
  if (filters_.empty() || filters_.back().room == 0) {
    const size_t keys = kFirstKeys << filters_.size();
    filters_.push_back({std::vector<Line>(keys * kBitsPerKey / 512), keys});
  }
  const Line bits = BitsOf(hash);
  bool seen = false;
  for (const Filter& filter : filters_) {
    const Line& line = filter.lines[LineOf(filter, hash)];
    uint64_t missing = 0;
    for (size_t n = 0; n < kWords; ++n) missing |= bits.words[n] & ~line.words[n];
    seen |= missing == 0;
  }
  Filter& newest = filters_.back();
  Line& line = newest.lines[LineOf(newest, hash)];
  for (size_t n = 0; n < kWords; ++n) line.words[n] |= bits.words[n];
  --newest.room;
  return !seen;
}

void SeenKeys::Prefetch(uint64_t hash) const {
  for (const Filter& filter : filters_) {
    __builtin_prefetch(&filter.lines[LineOf(filter, hash)], /*rw=*/1);
  }
}

size_t SeenKeys::MemoryBytes() const {
  size_t bytes = 0;
  for (const Filter& filter : filters_) bytes += filter.lines.size() * sizeof(Line);
  return bytes;
}

}  // namespace alluxio::master
