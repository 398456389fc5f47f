#include "env/batch_lane.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace alluxio {
namespace {

using IntLane = BatchLane<int64_t>;

// What was taken, on which thread, and where it fails.
struct Sink {
  IntLane::Take Take() {
    return [this](std::span<const int64_t> items) {
      thread = std::this_thread::get_id();
      for (int64_t id : items) {
        if (id == fails_at) return Aborted("item " + std::to_string(id));
        ids.push_back(id);
      }
      return OkStatus();
    };
  }
  std::vector<int64_t> ids;
  int64_t fails_at = -1;
  std::thread::id thread;
};

class BatchLaneTest : public ::testing::TestWithParam<bool> {
 protected:
  // Until one is refused; how many were kept.
  int64_t Keep(int64_t from, int64_t to) {
    for (int64_t id = from; id < to; ++id) {
      lane_.slot() = id;
      if (!lane_.Keep().ok()) return id - from + 1;
    }
    return to - from;
  }

  IntLane lane_;
  IntLane::Threaded threaded_{lane_, GetParam(), "lane"};
  Sink sink_;
};

TEST_P(BatchLaneTest, HandsOnInOrderAndAllBeforeFinishReturns) {
  int64_t next = 0;
  for (int64_t many : {0, 1, 511, 512, 513, 5000, 7}) {
    lane_.Begin(sink_.Take());
    EXPECT_EQ(Keep(next, next + many), many);
    next += many;
    ASSERT_TRUE(lane_.Finish().ok());
    ASSERT_EQ(sink_.ids.size(), static_cast<size_t>(next));
  }
  for (int64_t id = 0; id < next; ++id) ASSERT_EQ(sink_.ids[static_cast<size_t>(id)], id);
  EXPECT_EQ(sink_.thread == std::this_thread::get_id(), !GetParam());
}

TEST_P(BatchLaneTest, ASlotThatIsNotKeptIsReadIntoAgain) {
  lane_.Begin(sink_.Take());
  lane_.slot() = 1;
  lane_.slot() = 2;
  ASSERT_TRUE(lane_.Keep().ok());
  lane_.slot() = 3;
  ASSERT_TRUE(lane_.Finish().ok());
  EXPECT_EQ(sink_.ids, std::vector<int64_t>{2});
}

TEST_P(BatchLaneTest, AfterAnErrorNothingIsHandedOnUntilTheNextBegin) {
  sink_.fails_at = 700;
  lane_.Begin(sink_.Take());
  int64_t kept = Keep(0, 1'000'000);
  EXPECT_LE(kept, 6 * static_cast<int64_t>(IntLane::kBatch));  // then the reader was told
  Status failed = lane_.Finish();
  EXPECT_EQ(failed.code(), StatusCode::kAborted);
  EXPECT_EQ(failed.message(), "item 700");
  EXPECT_EQ(sink_.ids.size(), 700u);
  EXPECT_EQ(lane_.Finish().code(), StatusCode::kAborted);  // it is not forgotten

  lane_.Begin(sink_.Take());
  EXPECT_EQ(Keep(1000, 3000), 2000);
  EXPECT_TRUE(lane_.Finish().ok());
  EXPECT_EQ(sink_.ids.size(), 2700u);
  EXPECT_EQ(sink_.ids.back(), 2999);
}

INSTANTIATE_TEST_SUITE_P(Lanes, BatchLaneTest, ::testing::Bool(), [](const auto& info) {
  return info.param ? "OwnThread" : "SameThread";
});

}  // namespace
}  // namespace alluxio
