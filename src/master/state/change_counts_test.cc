#include "master/state/change_counts.h"

#include <array>

#include "gtest/gtest.h"

namespace alluxio::master {
namespace {

TEST(ChangeCounts, AChangeOfOneIsSeenAndOfAnotherIsNot) {
  ChangeCounts counts(1024);
  const ChangeCounts::Stamp one = counts.Of(5);
  const ChangeCounts::Stamp other = counts.Of(6);
  counts.Note(5);
  EXPECT_NE(counts.Of(5), one);
  EXPECT_EQ(counts.Of(6), other);
}

TEST(ChangeCounts, OfManyEachCounts) {
  ChangeCounts counts(1024);
  const std::array<int64_t, 3> numbers{7, 1000, 1'000'000'007};
  for (int64_t number : numbers) {
    const ChangeCounts::Stamp before = counts.Of(numbers);
    counts.Note(number);
    EXPECT_NE(counts.Of(numbers), before) << number;
  }
}

TEST(ChangeCounts, NoteAllChangesEverything) {
  ChangeCounts counts(16);
  const std::array<int64_t, 2> numbers{1, 2};
  const ChangeCounts::Stamp one = counts.Of(1);
  const ChangeCounts::Stamp both = counts.Of(numbers);
  const ChangeCounts::Stamp none = counts.Of(std::span<const int64_t>());
  counts.NoteAll();
  EXPECT_NE(counts.Of(1), one);
  EXPECT_NE(counts.Of(numbers), both);
  EXPECT_NE(counts.Of(std::span<const int64_t>()), none);
}

// Who shares a counter is told of changes that were another's, and of every own one.
TEST(ChangeCounts, SharedCountersErrOnOneSide) {
  ChangeCounts counts(8);
  const ChangeCounts::Stamp before = counts.Of(3);
  counts.Note(3 + 8);
  EXPECT_NE(counts.Of(3), before);
  EXPECT_EQ(counts.Of(-1), counts.Of(7));
}

}  // namespace
}  // namespace alluxio::master
