#include "master/block/block_records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "env/rng.h"

namespace alluxio::master {
namespace {

constexpr uint64_t kLargestKey = (uint64_t{1} << BlockRecords::kKeyBits) - 1;

// Every record, in the order of the array, which has to be that of the keys.
std::vector<uint64_t> KeysOf(const BlockRecords& records) {
  std::vector<uint64_t> keys;
  records.ForEach([&keys](BlockRecords::Record record) { keys.push_back(record.key()); });
  return keys;
}

TEST(BlockRecords, AnEmptyOneHasNothing) {
  RecordPool pool;
  BlockRecords records(&pool);
  EXPECT_FALSE(records.Find(0));
  EXPECT_TRUE(KeysOf(records).empty());
}

TEST(BlockRecords, FieldsDoNotTouchEachOther) {
  RecordPool pool;
  BlockRecords records(&pool);
  bool added = false;
  for (uint64_t key : {uint64_t{0}, kLargestKey}) {
    BlockRecords::Record record = records.FindOrAdd(key, 0xFFFFFFFF, &added);
    EXPECT_TRUE(added);
    EXPECT_EQ(record.place(), 0);
    record.set_place(0xFFFF);
    EXPECT_EQ(record.length(), 0xFFFFFFFF);
    record.set_length(1);
    EXPECT_EQ(record.key(), key);
    EXPECT_EQ(record.place(), 0xFFFF);
  }
}

TEST(BlockRecords, AKnownKeyIsNotAddedAgain) {
  RecordPool pool;
  BlockRecords records(&pool);
  bool added = false;
  for (uint64_t key = 0; key < 100; ++key) records.FindOrAdd(key << 48, 7, &added);
  for (uint64_t key = 0; key < 100; ++key) {
    EXPECT_EQ(records.FindOrAdd(key << 48, 8, &added).length(), 7u);
    EXPECT_FALSE(added);
  }
  EXPECT_EQ(records.size(), 100u);
}

// Keys of one home, the last one of all: the worst that a hash can do.
TEST(BlockRecords, KeysThatCollideAtTheEndAreKept) {
  RecordPool pool;
  BlockRecords records(&pool);
  bool added = false;
  std::vector<uint64_t> keys;
  for (uint64_t i = 300; i > 0; --i) records.FindOrAdd(kLargestKey - i * 3, 1, &added);
  for (uint64_t i = 300; i > 0; --i) keys.push_back(kLargestKey - i * 3);
  EXPECT_EQ(KeysOf(records), keys);
  for (uint64_t key : keys) {
    records.Erase(records.Find(key));
    EXPECT_FALSE(records.Find(key));
  }
  EXPECT_EQ(records.size(), 0u);
}

// What an array that grows gives back, the next one takes.
TEST(BlockRecords, ArraysThatGrowInTurnTakeLittleMoreThanTheyHold) {
  RecordPool pool;
  std::vector<BlockRecords> all;
  for (int i = 0; i < 4; ++i) all.emplace_back(&pool);
  bool added = false;
  char* first = pool.Take();
  pool.Give(first);
  for (uint64_t n = 0; n < 20'000; ++n) {
    for (BlockRecords& records : all) records.FindOrAdd(n * 0x9E3779B97F4A7C15 >> 8, 1, &added);
  }
  size_t held = 0;
  for (const BlockRecords& records : all) {
    EXPECT_EQ(KeysOf(records).size(), 20'000u);
    held += records.MemoryBytes();
  }
  EXPECT_LT(held, 4 * 20'000 * 17u);
  all.clear();
  std::set<char*> units;
  for (char* unit = pool.Take(); units.size() < held / RecordPool::kUnitBytes; unit = pool.Take()) {
    units.insert(unit);
    for (size_t i = 0; i < RecordPool::kUnitBytes; ++i) ASSERT_EQ(unit[i], 0);
  }
  // Side by side: nothing was taken beside the largest array.
  EXPECT_LT(*units.rbegin() - *units.begin(), static_cast<ptrdiff_t>(held * 4 / 3));
}

TEST(BlockRecords, AgreesWithASimpleMap) {
  uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE(seed);
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  RecordPool pool;
  BlockRecords records(&pool);
  std::map<uint64_t, uint32_t> model;
  for (uint32_t step = 1; step < 100'000; ++step) {
    // Of some homes many, of others few.
    uint64_t key = rng->Below(40) << 50 | rng->Below(40) << (rng->Below(2) * 40);
    BlockRecords::Record known = records.Find(key);
    ASSERT_EQ(static_cast<bool>(known), model.contains(key));
    if (known && rng->Below(2) == 0) {
      records.Erase(known);
      model.erase(key);
      continue;
    }
    bool added = false;
    uint32_t length = records.FindOrAdd(key, step, &added).length();
    EXPECT_EQ(length, model.emplace(key, step).first->second);
  }
  std::map<uint64_t, uint32_t> found;
  records.ForEach([&](BlockRecords::Record record) { found[record.key()] = record.length(); });
  EXPECT_EQ(found, model);
  EXPECT_EQ(records.size(), model.size());
  std::vector<uint64_t> keys = KeysOf(records);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

}  // namespace
}  // namespace alluxio::master
