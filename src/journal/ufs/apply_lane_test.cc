#include "journal/ufs/apply_lane.h"

#include <gmock/gmock.h>

#include <optional>
#include <thread>

#include "journal/frame.h"
#include "journal/ufs/component_follower.h"
#include "journal/ufs/journal_test_world.h"

namespace alluxio::journal {
namespace {

using ::testing::HasSubstr;

// What was applied, on which thread, and where it fails.
struct Sink {
  ApplyLane::Apply Apply() {
    return [this](std::span<const ApplyLane::Read> entries) {
      thread = std::this_thread::get_id();
      for (const ApplyLane::Read& read : entries) {
        int64_t id = read.entry.delete_block().block_id();
        if (id == fails_at) return Aborted("entry " + std::to_string(id));
        ids.push_back(id);
      }
      return OkStatus();
    };
  }
  std::vector<int64_t> ids;
  int64_t fails_at = -1;
  std::thread::id thread;
};

class ApplyLaneTest : public ::testing::TestWithParam<bool> {
 protected:
  // Until one is refused; how many were kept.
  int64_t Keep(int64_t from, int64_t to) {
    for (int64_t id = from; id < to; ++id) {
      lane_.slot().entry = NumberedEntry(id);
      if (!lane_.Keep().ok()) return id - from + 1;
    }
    return to - from;
  }

  ApplyLane lane_;
  ApplyLane::Threaded threaded_{lane_, GetParam()};
  Sink sink_;
};

TEST_P(ApplyLaneTest, AppliesInOrderAndAllBeforeFinishReturns) {
  int64_t next = 0;
  for (int64_t many : {0, 1, 511, 512, 513, 5000, 7}) {
    lane_.Begin(sink_.Apply());
    EXPECT_EQ(Keep(next, next + many), many);
    next += many;
    ASSERT_TRUE(lane_.Finish().ok());
    ASSERT_EQ(sink_.ids.size(), static_cast<size_t>(next));
  }
  for (int64_t id = 0; id < next; ++id) ASSERT_EQ(sink_.ids[static_cast<size_t>(id)], id);
  EXPECT_EQ(sink_.thread == std::this_thread::get_id(), !GetParam());
}

TEST_P(ApplyLaneTest, ASlotThatIsNotKeptIsReadIntoAgain) {
  lane_.Begin(sink_.Apply());
  lane_.slot().entry = NumberedEntry(1);
  lane_.slot().entry = NumberedEntry(2);
  ASSERT_TRUE(lane_.Keep().ok());
  lane_.slot().entry = NumberedEntry(3);
  ASSERT_TRUE(lane_.Finish().ok());
  EXPECT_EQ(sink_.ids, std::vector<int64_t>{2});
}

TEST_P(ApplyLaneTest, AfterAnErrorNothingIsAppliedUntilTheNextBegin) {
  sink_.fails_at = 700;
  lane_.Begin(sink_.Apply());
  int64_t kept = Keep(0, 1'000'000);
  EXPECT_LE(kept, 6 * static_cast<int64_t>(ApplyLane::kBatch));  // then the reader was told
  Status failed = lane_.Finish();
  EXPECT_EQ(failed.code(), StatusCode::kAborted);
  EXPECT_EQ(failed.message(), "entry 700");
  EXPECT_EQ(sink_.ids.size(), 700u);
  EXPECT_EQ(lane_.Finish().code(), StatusCode::kAborted);  // it is not forgotten

  lane_.Begin(sink_.Apply());
  EXPECT_EQ(Keep(1000, 3000), 2000);
  EXPECT_TRUE(lane_.Finish().ok());
  EXPECT_EQ(sink_.ids.size(), 2700u);
  EXPECT_EQ(sink_.ids.back(), 2999);
}

INSTANTIATE_TEST_SUITE_P(Lanes, ApplyLaneTest, ::testing::Bool(), [](const auto& info) {
  return info.param ? "OwnThread" : "SameThread";
});

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
