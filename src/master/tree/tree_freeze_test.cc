#include "master/tree/tree_freeze.h"

#include <gtest/gtest.h>

#include "env/forked_child.h"
#include "env/rng.h"
#include "journal/checkpoint_format.h"
#include "journal/string_checkpoint.h"
#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

class TreeFreezeTest : public TreeTest {
 protected:
  TreeFreezeTest() {
    on_.Bootstrap();
    for (int d = 0; d < 8; ++d) {
      parents_.push_back(on_.AddDirectory(parents_[static_cast<size_t>(d) / 2],
                                          "d" + std::to_string(d)));
      for (int f = 0; f < 30; ++f) on_.AddFile(parents_.back(), "f" + std::to_string(f));
    }
  }
  // Forks a child that writes `body`'s bytes, edits meanwhile, and returns what the child wrote.
  template <typename Body>
  std::string WrittenByAChild(const Body& body) {
    TreeFreeze freeze(on_.tree);
    Result<std::unique_ptr<ForkedChild>> child = FailedPrecondition("not forked");
    {
      WriterLock lock(on_.tree.lock());
      freeze.Around([&] {
        child = ForkedChild::Start([&](ChildPipe& pipe) {
          journal::StringSink sink;
          Status status = body(sink);
          (void)pipe.Write(status.ok() ? sink.bytes : "failed: " + status.ToString());
        });
      });
    }
    EXPECT_TRUE(freeze.status().ok()) << freeze.status();
    EXPECT_TRUE(child.ok()) << child.status();
    for (InodeId parent : parents_) on_.AddFile(parent, "late");
    on_.Record(RenameEdit({parents_[1], kRootId, "moved", 5, "", ""}));
    std::string all;
    char buffer[4096];
    for (size_t n = 1; n > 0; all.append(buffer, n)) n = (*child)->Read(buffer).value();
    EXPECT_TRUE((*child)->Wait().ok());
    return all;
  }

  std::vector<InodeId> parents_ = {kRootId};
  TreeOnJournal on_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, TreeFreezeTest, BothKinds(), KindName);

TEST_P(TreeFreezeTest, CheckpointOfAChildIsTheTreeAtTheFork) {
  std::string before = Dump(on_.tree);
  std::string bytes =
      WrittenByAChild([&](journal::StringSink& sink) { return on_.machine.WriteCheckpoint(sink); });
  EXPECT_NE(Dump(on_.tree), before);
  TreeOnJournal restored;
  journal::StringSource source(bytes);
  Status read = restored.machine.ReadCheckpoint(source);
  ASSERT_TRUE(read.ok()) << read;
  EXPECT_EQ(Dump(restored.tree), before);
}

TEST_P(TreeFreezeTest, BackupOfAChildIsTheTreeAtTheFork) {
  std::string before = Dump(on_.tree);
  std::string bytes = WrittenByAChild([&](journal::StringSink& sink) {
    journal::MessageWriter writer(sink);
    RETURN_IF_ERROR(on_.machine.VisitEntries(
        [&](const journal::JournalEntry& entry) { return writer.Write(entry); }));
    return writer.Finish();
  });
  TreeOnJournal restored;
  journal::StringSource source(bytes);
  journal::MessageReader reader(source);
  journal::JournalEntry entry;
  while (true) {
    Result<bool> more = reader.Read(&entry);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) break;
    Status applied = restored.machine.Apply(entry);
    ASSERT_TRUE(applied.ok()) << applied;
  }
  EXPECT_EQ(Dump(restored.tree), before);
}

TEST_P(TreeFreezeTest, AChildThatReadsNothingHoldsNobodyUp) {
  EXPECT_EQ(WrittenByAChild([](journal::StringSink& sink) { return sink.Write("-"); }), "-");
}

}  // namespace
}  // namespace alluxio::master
