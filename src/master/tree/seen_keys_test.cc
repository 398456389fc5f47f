#include "master/tree/seen_keys.h"

#include <gtest/gtest.h>

#include "env/rng.h"

namespace alluxio::master {
namespace {

TEST(SeenKeys, NoKeyIsNewTwice) {
  uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeenKeys seen;
  constexpr size_t kKeys = 300'000;  // of two filters
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  for (size_t n = 0; n < kKeys; ++n) seen.Add(rng->Next());
  rng = Rng::Seeded(seed);
  size_t wrong = 0;
  for (size_t n = 0; n < kKeys; ++n) wrong += seen.Add(rng->Next()) ? 1 : 0;
  EXPECT_EQ(wrong, 0u);
}

TEST(SeenKeys, MostNewKeysAreKnownToBeNew) {
  uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeenKeys seen;
  constexpr size_t kKeys = 786'000;  // as many as two filters have room for
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  size_t doubtful = 0;
  for (size_t n = 0; n < kKeys; ++n) {
    const uint64_t key = rng->Next();
    seen.Prefetch(key);
    doubtful += seen.Add(key) ? 0 : 1;
  }
  EXPECT_LT(doubtful, kKeys / 1000);
  EXPECT_LT(seen.MemoryBytes(), kKeys * 21 / 8);
}

}  // namespace
}  // namespace alluxio::master
