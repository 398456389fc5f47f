// What the journal writes of operations that have several entries (journal.h, BeginTogether).
#include "journal/ufs/append_queue.h"

#include <gmock/gmock.h>

#include "journal/frame.h"
#include "journal/varint.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Component kFs = Component::kFileSystem;
constexpr Component kBlock = Component::kBlock;

// Numbers of the entries in `frames`; the first must start a flush, and each must be whole.
std::vector<int64_t> Numbers(std::string_view frames) {
  std::vector<int64_t> numbers;
  while (!frames.empty()) {
    uint64_t length = 0;
    size_t header = ParseVarint(frames, &length);
    JournalEntry entry;
    EXPECT_EQ(ParseEntry(frames.substr(header, length), &entry), "");
    EXPECT_EQ(entry.starts_flush(), numbers.empty()) << entry.sequence_number();
    EXPECT_EQ(entry.new_block().id(), 7) << "the payload";
    numbers.push_back(entry.sequence_number());
    frames.remove_prefix(header + length);
  }
  return numbers;
}

class AppendTogetherTest : public ::testing::Test {
 protected:
  AppendTogetherTest() {
    for (Component component : kComponents) queue_.SetNext(component, 0);
  }
  Position Append(Component component, size_t size = 0) {
    JournalEntry entry;
    entry.mutable_new_block()->set_id(7);
    if (size > 0) entry.mutable_rename()->set_path(std::string(size, 'x'));
    return queue_.Append(component, entry.SerializeAsString());
  }
  // Nothing: the position is 0.
  AppendQueue::Batch Take() {
    AppendQueue::Batch batch;
    EXPECT_TRUE(queue_.Take(&batch, Duration::zero()));
    return batch;
  }
  static std::vector<int64_t> Of(const AppendQueue::Batch& batch, Component component) {
    std::vector<int64_t> numbers = Numbers(batch.frames[IndexOf(component)]);
    if (!numbers.empty()) {
      EXPECT_EQ(batch.end[IndexOf(component)], numbers.back() + 1);
    }
    return numbers;
  }

  AppendQueue queue_;
};

TEST_F(AppendTogetherTest, TakesWhatIsThere) {
  Append(kFs);
  Append(kBlock);
  EXPECT_EQ(Append(kFs), 3u);
  AppendQueue::Batch batch = Take();
  EXPECT_EQ(batch.position, 3u);
  EXPECT_THAT(Of(batch, kFs), ElementsAre(0, 1));
  EXPECT_THAT(Of(batch, kBlock), ElementsAre(0));
  EXPECT_EQ(Take().position, 0u);
  Append(kFs);
  EXPECT_THAT(Of(Take(), kFs), ElementsAre(2));
}

TEST_F(AppendTogetherTest, EntriesOfOneOperationAreTakenTogether) {
  Append(kFs);
  queue_.BeginTogether(kFs);
  Append(kFs);
  AppendQueue::Batch batch = Take();
  EXPECT_EQ(batch.position, 1u);
  EXPECT_THAT(Of(batch, kFs), ElementsAre(0));
  Append(kFs);
  EXPECT_EQ(Take().position, 0u);
  queue_.EndTogether(kFs);
  batch = Take();
  EXPECT_EQ(batch.position, 3u);
  EXPECT_THAT(Of(batch, kFs), ElementsAre(1, 2));
}

// The order over all components is that of the positions: a block's deletion may not be durable
// before that of its file.
TEST_F(AppendTogetherTest, WhatOthersAppendedSinceWaitsToo) {
  Append(kBlock);
  queue_.BeginTogether(kFs);
  Append(kFs);
  Append(kBlock);
  AppendQueue::Batch batch = Take();
  EXPECT_EQ(batch.position, 1u);
  EXPECT_THAT(Of(batch, kBlock), ElementsAre(0));
  EXPECT_THAT(Of(batch, kFs), IsEmpty());
  EXPECT_EQ(Take().position, 0u);
  queue_.EndTogether(kFs);
  batch = Take();
  EXPECT_EQ(batch.position, 3u);
  EXPECT_THAT(Of(batch, kFs), ElementsAre(0));
  EXPECT_THAT(Of(batch, kBlock), ElementsAre(1));
}

// Under load there may always be one that is not over.
TEST_F(AppendTogetherTest, OperationsThatOverlapHoldUpNobodyForever) {
  Position before = 0;
  queue_.BeginTogether(kFs);
  Append(kFs);
  for (int64_t i = 0; i < 5; ++i) {
    queue_.BeginTogether(kBlock);
    Append(kBlock, 150);  // the length of the frame that is left grows by a byte
    Append(kBlock);
    queue_.EndTogether(kFs);
    queue_.BeginTogether(kFs);
    Append(kFs, i == 3 ? 0 : 122);
    AppendQueue::Batch batch = Take();
    EXPECT_GT(batch.position, before);
    EXPECT_THAT(Of(batch, kFs), ElementsAre(i));
    before = batch.position;
    Append(kBlock);
    queue_.EndTogether(kBlock);
    batch = Take();
    EXPECT_GT(batch.position, before);
    EXPECT_THAT(Of(batch, kFs), IsEmpty());
    before = batch.position;
  }
}

TEST_F(AppendTogetherTest, OperationsNest) {
  queue_.BeginTogether(kFs);
  Append(kFs);
  queue_.BeginTogether(kFs);
  Append(kFs);
  queue_.EndTogether(kFs);
  EXPECT_EQ(Take().position, 0u);
  queue_.EndTogether(kFs);
  EXPECT_THAT(Of(Take(), kFs), ElementsAre(0, 1));
}

TEST_F(AppendTogetherTest, AnOperationWithoutEntriesHoldsUpNothing) {
  queue_.BeginTogether(kFs);
  Append(kBlock);
  EXPECT_EQ(Take().position, 1u);
  queue_.EndTogether(kFs);
}

TEST_F(AppendTogetherTest, AFailureInTheMiddleOfAnOperationEndsIt) {
  queue_.BeginTogether(kFs);
  Append(kFs);
  queue_.Fail(Unavailable("broken"));
  Position position = Append(kFs);
  queue_.EndTogether(kFs);
  Status told;
  queue_.WhenDurable(position, [&](Status status) { told = std::move(status); });
  EXPECT_TRUE(told.Is(StatusCode::kUnavailable));
  queue_.Stop();
  AppendQueue::Batch batch;
  EXPECT_FALSE(queue_.Take(&batch, Duration::zero()));
}

TEST_F(AppendTogetherTest, WhoWaitsIsToldWhenHisEntriesAreDurable) {
  int told = 0;
  auto tell = [&](Status status) { told += status.ok() ? 1 : 100; };
  queue_.BeginTogether(kFs);
  Position first = Append(kFs);
  Position last = Append(kFs);
  queue_.WhenDurable(first, tell);
  queue_.WhenDurable(last, tell);
  queue_.EndTogether(kFs);
  for (auto& done : queue_.Publish(Take())) done(OkStatus());
  EXPECT_EQ(told, 2);
  EXPECT_EQ(queue_.queued_bytes(), 0u);
}

}  // namespace
}  // namespace alluxio::journal
