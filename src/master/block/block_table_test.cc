#include "master/block/block_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "env/rng.h"

namespace alluxio::master {
namespace {

std::vector<WorkerSlot> SlotsOf(const BlockTable& table, BlockId id) {
  std::vector<SlotLocation> locations;
  table.Locations(id, &locations);
  std::vector<WorkerSlot> slots;
  for (const SlotLocation& location : locations) slots.push_back(location.slot);
  std::sort(slots.begin(), slots.end());
  return slots;
}

TEST(BlockTable, KnowsNothingOfUnknownBlocks) {
  BlockTable table;
  bool added = true;
  EXPECT_FALSE(table.LengthOf(1).has_value());
  EXPECT_FALSE(table.Remove(1));
  EXPECT_FALSE(table.AddLocation(1, {3, 0}, &added));
  EXPECT_FALSE(added);
  EXPECT_FALSE(table.RemoveLocation(1, 3));
}

TEST(BlockTable, AKnownLengthStays) {
  BlockTable table;
  table.Put(1, kUnknownLength);
  table.Put(1, 10);
  table.Put(1, 20);
  EXPECT_EQ(table.LengthOf(1), 10);
  EXPECT_EQ(table.size(), 1u);
}

TEST(BlockTable, ManyLocationsComeAndGo) {
  BlockTable table;
  table.Put(1, 10);
  bool added = false;
  for (WorkerSlot slot = 0; slot < 6; ++slot) {
    EXPECT_TRUE(table.AddLocation(1, {slot, 0}, &added));
    EXPECT_TRUE(added);
  }
  EXPECT_TRUE(table.AddLocation(1, {4, 2}, &added));
  EXPECT_FALSE(added);
  EXPECT_EQ(SlotsOf(table, 1), (std::vector<WorkerSlot>{0, 1, 2, 3, 4, 5}));
  EXPECT_TRUE(table.RemoveLocation(1, 0));
  EXPECT_FALSE(table.RemoveLocation(1, 0));
  EXPECT_EQ(SlotsOf(table, 1), (std::vector<WorkerSlot>{1, 2, 3, 4, 5}));
}

TEST(BlockTable, AScrubDropsDeadSlotsAndTellsOfBareBlocks) {
  BlockTable table;
  bool added = false;
  for (BlockId id = 0; id < 1000; ++id) {
    table.Put(id, 1);
    table.AddLocation(id, {7, 0}, &added);
    if (id % 2 == 0) table.AddLocation(id, {8, 0}, &added);
  }
  std::vector<BlockId> bare;
  for (size_t shard = 0; shard < BlockTable::kShards; ++shard) {
    table.ScrubShard(shard, [](WorkerSlot slot) { return slot == 7; },
                     [&bare](BlockId id) { bare.push_back(id); });
  }
  EXPECT_EQ(bare.size(), 500u);
  EXPECT_EQ(SlotsOf(table, 2), (std::vector<WorkerSlot>{8}));
  EXPECT_TRUE(SlotsOf(table, 3).empty());
}

TEST(BlockTable, AgreesWithASimpleMap) {
  uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE(seed);
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  BlockTable table;
  std::map<BlockId, int64_t> model;
  for (int step = 0; step < 60000; ++step) {
    BlockId id = static_cast<BlockId>(rng->Below(5000)) << 24;
    if (rng->Below(3) == 0) {
      EXPECT_EQ(table.Remove(id), model.erase(id) > 0);
    } else {
      table.Put(id, step);
      model.emplace(id, step);
    }
  }
  EXPECT_EQ(table.size(), model.size());
  for (BlockId i = 0; i < 5000; ++i) {
    auto known = model.find(i << 24);
    std::optional<int64_t> length = table.LengthOf(i << 24);
    ASSERT_EQ(length.has_value(), known != model.end()) << i;
    if (length) {
      EXPECT_EQ(*length, known->second);
    }
  }
  size_t seen = 0;
  for (size_t shard = 0; shard < BlockTable::kShards; ++shard) {
    table.VisitShard(shard, [&seen](BlockId, int64_t) { ++seen; });
  }
  EXPECT_EQ(seen, model.size());
}

}  // namespace
}  // namespace alluxio::master
