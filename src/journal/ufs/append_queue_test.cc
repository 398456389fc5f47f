#include "journal/ufs/append_queue.h"

#include <gtest/gtest.h>

#include <thread>

#include "env/clock.h"
#include "journal/ufs/flush_pace.h"

namespace alluxio::journal {
namespace {

using namespace std::chrono_literals;

constexpr Duration kForever = 10min;

class AppendQueueTest : public ::testing::Test {
 protected:
  // An edit, whose caller waits.
  void Edit() {
    queue_.WhenDurable(queue_.Append(Component::kBlock, "entry"), [this](const Status&) {
      answered_.fetch_add(1);
    });
  }
  void Publish(const AppendQueue::Batch& batch) {
    for (auto& done : queue_.Publish(batch)) done(OkStatus());
  }
  // A batch of `count` edits was answered.
  void Answer(int count) {
    for (int i = 0; i < count; ++i) Edit();
    AppendQueue::Batch batch;
    ASSERT_TRUE(queue_.Take(&batch, kForever));
    Publish(batch);
  }

  AppendQueue queue_;
  std::atomic<int> answered_ = 0;
};

TEST_F(AppendQueueTest, WhoWasAnsweredIsWaitedFor) {
  Answer(3);
  Edit();
  std::thread others([this] {
    Edit();
    Edit();
  });
  AppendQueue::Batch batch;
  ASSERT_TRUE(queue_.Take(&batch, kForever, kForever)) << "the patience would not end";
  others.join();
  EXPECT_EQ(batch.position, 6u);
  Publish(batch);
  EXPECT_EQ(answered_, 6);
}

TEST_F(AppendQueueTest, SoAreThoseWhoWaitedOnAtThatTime) {
  Edit();
  AppendQueue::Batch first;
  ASSERT_TRUE(queue_.Take(&first, kForever));
  Edit();
  Publish(first);  // one answered, one waits on: two
  std::thread other([this] { Edit(); });
  AppendQueue::Batch batch;
  ASSERT_TRUE(queue_.Take(&batch, kForever, kForever));
  other.join();
  EXPECT_EQ(batch.position, 3u);
}

TEST_F(AppendQueueTest, NobodyIsWaitedForWhenAllAreThere) {
  AppendQueue::Batch batch;
  Edit();
  ASSERT_TRUE(queue_.Take(&batch, kForever, kForever)) << "the first of all";
  Publish(batch);
  Edit();
  ASSERT_TRUE(queue_.Take(&batch, kForever, kForever)) << "a single client";
  EXPECT_EQ(batch.position, 2u);
}

TEST_F(AppendQueueTest, WhoDoesNotComeIsWaitedForNoLongerThanThePatience) {
  Answer(3);
  Edit();
  const Duration begun = Clock::Real().Monotonic();
  AppendQueue::Batch batch;
  ASSERT_TRUE(queue_.Take(&batch, kForever, 20ms));
  EXPECT_GE(Clock::Real().Monotonic() - begun, 20ms);
  EXPECT_EQ(batch.position, 4u);
  Publish(batch);
  Edit();
  ASSERT_TRUE(queue_.Take(&batch, kForever, kForever)) << "the others have gone";
  EXPECT_EQ(batch.position, 5u);
}

TEST_F(AppendQueueTest, AStopEndsThePatience) {
  Answer(2);
  Edit();
  std::thread stopper([this] { queue_.Stop(); });
  AppendQueue::Batch batch;
  ASSERT_TRUE(queue_.Take(&batch, kForever, kForever)) << "what was appended is still written";
  stopper.join();
  EXPECT_EQ(batch.position, 3u);
  EXPECT_FALSE(queue_.Take(&batch, kForever, kForever));
}

TEST(FlushPaceTest, OnlySlowFlushesAreWorthAWait) {
  FlushPace pace;
  EXPECT_EQ(pace.patience(), Duration::zero()) << "nothing is known yet";
  for (int i = 0; i < 1000; ++i) pace.Took(800us);
  EXPECT_EQ(pace.patience(), Duration::zero());
  for (int i = 0; i < 1000; ++i) pace.Took(4ms);
  EXPECT_GT(pace.patience(), 1ms);
  EXPECT_LE(pace.patience(), 2ms);
  for (int i = 0; i < 1000; ++i) pace.Took(1min);
  EXPECT_LE(pace.patience(), 5ms) << "a store that stood still is no reason for more";
  for (int i = 0; i < 1000; ++i) pace.Took(100us);
  EXPECT_EQ(pace.patience(), Duration::zero()) << "it is quick again";
}

}  // namespace
}  // namespace alluxio::journal
