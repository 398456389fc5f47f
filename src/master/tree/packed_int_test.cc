#include "master/tree/packed_int.h"

#include <gtest/gtest.h>

#include <limits>

namespace alluxio::master {
namespace {

template <int kBytes>
void ExpectLimits() {
  using Packed = PackedInt<kBytes>;
  constexpr int64_t kMost = (int64_t{1} << (8 * kBytes - 1)) - 1;
  struct {
    uint8_t before = 0xAA;
    Packed packed{};
    uint8_t behind = 0xAA;
  } place;
  EXPECT_EQ(sizeof(place), size_t{kBytes + 2});
  EXPECT_EQ(place.packed.get(), 0);
  for (int64_t value : {int64_t{0}, int64_t{1}, int64_t{-1}, kMost, -kMost, kMost / 3}) {
    EXPECT_TRUE(Packed::Fits(value)) << value;
    place.packed.set(value);
    EXPECT_EQ(place.packed.get(), value);
  }
  EXPECT_FALSE(Packed::Fits(kMost + 1));
  EXPECT_FALSE(Packed::Fits(-kMost - 1)) << "it stands for \"kept elsewhere\"";
  EXPECT_FALSE(Packed::Fits(std::numeric_limits<int64_t>::min()));
  EXPECT_FALSE(Packed::Fits(std::numeric_limits<int64_t>::max()));
  place.packed.set(Packed::kElsewhere);
  EXPECT_EQ(place.packed.get(), Packed::kElsewhere);
  EXPECT_EQ(place.before, 0xAA);
  EXPECT_EQ(place.behind, 0xAA);
}

TEST(PackedInt, HoldsWhatFitsAndNothingElse) {
  ExpectLimits<5>();
  ExpectLimits<6>();
}

}  // namespace
}  // namespace alluxio::master
