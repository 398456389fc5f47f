// SeenKeys: of keys by their hashes, which were certainly not there before.
//
// Bloom filters in cache lines, so that a key costs one miss of the cache in each: the first is
// for few keys, each further one for twice as many, and the newest is filled. 20 bits a key when
// the newest is full. Thread-compatible.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace alluxio::master {

class SeenKeys {
 public:
  // Adds a key by its hash, all of whose bits count. True: it was not there. False: it may have
  // been; so it is for one new key in five hundred when there are 100,000,000, fewer with less.
  bool Add(uint64_t hash);
  // Asks for the memory that Add of the same will read.
  void Prefetch(uint64_t hash) const;

  size_t MemoryBytes() const;

 private:
  static constexpr size_t kFirstKeys = size_t{1} << 18;
  static constexpr size_t kBitsPerKey = 20;
  static constexpr size_t kWords = 8;
  struct alignas(64) Line {
    std::array<uint64_t, kWords> words{};
  };
  struct Filter {
    std::vector<Line> lines;
    size_t room = 0;  // for so many more keys
  };

  static Line BitsOf(uint64_t hash);
  static size_t LineOf(const Filter& filter, uint64_t hash);

  std::vector<Filter> filters_;
};

}  // namespace alluxio::master
