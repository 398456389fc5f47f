#include "base/table_memory.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace alluxio {
namespace {

TEST(TableMemory, IsZeroedAndWritableToItsEnd) {
  for (size_t bytes : {1u, 100u, 4095u, 4096u, 4097u, 1'000'000u}) {
    TableMemory memory(bytes);
    ASSERT_GE(memory.size(), bytes);
    EXPECT_LT(memory.size(), bytes + 4096);
    EXPECT_TRUE(std::all_of(memory.data(), memory.data() + memory.size(),
                            [](char byte) { return byte == 0; }));
    std::fill_n(memory.data(), memory.size(), 'x');
  }
}

TEST(TableMemory, NothingIsNothing) {
  TableMemory none(0);
  EXPECT_EQ(none.data(), nullptr);
  EXPECT_EQ(none.size(), 0u);
}

TEST(TableMemory, AMoveTakesIt) {
  for (size_t bytes : {100u, 100'000u}) {
    TableMemory first(bytes);
    first.data()[99] = 'x';
    TableMemory second(std::move(first));
    TableMemory third(50);
    third = std::move(second);
    EXPECT_EQ(third.data()[99], 'x');
    EXPECT_GE(third.size(), bytes);
  }
}

}  // namespace
}  // namespace alluxio
