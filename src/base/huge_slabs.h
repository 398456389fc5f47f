// HugeSlabs: zeroed slabs of one size, side by side in large regions; all but the first 2 MiB ask
// the system for huge pages (2 MiB, where transparent huge pages are "madvise" or "always").
//
// For what is looked up all over, such as inodes and their names: with pages of 4 KiB nearly every
// look misses the address cache of the processor, and in a virtual machine such a miss walks two
// page tables. Memory is taken as it is first touched, so at most one huge page more than is used.
//
// Slabs live until Clear or the end. Thread-compatible. Memory that is not to be had ends the
// process, as with operator new.
#pragma once

#include <cstddef>
#include <vector>

namespace alluxio {

class HugeSlabs {
 public:
  // Slabs of `slab_bytes`, at most kRegionBytes (CHECKed); the first at least, and all if that is a
  // multiple of 64, begin on a cache line.
  explicit HugeSlabs(size_t slab_bytes);
  ~HugeSlabs();
  HugeSlabs(const HugeSlabs&) = delete;
  HugeSlabs& operator=(const HugeSlabs&) = delete;

  char* Take();
  void Clear();

 private:
  static constexpr size_t kRegionBytes = size_t{64} << 20;

  void AddRegion();

  const size_t slab_bytes_;
  std::vector<char*> regions_;
  size_t left_ = 0;  // bytes of the last region
};

}  // namespace alluxio
