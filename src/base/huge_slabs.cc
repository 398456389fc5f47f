#include "base/huge_slabs.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>

#include "base/check.h"

namespace alluxio {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

void Unmap(char* begin, size_t bytes) {
  if (bytes == 0) return;
  CHECK(::munmap(begin, bytes) == 0) << "errno " << errno;
}

}  // namespace

HugeSlabs::HugeSlabs(size_t slab_bytes) : slab_bytes_(slab_bytes) {
  CHECK(slab_bytes > 0 && slab_bytes <= kRegionBytes) << slab_bytes;
}

HugeSlabs::~HugeSlabs() { Clear(); }

char* HugeSlabs::Take() {
  if (left_ < slab_bytes_) AddRegion();
  char* slab = regions_.back() + (kRegionBytes - left_);
  left_ -= slab_bytes_;
  return slab;
}

void HugeSlabs::Clear() {
  for (char* region : regions_) Unmap(region, kRegionBytes);
  regions_.clear();
  left_ = 0;
}

void HugeSlabs::AddRegion() {
  const size_t most = kRegionBytes + kHugePage;  // a huge page begins somewhere in it
  void* pages = ::mmap(nullptr, most, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  CHECK(pages != MAP_FAILED) << "no memory for " << most << " bytes: errno " << errno;
  char* begin = static_cast<char*>(pages);
  const size_t skip = (kHugePage - reinterpret_cast<uintptr_t>(begin) % kHugePage) % kHugePage;
  Unmap(begin, skip);
  Unmap(begin + skip + kRegionBytes, most - kRegionBytes - skip);
  // Little memory fits into the cache of addresses anyway, and an idle process stays small. Refused
  // by kernels without huge pages, where small ones do as well.
  const size_t small = regions_.empty() ? kHugePage : 0;
  (void)::madvise(begin + skip + small, kRegionBytes - small, MADV_HUGEPAGE);
  regions_.push_back(begin + skip);
  left_ = kRegionBytes;
}

}  // namespace alluxio
