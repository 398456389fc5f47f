#include <gtest/gtest.h>

#include "tests/fixtures/master_harness.h"
#include "tests/fixtures/memory_journal.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::master {
namespace {

// Edits of files that are in the cache alone take one step under the tree lock, and no path lock.
class OneStepEditsTest : public ::testing::Test {
 protected:
  Status Create(OpContext& context, const std::string& path) {
    CreateFileOptions options;
    options.common.sync_interval_ms = interval_ms_;
    return master_.ops.CreateFile(context, path, options).status();
  }
  Status Rename(OpContext& context, const std::string& from, const std::string& to) {
    RenameOptions options;
    options.common.sync_interval_ms = interval_ms_;
    return master_.ops.Rename(context, from, to, options);
  }
  Status Remove(OpContext& context, const std::string& path) {
    DeleteOptions options;
    options.common.sync_interval_ms = interval_ms_;
    return master_.ops.Delete(context, path, options);
  }
  std::unique_ptr<OpContext> Inline() { return master_.Context(false); }
  size_t EntryCount() { return journal_.entries(journal::Component::kFileSystem).size(); }

  std::optional<int64_t> interval_ms_;
  journal::MemoryJournal journal_;
  std::shared_ptr<MemoryObjectUfs> store_ = std::make_shared<MemoryObjectUfs>("object://bucket");
  MasterHarness master_{journal_, "object://bucket", store_};
};

TEST_F(OneStepEditsTest, EachIsOneEntryOrTwo) {
  ASSERT_TRUE(Create(*Inline(), "/f").ok());
  size_t before = EntryCount();
  ASSERT_TRUE(Rename(*Inline(), "/f", "/g").ok());
  EXPECT_EQ(EntryCount(), before + 1);
  ASSERT_TRUE(Remove(*Inline(), "/g").ok());
  EXPECT_EQ(EntryCount(), before + 2);
  EXPECT_EQ(Remove(*master_.Context(true), "/g").code(), StatusCode::kNotFound);
}

TEST_F(OneStepEditsTest, WhoHoldsThePathOrWhatIsAboveIsWaitedFor) {
  ASSERT_TRUE(master_.ops.CreateDirectory(*Inline(), "/d", {}).ok());
  ASSERT_TRUE(Create(*Inline(), "/d/f").ok());
  size_t before = EntryCount();
  for (const char* held : {"/d", "/d/f"}) {
    PathLockHold hold = master_.locks.TryAcquire({{held, PathLockKind::kTree}});
    ASSERT_TRUE(hold);
    EXPECT_TRUE(IsWouldBlock(Remove(*Inline(), "/d/f"))) << held;
    EXPECT_TRUE(IsWouldBlock(Rename(*Inline(), "/d/f", "/g"))) << held;
  }
  {
    PathLockHold hold = master_.locks.TryAcquire({{"/g", PathLockKind::kWrite}});
    ASSERT_TRUE(hold);
    EXPECT_TRUE(IsWouldBlock(Rename(*Inline(), "/d/f", "/g")));
    EXPECT_TRUE(IsWouldBlock(Create(*Inline(), "/g")));
  }
  EXPECT_EQ(EntryCount(), before);
  EXPECT_TRUE(Rename(*Inline(), "/d/f", "/g").ok());
}

TEST_F(OneStepEditsTest, AStaleFolderIsComparedFirst) {
  ASSERT_TRUE(Create(*Inline(), "/f").ok());
  size_t before = EntryCount();
  interval_ms_ = 0;
  // The root is in the under store, which may have something where the file is to go.
  EXPECT_TRUE(IsWouldBlock(Create(*Inline(), "/g")));
  EXPECT_TRUE(IsWouldBlock(Rename(*Inline(), "/f", "/g")));
  EXPECT_EQ(EntryCount(), before);
  store_->PutObject("g", "came from elsewhere");
  EXPECT_EQ(Create(*master_.Context(true), "/g").code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(Rename(*master_.Context(true), "/f", "/g").code(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(Remove(*Inline(), "/f").ok());
}

TEST_F(OneStepEditsTest, AFileWithACopyIsNotOneOfThem) {
  CreateFileOptions through;
  through.write_type = WriteType::kThrough;
  ASSERT_TRUE(master_.ops.CreateFile(*master_.Context(true), "/f", through).ok());
  store_->PutObject("f", "bytes");
  CompleteFileOptions length;
  length.ufs_length = 5;
  ASSERT_TRUE(master_.ops.CompleteFile(*master_.Context(true), "/f", length).ok());
  size_t before = EntryCount();
  EXPECT_TRUE(IsWouldBlock(Rename(*Inline(), "/f", "/g")));
  EXPECT_TRUE(IsWouldBlock(Remove(*Inline(), "/f")));
  EXPECT_EQ(EntryCount(), before);
  ASSERT_TRUE(Remove(*master_.Context(true), "/f").ok());
  EXPECT_EQ(Remove(*master_.Context(true), "/f").code(), StatusCode::kNotFound);
}

// Of a file in the cache in one step, of one with a copy in several, and of what is not there.
TEST_F(OneStepEditsTest, OnlyTheInodeThatIsMeantGoes) {
  for (WriteType type : {WriteType::kMustCache, WriteType::kThrough}) {
    CreateFileOptions create;
    create.write_type = type;
    Result<FileInfo> made = master_.ops.CreateFile(*master_.Context(true), "/f", create);
    ASSERT_TRUE(made.ok()) << made.status();
    if (type == WriteType::kThrough) store_->PutObject("f", "bytes");
    CompleteFileOptions length;
    length.ufs_length = 5;
    ASSERT_TRUE(master_.ops.CompleteFile(*master_.Context(true), "/f", length).ok());
    size_t before = EntryCount();
    DeleteOptions removal;
    removal.only_id = made->id + 1;
    Status refused = master_.ops.Delete(*master_.Context(true), "/f", removal);
    EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition);
    EXPECT_NE(refused.message().find(std::to_string(made->id)), std::string::npos) << refused;
    RenameOptions move;
    move.only_id = made->id + 1;
    EXPECT_EQ(master_.ops.Rename(*master_.Context(true), "/f", "/g", move).code(),
              StatusCode::kFailedPrecondition);
    EXPECT_EQ(EntryCount(), before);
    move.only_id = made->id;
    EXPECT_TRUE(master_.ops.Rename(*master_.Context(true), "/f", "/g", move).ok());
    EXPECT_EQ(master_.ops.Rename(*master_.Context(true), "/f", "/h", move).code(),
              StatusCode::kNotFound);
    removal.only_id = made->id;
    EXPECT_TRUE(master_.ops.Delete(*master_.Context(true), "/g", removal).ok());
    EXPECT_EQ(master_.ops.Delete(*master_.Context(true), "/g", removal).code(),
              StatusCode::kNotFound);
  }
}

}  // namespace
}  // namespace alluxio::master
