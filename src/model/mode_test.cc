#include "model/mode.h"

#include <gtest/gtest.h>

#include "model/file_info.h"
#include "model/ids.h"

namespace alluxio {
namespace {

TEST(ModeTest, TextIsWhatLsShows) {
  EXPECT_EQ(ModeText(Mode{0755}), "rwxr-xr-x");
  EXPECT_EQ(ModeText(Mode{0}), "---------");
  EXPECT_EQ(BitsText(Bits::kReadExecute), "r-x");
}

TEST(ModeTest, ImpliesNeedsEveryBit) {
  EXPECT_TRUE(Implies(Bits::kAll, Bits::kReadWrite));
  EXPECT_FALSE(Implies(Bits::kRead, Bits::kReadWrite));
  EXPECT_TRUE(Implies(Bits::kNone, Bits::kNone));
}

TEST(IdsTest, AFileOwnsItsContainer) {
  EXPECT_EQ(FileIdOfContainer(1), 33554431);
  EXPECT_EQ(MakeId(1, 0), 16777216);
  EXPECT_EQ(FileIdOfBlock(MakeId(7, 3)), FileIdOfContainer(7));
  EXPECT_EQ(SequenceOf(MakeId(7, 3)), 3);
}

TEST(PersistenceStateTest, TextsAreThoseOfTheJournal) {
  EXPECT_EQ(PersistenceStateText(PersistenceState::kToBePersisted), "TO_BE_PERSISTED");
  EXPECT_EQ(ParsePersistenceState("LOST"), PersistenceState::kLost);
  EXPECT_EQ(ParsePersistenceState("persisted"), std::nullopt);
}

}  // namespace
}  // namespace alluxio
