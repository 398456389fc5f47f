#include "base/huge_slabs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace alluxio {
namespace {

constexpr size_t kSlab = 5 << 20;

TEST(HugeSlabsTest, SlabsAreZeroAndApart) {
  HugeSlabs slabs(kSlab);
  std::vector<char*> taken;
  for (int i = 0; i < 30; ++i) {  // more than a region
    char* slab = slabs.Take();
    EXPECT_EQ(std::count(slab, slab + kSlab, 0), static_cast<int64_t>(kSlab));
    std::memset(slab, i + 1, kSlab);
    taken.push_back(slab);
  }
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(std::count(taken[i], taken[i] + kSlab, i + 1), static_cast<int64_t>(kSlab));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(taken[i]) % 64, 0u);
  }
}

TEST(HugeSlabsTest, TheFirstBeginsWithAHugePage) {
  HugeSlabs slabs(kSlab);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(slabs.Take()) % (2 << 20), 0u);
}

TEST(HugeSlabsTest, AfterClearTheyAreZeroAgain) {
  HugeSlabs slabs(kSlab);
  std::memset(slabs.Take(), 1, kSlab);
  slabs.Clear();
  char* slab = slabs.Take();
  EXPECT_EQ(std::count(slab, slab + kSlab, 0), static_cast<int64_t>(kSlab));
}

TEST(HugeSlabsTest, OneThatFillsARegion) {
  HugeSlabs slabs(size_t{64} << 20);
  char* first = slabs.Take();
  char* second = slabs.Take();
  first[(64 << 20) - 1] = 1;
  second[0] = 2;
  EXPECT_EQ(first[(64 << 20) - 1], 1);
  EXPECT_DEATH(HugeSlabs((size_t{64} << 20) + 1), "67108865");
}

}  // namespace
}  // namespace alluxio
