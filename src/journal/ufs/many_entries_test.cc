// Entries that are applied on a thread of their own.
#include <gmock/gmock.h>

#include <optional>

#include "journal/frame.h"
#include "journal/ufs/component_follower.h"
#include "journal/ufs/journal_test_world.h"

namespace alluxio::journal {
namespace {

using ::testing::HasSubstr;

// A log of more than a megabyte is applied on a thread of its own.
class ManyEntriesTest : public JournalTest {
 protected:
  static constexpr int64_t kMany = 100'000;

  // `wrong` is an entry of another component, `missing` is left out.
  void WriteLog(int64_t wrong, int64_t missing) {
    std::string log;
    for (int64_t number = 0; number < kMany; ++number) {
      if (number == missing) continue;
      JournalEntry entry = NumberedEntry(number);
      if (number == wrong) {
        wrong_at_ = log.size();
        entry.Clear();
        entry.mutable_delete_file()->set_id(5);
      }
      AppendFrame({.sequence_number = number, .starts_flush = number % 100 == 0},
                  entry.SerializeAsString(), &log);
    }
    ASSERT_GT(log.size(), 1u << 20);
    WriteFile("BlockMaster/v1/logs/0x0-0x186a0", log);
  }
  Status Load() {
    follower_.emplace(*ufs_, "BlockMaster", &machine_, nullptr);
    return follower_->Load();
  }

  RememberingMachine machine_{Component::kBlock};
  std::optional<ComponentFollower> follower_;
  size_t wrong_at_ = 0;
};

TEST_F(ManyEntriesTest, AllAreAppliedInOrder) {
  WriteLog(-1, -1);
  Status loaded = Load();
  ASSERT_TRUE(loaded.ok()) << loaded;
  ASSERT_EQ(machine_.ids.size(), static_cast<size_t>(kMany));
  for (int64_t id = 0; id < kMany; ++id) ASSERT_EQ(machine_.ids[static_cast<size_t>(id)], id);
  EXPECT_EQ(follower_->next(), kMany);
  EXPECT_EQ(follower_->entries(), static_cast<uint64_t>(kMany));
}

TEST_F(ManyEntriesTest, OneThatCannotBeAppliedIsNamedAndNothingAfterItIsApplied) {
  WriteLog(70'000, -1);
  Status loaded = Load();
  EXPECT_EQ(loaded.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(loaded.message(), HasSubstr("0x186a0: offset " + std::to_string(wrong_at_)));
  EXPECT_FALSE(follower_->diverged().ok());
  EXPECT_EQ(machine_.ids.size(), 70'000u);
  EXPECT_EQ(follower_->next(), 70'000);
  EXPECT_EQ(follower_->entries(), 70'000u);
}

TEST_F(ManyEntriesTest, AGapIsFoundAndWhatIsBeforeItIsApplied) {
  WriteLog(-1, 70'000);
  Status loaded = Load();
  EXPECT_EQ(loaded.code(), StatusCode::kDataLoss);
  EXPECT_THAT(loaded.message(), HasSubstr("entry 70001 where 70000 is due"));
  EXPECT_EQ(machine_.ids.size(), 70'000u);
  EXPECT_EQ(follower_->next(), 70'000);
}

}  // namespace
}  // namespace alluxio::journal
