#include "master/block/block_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>

#include "env/rng.h"
#include "master/state/flat_image.h"
#include "tests/fixtures/temp_folder.h"

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

// Filling one in the order of another took time with the square of the number of blocks.
TEST(BlockTable, NoTwoTablesListBlocksInTheSameOrder) {
  auto listed = [](BlockTable& table) {
    for (BlockId id = 0; id < 1000; ++id) table.Put(id << 24, 1);
    std::vector<BlockId> ids;
    for (size_t shard = 0; shard < BlockTable::kShards; ++shard) {
      table.VisitShard(shard, [&ids](BlockId id, int64_t) { ids.push_back(id); });
    }
    EXPECT_EQ(ids.size(), 1000u);
    return ids;
  };
  BlockTable one;
  BlockTable other;
  std::vector<BlockId> first = listed(one);
  EXPECT_NE(listed(other), first);
  one.Clear();
  EXPECT_NE(listed(one), first);
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

TEST(BlockTable, LengthsOfEverySize) {
  BlockTable table;
  const int64_t most = std::numeric_limits<int64_t>::max();
  const int64_t lengths[] = {0, 1, 64 << 20, 0xFFFFFFFB, 0xFFFFFFFC, 0xFFFFFFFD, 0xFFFFFFFE,
                             0xFFFFFFFF, 0x100000000, int64_t{1} << 40, most, -2, -most - 1};
  for (size_t i = 0; i < std::size(lengths); ++i) {
    BlockId id = MakeId(static_cast<int64_t>(i), 0);
    table.Put(id, kUnknownLength);
    EXPECT_EQ(table.LengthOf(id), kUnknownLength);
    table.Put(id, lengths[i]);
    table.Put(id, 5);
    EXPECT_EQ(table.LengthOf(id), lengths[i]) << i;
  }
  std::map<BlockId, int64_t> seen;
  for (size_t shard = 0; shard < BlockTable::kShards; ++shard) {
    table.VisitShard(shard, [&seen](BlockId id, int64_t length) { seen[id] = length; });
  }
  ASSERT_EQ(seen.size(), std::size(lengths));
  for (size_t i = 0; i < std::size(lengths); ++i) {
    BlockId id = MakeId(static_cast<int64_t>(i), 0);
    EXPECT_EQ(seen[id], lengths[i]) << i;
    EXPECT_TRUE(table.Remove(id));
    table.Put(id, 7);
    EXPECT_EQ(table.LengthOf(id), 7) << "an old length was left behind";
  }
}

TEST(BlockTable, IdsOfEverySize) {
  BlockTable table;
  const int64_t most = std::numeric_limits<int64_t>::max();
  const BlockId ids[] = {0, 1, -1, most, -most - 1, kMaxSequence, MakeId(kMaxContainer, 3)};
  for (BlockId id : ids) table.Put(id, 9);
  std::map<BlockId, int64_t> seen;
  for (size_t shard = 0; shard < BlockTable::kShards; ++shard) {
    table.VisitShard(shard, [&seen](BlockId id, int64_t length) { seen[id] = length; });
  }
  EXPECT_EQ(seen.size(), std::size(ids));
  for (BlockId id : ids) EXPECT_EQ(seen[id], 9) << id;
}

// More pairs of worker and tier than have a code: the last ones lie in the side table.
TEST(BlockTable, MoreWorkersAndTiersThanHaveACode) {
  BlockTable table;
  bool added = false;
  auto place_of = [](BlockId id) {
    return SlotLocation{static_cast<WorkerSlot>(id / 2), static_cast<uint8_t>(id % 2)};
  };
  constexpr BlockId kBlocks = 2 * 0xFFFF;
  for (BlockId id = 0; id < kBlocks; ++id) {
    table.Put(id, 1);
    ASSERT_TRUE(table.AddLocation(id, place_of(id), &added));
    ASSERT_TRUE(added) << id;
    ASSERT_TRUE(table.AddLocation(id, place_of(id), &added));
    ASSERT_FALSE(added) << id;
  }
  std::vector<SlotLocation> locations;
  for (BlockId id = 0; id < kBlocks; ++id) {
    locations.clear();
    table.Locations(id, &locations);
    ASSERT_EQ(locations, std::vector<SlotLocation>{place_of(id)}) << id;
  }
  // One with a code beside one without, and back.
  const BlockId last = kBlocks - 1;
  EXPECT_TRUE(table.AddLocation(last, {0, 0}, &added));
  EXPECT_EQ(SlotsOf(table, last), (std::vector<WorkerSlot>{0, 0xFFFE}));
  EXPECT_TRUE(table.RemoveLocation(last, 0xFFFE));
  EXPECT_EQ(SlotsOf(table, last), (std::vector<WorkerSlot>{0}));
  EXPECT_TRUE(table.RemoveLocation(last, 0));
  EXPECT_TRUE(SlotsOf(table, last).empty());
  EXPECT_TRUE(table.Remove(last - 1));
  table.Put(last - 1, 1);
  EXPECT_TRUE(SlotsOf(table, last - 1).empty());
}

TEST(BlockTable, LocationsAgreeWithASimpleMap) {
  uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE(seed);
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  BlockTable table;
  std::map<BlockId, std::map<WorkerSlot, uint8_t>> model;
  for (int step = 0; step < 60000; ++step) {
    BlockId id = static_cast<BlockId>(rng->Below(300)) << 24;
    WorkerSlot slot = static_cast<WorkerSlot>(rng->Below(8));
    uint8_t tier = static_cast<uint8_t>(rng->Below(2));
    auto known = model.find(id);
    switch (rng->Below(16)) {
      case 0:
        EXPECT_EQ(table.Remove(id), known != model.end());
        if (known != model.end()) model.erase(known);
        break;
      case 1:
        table.Put(id, step);
        model.try_emplace(id);
        break;
      case 2: case 3: case 4: case 5: case 6: case 7:
        EXPECT_EQ(table.RemoveLocation(id, slot),
                  known != model.end() && known->second.erase(slot) > 0);
        break;
      default: {
        bool added = false;
        ASSERT_EQ(table.AddLocation(id, {slot, tier}, &added), known != model.end());
        if (known == model.end()) break;
        EXPECT_EQ(added, !known->second.contains(slot));
        known->second[slot] = tier;
      }
    }
  }
  for (const auto& [id, places] : model) {
    std::vector<SlotLocation> locations;
    table.Locations(id, &locations);
    std::map<WorkerSlot, uint8_t> found;
    for (const SlotLocation& location : locations) found[location.slot] = location.tier;
    EXPECT_EQ(found, places) << id;
    EXPECT_EQ(locations.size(), places.size()) << id;
  }
}

TEST(BlockTable, ABlockTakesSixteenBytes) {
  BlockTable table;
  constexpr BlockId kBlocks = 1'000'000;
  bool added = false;
  for (BlockId id = 0; id < kBlocks; ++id) {
    table.Put(MakeId(id, 0), 64 << 20);
    table.AddLocation(MakeId(id, 0), {static_cast<WorkerSlot>(id % 1000), 0}, &added);
  }
  EXPECT_LT(table.MemoryBytes(), kBlocks * 17);
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

// Locations are not of a checkpoint, and so not of an image either.
TEST(BlockTable, AnImageHasBlocksAndLengthsButNoLocations) {
  const uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  BlockTable table;
  std::map<BlockId, int64_t> blocks;
  for (int i = 0; i < 50'000; ++i) {
    const BlockId id = static_cast<BlockId>(rng->Below(uint64_t{1} << 40)) << 24;
    const int64_t length = i % 7 == 0   ? kUnknownLength
                           : i % 11 == 0 ? static_cast<int64_t>(rng->Below(uint64_t{1} << 40))
                                         : static_cast<int64_t>(rng->Below(1 << 30));
    table.Put(id, length);
    blocks.emplace(id, length);
    bool added = false;
    for (uint64_t n = rng->Below(6); n > 0; --n) {
      table.AddLocation(id, {static_cast<WorkerSlot>(rng->Below(9)), 0}, &added);
    }
    if (i % 5 != 0) continue;
    const BlockId gone = std::next(blocks.begin(), static_cast<long>(rng->Below(8)) %
                                                       static_cast<long>(blocks.size()))->first;
    table.Remove(gone);
    blocks.erase(gone);
  }
  TempFolder folder;
  ImageFolder images(Disk::Real(), folder.path());
  auto pending = images.Begin("table", 1, 0);
  ASSERT_TRUE(pending.ok()) << pending.status();
  ASSERT_TRUE(table.SaveImage((*pending)->writer()).ok());
  ASSERT_TRUE((*pending)->Commit({}).ok());
  std::unique_ptr<ImageReader> image = images.Open("table", 1);
  ASSERT_NE(image, nullptr);
  BlockTable loaded;
  Status read = loaded.LoadImage(*image);
  ASSERT_TRUE(read.ok()) << read;
  ASSERT_TRUE(ImageFolder::ReadDigest(*image).ok());
  EXPECT_EQ(loaded.size(), blocks.size());
  EXPECT_EQ(loaded.MemoryBytes(), table.MemoryBytes());
  for (const auto& [id, length] : blocks) {
    ASSERT_EQ(loaded.LengthOf(id), length) << id;
    ASSERT_TRUE(SlotsOf(loaded, id).empty()) << id;
    bool added = false;
    ASSERT_TRUE(loaded.AddLocation(id, {3, 0}, &added) && added) << id;
  }
  for (BlockId id = 1; id < 20'000; ++id) loaded.Put(id, id);
  for (const auto& [id, length] : blocks) ASSERT_TRUE(loaded.Remove(id)) << id;
  EXPECT_EQ(loaded.size(), 19'999u);
  for (BlockId id = 1; id < 20'000; ++id) ASSERT_EQ(loaded.LengthOf(id), id);
}

}  // namespace
}  // namespace alluxio::master
