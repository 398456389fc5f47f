#include "master/state/composite_state_machine.h"

#include <gtest/gtest.h>

#include "journal/checkpoint_format.h"
#include "journal/string_checkpoint.h"
#include "master/state/serving_gate.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

using journal::Component;
using journal::JournalEntry;

// Keeps the ids of new_block entries (even) or delete_file entries.
class IdPart final : public EntryListPart {
 public:
  IdPart(std::string_view name, bool blocks) : name_(name), blocks_(blocks) {}
  std::string_view checkpoint_name() const override { return name_; }
  Result<Handling> Apply(const JournalEntry& entry) override {
    if (blocks_ ? !entry.has_new_block() : !entry.has_delete_file()) return Handling::kNotMine;
    int64_t id = blocks_ ? entry.new_block().id() : entry.delete_file().id();
    if (id < 0) return DataLoss("negative id");
    ids.push_back(id);
    return Handling::kHandled;
  }
  void Reset() override { ids.clear(); }
  Status VisitEntries(const EntryVisitor& visit) const override {
    for (int64_t id : ids) {
      JournalEntry entry;
      if (blocks_) entry.mutable_new_block()->set_id(id);
      if (!blocks_) entry.mutable_delete_file()->set_id(id);
      RETURN_IF_ERROR(visit(entry));
    }
    return OkStatus();
  }
  std::vector<int64_t> ids;

 private:
  const std::string_view name_;
  const bool blocks_;
};

JournalEntry BlockEntry(int64_t id) {
  JournalEntry entry;
  entry.mutable_new_block()->set_id(id);
  return entry;
}

JournalEntry DeleteEntry(int64_t id) {
  JournalEntry entry;
  entry.mutable_delete_file()->set_id(id);
  return entry;
}

class CompositeTest : public ::testing::Test {
 protected:
  IdPart first_{"FIRST_PART", true};
  IdPart second_{"SECOND_PART", false};
  RetryCache retries_;
  CompositeStateMachine machine_{Component::kFileSystem, {&first_, &second_}, &retries_};
};

TEST_F(CompositeTest, UnknownEntryIsRefused) {
  JournalEntry entry;
  EXPECT_EQ(machine_.Apply(entry).code(), StatusCode::kInvalidArgument);
  entry.mutable_cluster_info()->set_cluster_id("x");
  EXPECT_EQ(machine_.Apply(entry).code(), StatusCode::kInvalidArgument);
}

TEST_F(CompositeTest, CopyJobsOfAJavaMasterArePassedOver) {
  JournalEntry entry;
  entry.set_copy_job("a job");
  EXPECT_TRUE(machine_.Apply(entry).ok());
}

TEST_F(CompositeTest, RefusedEntryIsNotRemembered) {
  JournalEntry entry = BlockEntry(-1);
  entry.mutable_operationid()->set_leastsignificantbits(1);
  EXPECT_EQ(machine_.Apply(entry).code(), StatusCode::kDataLoss);
  EXPECT_EQ(retries_.size(), 0u);
}

TEST_F(CompositeTest, EntriesFindTheirPart) {
  ASSERT_TRUE(machine_.Apply(BlockEntry(1)).ok());
  JournalEntry entry = DeleteEntry(2);
  entry.mutable_operationid()->set_leastsignificantbits(1);
  ASSERT_TRUE(machine_.Apply(entry).ok());
  EXPECT_EQ(first_.ids, std::vector<int64_t>{1});
  EXPECT_EQ(second_.ids, std::vector<int64_t>{2});
  EXPECT_EQ(retries_.size(), 1u);
  machine_.Reset();
  EXPECT_TRUE(first_.ids.empty());
  EXPECT_EQ(retries_.size(), 0u);
}

TEST_F(CompositeTest, CheckpointBringsBackEveryPart) {
  for (int64_t id = 0; id < 20000; ++id) ASSERT_TRUE(machine_.Apply(BlockEntry(id)).ok());
  ASSERT_TRUE(machine_.Apply(DeleteEntry(9)).ok());
  journal::StringSink sink;
  ASSERT_TRUE(machine_.WriteCheckpoint(sink).ok());
  std::vector<int64_t> before = first_.ids;
  machine_.Reset();
  journal::StringSource source(sink.bytes);
  Status read = machine_.ReadCheckpoint(source);
  ASSERT_TRUE(read.ok()) << read;
  EXPECT_EQ(first_.ids, before);
  EXPECT_EQ(second_.ids, std::vector<int64_t>{9});
}

TEST_F(CompositeTest, CheckpointWithAnUnknownPartIsRefused) {
  journal::StringSink sink;
  ASSERT_TRUE(machine_.WriteCheckpoint(sink).ok());
  CompositeStateMachine smaller(Component::kFileSystem, {&first_}, nullptr);
  journal::StringSource source(sink.bytes);
  EXPECT_EQ(smaller.ReadCheckpoint(source).code(), StatusCode::kInvalidArgument);
}

TEST(ServingGateTest, AnswersOnlyWhileServing) {
  ServingGate gate;
  EXPECT_EQ(gate.CheckServing().code(), StatusCode::kUnavailable);
  gate.Enter(ServingGate::Phase::kServing);
  EXPECT_TRUE(gate.CheckServing().ok());
  gate.Enter(ServingGate::Phase::kStopped);
  EXPECT_EQ(gate.CheckServing().code(), StatusCode::kUnavailable);
  EXPECT_DEATH(gate.Enter(ServingGate::Phase::kServing), "gate");
}

}  // namespace
}  // namespace alluxio::master
