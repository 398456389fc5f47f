// A read shows nothing that a power loss could take back: what its reply waits for.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "master/ops/find_page.h"
#include "master/ops/fs_operations.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

class DurableReadsTest : public ::testing::Test {
 protected:
  FsOperations& ops() { return master_.ops; }
  std::unique_ptr<OpContext> Ctx() { return master_.Context(); }
  Status Create(const std::string& path) {
    return ops().CreateFile(*Ctx(), path, {}).status();
  }
  Status Mkdir(const std::string& path) { return ops().CreateDirectory(*Ctx(), path, {}); }
  Status Remove(const std::string& path) { return ops().Delete(*Ctx(), path, {}); }
  static std::string MakeFolder(const std::string& path) {
    std::filesystem::create_directories(path);
    return path;
  }

  TempFolder folder_;
  journal::MemoryJournal journal_;
  MasterHarness master_{journal_, MakeFolder(folder_.path() + "/ufs")};
};

// A power loss takes the rename back, and with it the path that was shown.
TEST_F(DurableReadsTest, WhatIsFoundByItsIdWaitsForTheWayToIt) {
  ASSERT_TRUE(Mkdir("/a").ok());
  ASSERT_TRUE(Mkdir("/a/b").ok());
  ASSERT_TRUE(Create("/a/b/f").ok());
  const InodeId file = ops().GetStatus(*Ctx(), "/a/b/f", {})->id;
  journal_.Hold();
  ASSERT_TRUE(Create("/a/b/beside").ok());
  auto context = Ctx();
  EXPECT_EQ(ops().GetStatusById(*context, file)->path, "/a/b/f");
  EXPECT_LE(context->position(), journal_.durable()) << "waits for a sibling";
  ASSERT_TRUE(ops().Rename(*Ctx(), "/a", "/z", {}).ok());
  const journal::Position renamed = journal_.appended();
  ASSERT_TRUE(Mkdir("/aside").ok());
  context = Ctx();
  EXPECT_EQ(ops().GetStatusById(*context, file)->path, "/z/b/f");
  EXPECT_EQ(context->position(), renamed);
  context = Ctx();
  EXPECT_EQ(*ops().GetFilePath(*context, file), "/z/b/f");
  EXPECT_EQ(context->position(), renamed);
  ASSERT_TRUE(Remove("/z/b/f").ok());
  for (const bool path : {false, true}) {
    context = Ctx();
    Status gone = path ? ops().GetFilePath(*context, file).status()
                       : ops().GetStatusById(*context, file).status();
    EXPECT_TRUE(gone.Is(StatusCode::kNotFound)) << gone;
    EXPECT_GT(context->position(), renamed) << "the deletion may be taken back";
  }
}

TEST_F(DurableReadsTest, PagesAndListingsWaitForTheWayToTheirEntries) {
  for (const char* path : {"/a", "/a/b", "/a/b/c"}) ASSERT_TRUE(Mkdir(path).ok());
  ASSERT_TRUE(Create("/a/b/c/f").ok());
  ASSERT_TRUE(Create("/a/b/c/gone").ok());
  journal_.Hold();
  ASSERT_TRUE(ops().Rename(*Ctx(), "/a/b", "/a/z", {}).ok());
  const journal::Position renamed = journal_.appended();
  ListPageOptions page;
  page.list.recursive = true;
  page.start_after = "z/c";
  auto context = Ctx();
  Result<ListPage> shown = ops().ListStatusPartial(*context, "/a", page);
  ASSERT_TRUE(shown.ok()) << shown.status();
  ASSERT_EQ(shown->entries.size(), 2u);
  EXPECT_EQ(shown->entries[0].path, "/a/z/c/f");
  EXPECT_GE(context->position(), renamed);
  // What is not shown, deep below, was removed by an edit.
  ASSERT_TRUE(Remove("/a/z/c/gone").ok());
  const journal::Position removed = journal_.appended();
  context = Ctx();
  ASSERT_TRUE(ops().ListStatusPartial(*context, "/a", page).ok());
  EXPECT_GE(context->position(), removed);
}

// Not only for edits that were there when it began.
TEST_F(DurableReadsTest, ALongListingWaitsForWhatItsLaterSlicesSaw) {
  ASSERT_TRUE(Mkdir("/a").ok());
  for (int n = 0; n < 8; ++n) ASSERT_TRUE(Create("/a/f" + std::to_string(n)).ok());
  journal_.Hold();
  for (const bool recursive : {false, true}) {
    ListStatusOptions options;
    options.recursive = recursive;
    auto context = Ctx();
    journal::Position removed = 0;
    FsParts parts = master_.PartsOf();
    parts.settings.list_batch = 2;
    parts.settings.list_inline = 1;
    FsOperations small(parts);
    Status listed = small.ListStatus(*context, "/a", options, [&](std::vector<FileInfo>) {
      if (removed != 0) return OkStatus();
      auto other = Ctx();
      Status status = ops().Delete(*other, recursive ? "/a/f7" : "/a/f6", {});
      removed = other->position();
      return status;
    });
    ASSERT_TRUE(listed.ok()) << listed;
    EXPECT_GT(removed, 0u);
    EXPECT_GE(context->position(), removed) << (recursive ? "recursive" : "flat");
  }
}

TEST_F(DurableReadsTest, WhoReadsTheMountsWaitsForTheirEdits) {
  const std::string other = folder_.path() + "/mounted";
  std::filesystem::create_directories(other);
  journal_.Hold();
  ASSERT_TRUE(ops().Mount(*Ctx(), "/m", other, {}).ok());
  const journal::Position mounted = journal_.appended();
  auto context = Ctx();
  EXPECT_EQ(ops().GetMountTable(*context, false)->count("/m"), 1u);
  EXPECT_GE(context->position(), mounted);
  context = Ctx();
  EXPECT_EQ(*ops().ReverseResolve(*context, other + "/x"), "/m/x");
  EXPECT_GE(context->position(), mounted);
}

// Otherwise the store has it where the namespace has not.
TEST_F(DurableReadsTest, AFileIsPersistedWhereItWillStay) {
  ASSERT_TRUE(Mkdir("/a").ok());
  CreateFileOptions options;
  options.write_type = WriteType::kAsyncThrough;
  Result<FileInfo> made = ops().CreateFile(*Ctx(), "/a/f", options);
  ASSERT_TRUE(made.ok()) << made.status();
  CompleteFileOptions complete;
  complete.async_persist = true;
  ASSERT_TRUE(ops().CompleteFile(*Ctx(), "/a/f", complete).ok());
  Result<PersistTicket> ticket = ops().StartPersist(*Ctx(), made->id);
  ASSERT_TRUE(ticket.ok()) << ticket.status();
  const std::filesystem::path temporary(ticket->temp_ufs_path);
  std::filesystem::create_directories(temporary.parent_path());
  std::ofstream(temporary).close();
  journal_.Hold();
  ASSERT_TRUE(ops().Rename(*Ctx(), "/a", "/z", {}).ok());
  journal_.Fail(Unavailable("the disk is gone"));
  Status done = ops().CompletePersist(*Ctx(), made->id, ticket->temp_ufs_path);
  EXPECT_TRUE(done.Is(StatusCode::kUnavailable)) << done;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/ufs/z"));
}

TEST_F(DurableReadsTest, ASearchWaitsForWhatItDidNotFind) {
  ASSERT_TRUE(Mkdir("/a").ok());
  ASSERT_TRUE(Mkdir("/a/b").ok());
  ASSERT_TRUE(Create("/a/b/wanted").ok());
  journal_.Hold();
  ASSERT_TRUE(Remove("/a/b/wanted").ok());
  FindOptions options;
  options.text = "wanted";
  auto context = Ctx();
  Result<FindPage> page = ops().Find(*context, "/a", options);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->found, 0u);
  EXPECT_EQ(context->position(), journal_.appended());
}

}  // namespace
}  // namespace alluxio::master
