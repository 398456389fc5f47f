// The fake that other rooms test with has to keep the contract itself.
#include "tests/fixtures/memory_journal.h"

#include <gtest/gtest.h>

namespace alluxio::journal {
namespace {

JournalEntry Entry(int64_t id) {
  JournalEntry entry;
  entry.mutable_delete_block()->set_block_id(id);
  return entry;
}

TEST(MemoryJournalTest, AFailedJournalTellsEveryWaiter) {
  MemoryJournal journal(MemoryJournal::Durability::kManual);
  Position first = journal.Append(Component::kBlock, Entry(1));
  journal.MakeDurable(first);
  Position second = journal.Append(Component::kBlock, Entry(2));
  Status seen;
  journal.WhenDurable(second, [&](Status status) { seen = status; });
  journal.Fail(Unavailable("disk"));
  EXPECT_EQ(seen.code(), StatusCode::kUnavailable);
  EXPECT_EQ(journal.WaitDurable(second).code(), StatusCode::kUnavailable);
  EXPECT_TRUE(journal.WaitDurable(first).ok()) << "what was durable stays durable";
}

TEST(MemoryJournalTest, ManualDurabilityRunsWaitersInOrder) {
  MemoryJournal journal(MemoryJournal::Durability::kManual);
  std::vector<int> order;
  for (int i = 1; i <= 3; ++i) {
    Position position = journal.Append(Component::kFileSystem, Entry(i));
    journal.WhenDurable(position, [&order, i](Status) { order.push_back(i); });
  }
  journal.MakeDurable(2);
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  EXPECT_EQ(journal.durable(), 2u);
  journal.MakeAllDurable();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(MemoryJournalTest, NumbersEntriesPerComponent) {
  MemoryJournal journal;
  journal.Append(Component::kBlock, Entry(1));
  journal.Append(Component::kMeta, Entry(2));
  journal.Append(Component::kBlock, Entry(3));
  EXPECT_EQ(journal.durable(), 3u);
  EXPECT_EQ(journal.entries(Component::kBlock).at(1).sequence_number(), 1);
  EXPECT_EQ(journal.entries(Component::kMeta).at(0).sequence_number(), 0);
}

}  // namespace
}  // namespace alluxio::journal
