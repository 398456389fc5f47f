#include "journal/ufs/journal_dump.h"

#include <gmock/gmock.h>

#include "journal/string_checkpoint.h"
#include "journal/ufs/journal_test_world.h"

namespace alluxio::journal {
namespace {

using ::testing::HasSubstr;

class JournalDumpTest : public JournalTest {
 protected:
  void SetUp() override {
    Format();
    auto life = Start({.log_size_bytes_max = 1});
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 100 + i)).ok());
    }
    ASSERT_TRUE(life->Checkpoint().ok());
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 105)).ok());
    // The master goes on while the dump is made.
    life_ = std::move(life);
  }

  std::unique_ptr<JournalLife> life_;
  std::shared_ptr<ufs::Ufs> out_ =
      ufs::LocalUfs::Open("/dump", {.disk = &disk_, .rng = rng_.get()});
};

TEST_F(JournalDumpTest, AMissingComponentIsNotFound) {
  EXPECT_EQ(DumpJournal(*ufs_, {.component = "NoMaster"}, *out_).code(), StatusCode::kNotFound);
}

TEST_F(JournalDumpTest, DamageIsReportedAfterWhatCouldBeRead) {
  disk_.FlipBit("/journal/BlockMaster/v1/logs/0x3-0x4", 80);
  Status status = DumpJournal(*ufs_, {.component = "BlockMaster"}, *out_);
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("0x3-0x4: offset 0"));
  ufs_ = out_;
  EXPECT_THAT(ReadFile("edits.txt"), HasSubstr("block_id: 102"));
}

TEST_F(JournalDumpTest, EntriesAndCheckpointsAreText) {
  ASSERT_TRUE(DumpJournal(*ufs_, {.component = "BlockMaster", .start = 1, .end = 3}, *out_).ok());
  ufs_ = out_;
  std::string edits = ReadFile("edits.txt");
  EXPECT_THAT(edits, HasSubstr(std::string(80, '-') + "\nsequence_number: 1\n"
                               "delete_block {\n  block_id: 101\n}\n"));
  EXPECT_THAT(edits, ::testing::Not(HasSubstr("block_id: 100")));
  EXPECT_THAT(edits, ::testing::Not(HasSubstr("block_id: 103")));
  EXPECT_EQ(ReadFile("checkpoints-5"), "100\n101\n102\n103\n104\n");
}

TEST_F(JournalDumpTest, TheOpenLogIsIncludedUpToItsTornEnd) {
  std::vector<std::string> files;
  std::string note;
  ASSERT_TRUE(VisitJournal(*ufs_, {.component = "BlockMaster"},
                           [&](const JournalEntry&, const EntryPlace& place) {
                             files.emplace_back(place.file);
                             return OkStatus();
                           },
                           &note).ok());
  EXPECT_EQ(files.size(), 6u);
  EXPECT_EQ(files.back(), "BlockMaster/v1/logs/0x5-0x7fffffffffffffff");
  EXPECT_EQ(note, "");
  WriteFile("BlockMaster/v1/logs/0x6-0x7fffffffffffffff", "\x20half");
  ASSERT_TRUE(VisitJournal(*ufs_, {.component = "BlockMaster"},
                           [&](const JournalEntry&, const EntryPlace&) { return OkStatus(); },
                           &note).ok());
  EXPECT_THAT(note, HasSubstr("offset 0: ends inside an entry"));
}

}  // namespace
}  // namespace alluxio::journal
