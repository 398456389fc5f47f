#include "master/tree/child_list.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace alluxio::master {
namespace {

// A list and, beside it, what it must be.
class ChildListTest : public testing::Test {
 protected:
  std::string_view NameOf(uint32_t slot) const { return names_[slot]; }
  void Add(const std::string& name) {
    if (expected_.count(name) != 0) return;
    names_.push_back(name);
    const auto slot = static_cast<uint32_t>(names_.size() - 1);
    list_.Insert(slot, [this](uint32_t at) { return NameOf(at); });
    expected_[name] = slot;
  }
  void Drop(const std::string& name) {
    auto found = expected_.find(name);
    if (found == expected_.end()) return;
    EXPECT_TRUE(list_.Erase(found->second, [this](uint32_t at) { return NameOf(at); }));
    expected_.erase(found);
  }
  void Check() {
    std::vector<uint32_t> listed;
    list_.VisitAt(0, [&](uint32_t slot) {
      listed.push_back(slot);
      return true;
    });
    std::vector<uint32_t> wanted;
    for (const auto& [name, slot] : expected_) wanted.push_back(slot);
    EXPECT_EQ(listed, wanted);
    EXPECT_EQ(list_.size(), expected_.size());
  }

  ChildList list_;
  std::vector<std::string> names_;
  std::map<std::string, uint32_t> expected_;
};

TEST_F(ChildListTest, NumbersWithoutZerosAhead) {
  for (int i = 0; i < 20000; ++i) Add("part-" + std::to_string(i));
  Check();
}

TEST_F(ChildListTest, NamesInOrderBetweenOthers) {
  for (int i = 0; i < 3000; ++i) Add((i % 2 == 0 ? "a" : "c") + std::to_string(10000 + i));
  for (int i = 0; i < 3000; ++i) Add("b" + std::to_string(10000 + i));
  Check();
}

// The place of the newest child may be another one's by the time of the next.
TEST_F(ChildListTest, OthersGoWhereTheNewestWas) {
  for (int i = 0; i < 2000; ++i) Add("n" + std::to_string(10000 + i));
  Add("n10500a");
  Drop("n10500");   // before it, so that another one is in its place
  Add("n10500b");
  Drop("n10500b");  // itself
  Add("n10500c");
  for (int i = 501; i < 1990; ++i) Drop("n" + std::to_string(10000 + i));  // leaves become one
  Add("n10500d");
  Add("n19999");
  Check();
  for (int i = 0; i < 2000; ++i) Drop("n" + std::to_string(10000 + i));
  Add("n1");
  Check();
}

TEST_F(ChildListTest, AnyOrder) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  uint32_t next = 0;
  for (int i = 0; i < 60000; ++i) {
    if (random() % 100 == 0) next = random() % 5000;  // goes on elsewhere
    const std::string name = std::to_string(next++);
    if (random() % 3 == 0) {
      Drop(std::to_string(random() % 5000));
    } else {
      Add(name);
    }
    if (i % 5000 == 0) Check();
  }
  Check();
}

}  // namespace
}  // namespace alluxio::master
