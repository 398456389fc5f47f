#include "master/tree/slot_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "env/rng.h"

namespace alluxio::master {
namespace {

// Keys are the hashes themselves, by slot.
struct Keys {
  std::vector<uint64_t> hashes;
  mutable size_t read = 0;
  void WarmRecord(uint32_t) const {}
  void WarmName(uint32_t) const {}
  uint64_t Hash(uint32_t slot) const {
    ++read;
    return hashes[slot];
  }
};

class SlotIndexTest : public testing::Test {
 protected:
  uint32_t Find(uint64_t hash) const {
    return index_.Find(hash, [&](uint32_t slot) { return keys_.hashes[slot] == hash; });
  }
  uint32_t Add(uint64_t hash) {
    keys_.hashes.push_back(hash);
    const auto slot = static_cast<uint32_t>(keys_.hashes.size() - 1);
    index_.Insert(hash, slot, keys_);
    return slot;
  }

  const uint64_t seed_ = Rng::Real().Next();
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
  const std::unique_ptr<Rng> seeded_ = Rng::Seeded(seed_);
  Rng& rng_ = *seeded_;
  Keys keys_;
  SlotIndex index_;
};

TEST_F(SlotIndexTest, AnEmptyOneHasNothingAndTakesAPage) {
  EXPECT_EQ(Find(0), SlotIndex::kNone);
  EXPECT_EQ(Find(~uint64_t{0}), SlotIndex::kNone);
  EXPECT_LE(index_.MemoryBytes(), 5000u);
}

TEST_F(SlotIndexTest, FindsWhatWasAddedWhileItGrows) {
  for (uint32_t n = 0; n < 200'000; ++n) Add(rng_.Next());
  for (uint32_t slot = 0; slot < keys_.hashes.size(); ++slot) {
    ASSERT_EQ(Find(keys_.hashes[slot]), slot);
  }
  for (int n = 0; n < 200'000; ++n) ASSERT_EQ(Find(rng_.Next()), SlotIndex::kNone);
}

TEST_F(SlotIndexTest, MemoryFollowsTheNumberOfSlots) {
  double least = 1e9;
  double most = 0;
  for (uint32_t n = 1; n <= 400'000; ++n) {
    Add(rng_.Next());
    if (n < 10'000 || n % 1'000 != 0) continue;
    const double each = static_cast<double>(index_.MemoryBytes()) / n;
    least = std::min(least, each);
    most = std::max(most, each);
  }
  EXPECT_LT(least, 6.6);
  EXPECT_LT(most, 11.5);
  // A key is read again when its page splits; pages are half full after that.
  EXPECT_LT(keys_.read, 1'000'000u);
}

TEST_F(SlotIndexTest, ManyKeysOfOneTag) {
  for (uint64_t n = 0; n < 5'000; ++n) Add(rng_.Next() << 8 | 7);
  for (uint32_t slot = 0; slot < keys_.hashes.size(); ++slot) {
    ASSERT_EQ(Find(keys_.hashes[slot]), slot);
  }
}

// Pages split until hashes that begin alike come apart.
TEST_F(SlotIndexTest, HashesThatBeginAlike) {
  for (uint64_t n = 0; n < 3'000; ++n) {
    Add(0xABCDE00000000000 | (rng_.Next() & 0xFFFFFFFFFFF));
  }
  for (uint32_t slot = 0; slot < keys_.hashes.size(); ++slot) {
    ASSERT_EQ(Find(keys_.hashes[slot]), slot);
  }
  EXPECT_EQ(Find(0x0BCDE00000000000), SlotIndex::kNone);
  EXPECT_EQ(Find(0xABCDF00000000000), SlotIndex::kNone);
}

// What passed a full group is found after that group lost one, and its place is used again.
TEST_F(SlotIndexTest, ErasedPlacesHideNobodyAndAreUsedAgain) {
  std::vector<uint32_t> slots;
  for (uint64_t n = 0; n < 60; ++n) slots.push_back(Add(n << 8 | n << 40));  // one home
  const size_t before = index_.MemoryBytes();
  for (int round = 0; round < 1'000; ++round) {
    const size_t victim = static_cast<size_t>(rng_.Next() % slots.size());
    index_.Erase(keys_.hashes[slots[victim]], slots[victim]);
    EXPECT_EQ(Find(keys_.hashes[slots[victim]]), SlotIndex::kNone);
    for (size_t i = 0; i < slots.size(); ++i) {
      if (i == victim) continue;
      ASSERT_EQ(Find(keys_.hashes[slots[i]]), slots[i]) << round;
    }
    index_.Insert(keys_.hashes[slots[victim]], slots[victim], keys_);
  }
  EXPECT_EQ(index_.MemoryBytes(), before);
}

TEST_F(SlotIndexTest, IsAMapUnderRandomChanges) {
  std::vector<uint32_t> in;
  std::vector<uint64_t> gone;
  for (int n = 0; n < 300'000; ++n) {
    if (in.empty() || rng_.Next() % 100 < (n < 150'000 ? 60 : 42)) {
      in.push_back(Add(rng_.Next()));
      continue;
    }
    const size_t victim = static_cast<size_t>(rng_.Next() % in.size());
    gone.push_back(keys_.hashes[in[victim]]);
    index_.Erase(gone.back(), in[victim]);
    in[victim] = in.back();
    in.pop_back();
  }
  for (uint32_t slot : in) ASSERT_EQ(Find(keys_.hashes[slot]), slot);
  for (uint64_t hash : gone) ASSERT_EQ(Find(hash), SlotIndex::kNone);
}

TEST_F(SlotIndexTest, ErasingWhatIsNotInItEndsTheProcess) {
  Add(5);
  EXPECT_DEATH(index_.Erase(6, 0), "slot 0 is not indexed");
  EXPECT_DEATH(index_.Erase(5, 1), "slot 1 is not indexed");
}

TEST_F(SlotIndexTest, ClearForgetsAllOfIt) {
  for (int n = 0; n < 10'000; ++n) Add(rng_.Next());
  index_.Clear();
  EXPECT_LE(index_.MemoryBytes(), 5000u);
  for (uint64_t hash : keys_.hashes) ASSERT_EQ(Find(hash), SlotIndex::kNone);
  keys_.hashes.clear();
  EXPECT_EQ(Find(keys_.hashes[Add(9)]), 0u);
}

}  // namespace
}  // namespace alluxio::master
