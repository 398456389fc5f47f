#include "master/ops/fs_operations.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

class FsOperationsTest : public ::testing::Test {
 protected:
  FsOperationsTest() : ufs_(folder_.path() + "/ufs") {
    std::filesystem::create_directories(ufs_);
    master_ = std::make_unique<MasterHarness>(journal_, ufs_);
  }

  FsOperations& ops() { return master_->ops; }
  std::unique_ptr<OpContext> Ctx(bool may_block = true, const std::string& user = "root") {
    return master_->Context(may_block, user);
  }
  std::unique_ptr<OpContext> Inline() { return Ctx(false); }

  Result<FileInfo> Create(const std::string& path, WriteType type = WriteType::kMustCache) {
    CreateFileOptions options;
    options.write_type = type;
    options.recursive = true;
    return ops().CreateFile(*Ctx(), path, options);
  }
  Status Complete(const std::string& path, std::optional<int64_t> ufs_length = std::nullopt) {
    CompleteFileOptions options;
    options.ufs_length = ufs_length;
    return ops().CompleteFile(*Ctx(), path, options);
  }
  Status Mkdir(const std::string& path, WriteType type = WriteType::kMustCache) {
    CreateDirectoryOptions options;
    options.recursive = true;
    options.write_type = type;
    return ops().CreateDirectory(*Ctx(), path, options);
  }
  Result<FileInfo> Status_(const std::string& path) { return ops().GetStatus(*Ctx(), path, {}); }
  Status Remove(const std::string& path, bool recursive = false) {
    DeleteOptions options;
    options.recursive = recursive;
    return ops().Delete(*Ctx(), path, options);
  }
  void WriteUfs(const std::string& key, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(ufs_ + "/" + key).parent_path());
    std::ofstream(ufs_ + "/" + key) << text;
  }
  bool InUfs(const std::string& key) { return std::filesystem::exists(ufs_ + "/" + key); }
  std::vector<std::string> Names(const std::string& path, bool recursive = false) {
    std::vector<std::string> names;
    ListStatusOptions options;
    options.recursive = recursive;
    Status listed = ops().ListStatus(*Ctx(), path, options, [&](std::vector<FileInfo> batch) {
      for (FileInfo& info : batch) names.push_back(info.path);
      return OkStatus();
    });
    EXPECT_TRUE(listed.ok()) << listed;
    return names;
  }
  void ExpectSameAfterReplay() {
    std::string before = master_->Dump();
    MasterHarness replayed(journal_, ufs_);
    EXPECT_EQ(replayed.Dump(), before);
  }

  TempFolder folder_;
  std::string ufs_;
  journal::MemoryJournal journal_;
  std::unique_ptr<MasterHarness> master_;
};

using Names = std::vector<std::string>;

void ExpectError(const Status& status, StatusCode code, const std::string& text) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_EQ(status.message(), text);
}

TEST_F(FsOperationsTest, MissingPathsCarryAlluxiosText) {
  ExpectError(Status_("/no").status(), StatusCode::kNotFound, "Path \"/no\" does not exist.");
  ExpectError(Remove("/no"), StatusCode::kNotFound, "Path \"/no\" does not exist.");
  EXPECT_TRUE(ops().Rename(*Ctx(), "/no", "/x", {}).Is(StatusCode::kNotFound));
  EXPECT_FALSE(*ops().Exists(*Ctx(), "relative", {}));
}

TEST_F(FsOperationsTest, RootRules) {
  ExpectError(Remove("/"), StatusCode::kPermissionDenied,
              "Cannot delete path / which is or contains a mount point without "
              "--deleteMountPoint/-m option specified");
  ExpectError(ops().Rename(*Ctx(), "/", "/x", {}), StatusCode::kInvalidArgument,
              "The root directory cannot be renamed");
  ExpectError(Create("/").status(), StatusCode::kAlreadyExists,
              "/ already exists. If you want to overwrite the file, you need to specify the "
              "overwrite option.");
  CreateDirectoryOptions options;
  options.allow_exists = true;
  EXPECT_TRUE(ops().CreateDirectory(*Ctx(), "/", options).ok());
}

TEST_F(FsOperationsTest, CreateErrors) {
  ASSERT_TRUE(Create("/d/f").ok());
  ExpectError(Create("/d/f").status(), StatusCode::kAlreadyExists,
              "/d/f already exists. If you want to overwrite the file, you need to specify the "
              "overwrite option.");
  ExpectError(Create("/d/f/g").status(), StatusCode::kInvalidArgument,
              "Could not traverse to parent directory of path /d/f/g. Component f is not a "
              "directory.");
  ExpectError(ops().CreateFile(*Ctx(), "/x/y", {}).status(), StatusCode::kNotFound,
              "File /x/y creation failed. Component 1(x) does not exist");
  CreateFileOptions overwrite;
  overwrite.overwrite = true;
  ExpectError(ops().CreateFile(*Ctx(), "/d", overwrite).status(), StatusCode::kAlreadyExists,
              "/d already exists. Directories cannot be overwritten with create");
  auto old = Status_("/d/f");
  auto fresh = ops().CreateFile(*Ctx(), "/d/f", overwrite);
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_NE(fresh->id, old->id);
  ExpectSameAfterReplay();
}

TEST_F(FsOperationsTest, CompleteChecksBlocks) {
  ASSERT_TRUE(Create("/f").ok());
  ASSERT_TRUE(ops().GetNewBlockId(*Ctx(), "/f").ok());
  ExpectError(Complete("/f"), StatusCode::kInvalidArgument,
              "Cannot complete a file without all the blocks committed");
  ASSERT_TRUE(Create("/g").ok());
  ASSERT_TRUE(Complete("/g").ok());
  ExpectError(Complete("/g"), StatusCode::kAlreadyExists, "File /g has already been completed.");
  EXPECT_EQ(Status_("/g")->in_alluxio_percentage, 100);
}

TEST_F(FsOperationsTest, CacheOnlyWorkRunsInline) {
  CreateDirectoryOptions mkdir;
  ASSERT_TRUE(ops().CreateDirectory(*Inline(), "/d", mkdir).ok());
  ASSERT_TRUE(ops().CreateFile(*Inline(), "/d/f", {}).ok());
  ASSERT_TRUE(ops().GetNewBlockId(*Inline(), "/d/f").ok());
  ASSERT_TRUE(ops().GetStatus(*Inline(), "/d/f", {}).ok());
  ASSERT_TRUE(ops().ListStatus(*Inline(), "/d", {}, [](auto) { return OkStatus(); }).ok());
  ASSERT_TRUE(ops().Rename(*Inline(), "/d/f", "/d/g", {}).ok());
  DeleteOptions recursive;
  recursive.recursive = true;
  ASSERT_TRUE(ops().Delete(*Inline(), "/d", recursive).ok());
}

TEST_F(FsOperationsTest, UnderStoreWorkWouldBlockBeforeAnyChange) {
  CreateDirectoryOptions options;
  options.write_type = WriteType::kCacheThrough;
  size_t entries = journal_.entries(journal::Component::kFileSystem).size();
  EXPECT_TRUE(IsWouldBlock(ops().CreateDirectory(*Inline(), "/d", options)));
  EXPECT_EQ(journal_.entries(journal::Component::kFileSystem).size(), entries);
  EXPECT_FALSE(InUfs("d"));
  EXPECT_TRUE(ops().CreateDirectory(*Ctx(), "/d", options).ok());
  EXPECT_TRUE(InUfs("d"));
}

TEST_F(FsOperationsTest, NonEmptyDirectoryNeedsRecursive) {
  ASSERT_TRUE(Create("/d/f").ok());
  ExpectError(Remove("/d"), StatusCode::kFailedPrecondition,
              "Cannot delete non-empty directory /d because recursive is set to false");
  EXPECT_TRUE(Remove("/d", true).ok());
  EXPECT_TRUE(Names("/").empty());
  ExpectSameAfterReplay();
}

TEST_F(FsOperationsTest, RenameErrors) {
  ASSERT_TRUE(Create("/a/f").ok());
  ASSERT_TRUE(Create("/b").ok());
  ExpectError(ops().Rename(*Ctx(), "/a", "/a/c", {}), StatusCode::kInvalidArgument,
              "Cannot rename because /a is a prefix of /a/c");
  ExpectError(ops().Rename(*Ctx(), "/b", "/a/f", {}), StatusCode::kAlreadyExists,
              "Cannot rename because destination already exists. src: /b dst: /a/f");
  EXPECT_TRUE(ops().Rename(*Ctx(), "/b", "/none/b", {}).Is(StatusCode::kNotFound));
  EXPECT_TRUE(ops().Rename(*Ctx(), "/b", "/b", {}).ok());
  EXPECT_TRUE(ops().Rename(*Ctx(), "/b", "/a/g", {}).ok());
  EXPECT_EQ(Names("/", true), (::alluxio::master::Names{"/a", "/a/f", "/a/g"}));
  ExpectSameAfterReplay();
}

TEST_F(FsOperationsTest, ThroughFilesFollowIntoTheUnderStore) {
  auto created = Create("/t/f", WriteType::kCacheThrough);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->persistence, PersistenceState::kPersisted);
  EXPECT_TRUE(InUfs("t"));
  WriteUfs("t/f", "hello");
  ASSERT_TRUE(Complete("/t/f", 5).ok());
  auto info = Status_("/t/f");
  EXPECT_EQ(info->length, 5);
  ASSERT_EQ(info->blocks.size(), 1u);
  EXPECT_EQ(info->blocks[0].block.length, 5);
  EXPECT_FALSE(info->ufs_fingerprint.empty());
  ASSERT_TRUE(ops().Rename(*Ctx(), "/t/f", "/t/g", {}).ok());
  EXPECT_TRUE(InUfs("t/g"));
  EXPECT_FALSE(InUfs("t/f"));
  ExpectSameAfterReplay();
  ASSERT_TRUE(Remove("/t", true).ok());
  EXPECT_FALSE(InUfs("t"));
}

TEST_F(FsOperationsTest, UnderStoreFilesAppearOnDemand) {
  WriteUfs("data/x", "abc");
  WriteUfs("data/sub/y", "de");
  EXPECT_EQ(Status_("/data/x")->length, 3);
  EXPECT_EQ(Names("/", true),
            (::alluxio::master::Names{"/data", "/data/sub", "/data/sub/y", "/data/x"}));
  ExpectSameAfterReplay();
  ASSERT_TRUE(Create("/data/x", WriteType::kAsyncThrough).status().Is(StatusCode::kAlreadyExists));
  ASSERT_TRUE(Remove("/data", true).ok());
  EXPECT_FALSE(InUfs("data"));
}

TEST_F(FsOperationsTest, SyncTakesOverChangesAndDeletions) {
  WriteUfs("d/x", "abc");
  WriteUfs("d/y", "abc");
  EXPECT_EQ(Names("/d").size(), 2u);
  WriteUfs("d/x", "abcdef");
  std::filesystem::remove(ufs_ + "/d/y");
  EXPECT_EQ(Status_("/d/x")->length, 3);
  ListStatusOptions always;
  always.common.sync_interval_ms = 0;
  ASSERT_TRUE(ops().ListStatus(*Ctx(), "/d", always, [](auto) { return OkStatus(); }).ok());
  EXPECT_EQ(Status_("/d/x")->length, 6);
  EXPECT_EQ(Names("/d"), (::alluxio::master::Names{"/d/x"}));
  ExpectSameAfterReplay();
}

TEST_F(FsOperationsTest, DeletingInAlluxioOnlyDecidesWhetherTheParentIsLoadedAgain) {
  WriteUfs("d/x", "abc");
  WriteUfs("d/y", "abc");
  EXPECT_EQ(Names("/d").size(), 2u);
  DeleteOptions only;
  only.alluxio_only = true;
  only.sync_parent_next_time = false;
  ASSERT_TRUE(ops().Delete(*Ctx(), "/d/x", only).ok());
  EXPECT_EQ(Names("/d"), (::alluxio::master::Names{"/d/y"}));
  only.sync_parent_next_time = true;
  ASSERT_TRUE(ops().Delete(*Ctx(), "/d/y", only).ok());
  ExpectSameAfterReplay();
  EXPECT_EQ(Names("/d").size(), 2u);
  EXPECT_TRUE(InUfs("d/x"));
}

TEST_F(FsOperationsTest, ADirectoryIsMarkedToBeLoadedAgain) {
  WriteUfs("d/x", "abc");
  EXPECT_EQ(Names("/d").size(), 1u);
  WriteUfs("d/y", "abc");
  EXPECT_EQ(Names("/d").size(), 1u);
  SetAttributeOptions again;
  again.children_loaded = false;
  ASSERT_TRUE(ops().SetAttribute(*Ctx(), "/d", again).ok());
  ASSERT_TRUE(ops().SetAttribute(*Ctx(), "/d/x", again).ok());  // Of a file it means nothing.
  EXPECT_EQ(Names("/d").size(), 2u);
  ExpectSameAfterReplay();
}

TEST_F(FsOperationsTest, ListingsLeaveOutMountsWhenAsked) {
  WriteUfs("d/x", "abc");
  ListStatusOptions options;
  std::vector<FileInfo> seen;
  auto sink = [&](std::vector<FileInfo> batch) {
    seen.insert(seen.end(), batch.begin(), batch.end());
    return OkStatus();
  };
  ASSERT_TRUE(ops().ListStatus(*Ctx(), "/d", options, sink).ok());
  options.exclude_mount_info = true;
  ASSERT_TRUE(ops().ListStatus(*Ctx(), "/d", options, sink).ok());
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].ufs_path, ufs_ + "/d/x");
  EXPECT_EQ(seen[0].mount_id, kRootMountId);
  EXPECT_EQ(seen[1].ufs_path, "");
  EXPECT_EQ(seen[1].mount_id, 0);
}

TEST_F(FsOperationsTest, DirtyPathsAreLookedAtAgain) {
  WriteUfs("x", "abc");
  EXPECT_EQ(Status_("/x")->length, 3);
  WriteUfs("x", "abcd");
  EXPECT_EQ(Status_("/x")->length, 3);
  ASSERT_TRUE(ops().NeedsSync(*Ctx(), "/x").ok());
  EXPECT_EQ(Status_("/x")->length, 4);
}

TEST_F(FsOperationsTest, PermissionsAreChecked) {
  ASSERT_TRUE(Mkdir("/private").ok());
  SetAttributeOptions mode;
  mode.mode = Mode{0700};
  ASSERT_TRUE(ops().SetAttribute(*Ctx(), "/private", mode).ok());
  auto eve = Ctx(true, "eve");
  ExpectError(ops().CreateFile(*eve, "/private/f", {}).status(), StatusCode::kPermissionDenied,
              "Permission denied: user=eve, access=-w-, path=/private/f: failed at private, inode "
              "owner=root, inode group=root, inode mode=rwx------");
  SetAttributeOptions owner;
  owner.owner = "eve";
  EXPECT_TRUE(ops().SetAttribute(*eve, "/private", owner).Is(StatusCode::kPermissionDenied));
}

TEST_F(FsOperationsTest, RetriedOperationsAreDoneOnce) {
  OperationId id{1, 2};
  auto first = ops().CreateFile(*master_->Context(true, "root", id), "/f", {});
  auto again = ops().CreateFile(*master_->Context(true, "root", id), "/f", {});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id, first->id);
  // Owners set by two clients: the first one's repetition must not win.
  SetAttributeOptions to_one;
  to_one.owner = "one";
  to_one.replication_min = 1;  // more than one entry
  SetAttributeOptions to_two;
  to_two.owner = "two";
  OperationId setting{5, 6};
  EXPECT_TRUE(ops().SetAttribute(*master_->Context(true, "root", setting), "/f", to_one).ok());
  EXPECT_TRUE(ops().SetAttribute(*Ctx(), "/f", to_two).ok());
  EXPECT_TRUE(ops().SetAttribute(*master_->Context(true, "root", setting), "/f", to_one).ok());
  EXPECT_EQ(Status_("/f")->owner, "two");
  {
    MasterHarness next(journal_, ufs_);
    EXPECT_TRUE(next.ops.SetAttribute(*next.Context(true, "root", setting), "/f", to_one).ok());
    EXPECT_EQ(next.ops.GetStatus(*next.Context(), "/f", {})->owner, "two");
  }
  OperationId removal{3, 4};
  EXPECT_TRUE(ops().Delete(*master_->Context(true, "root", removal), "/f", {}).ok());
  EXPECT_TRUE(ops().Delete(*master_->Context(true, "root", removal), "/f", {}).ok());
  MasterHarness replayed(journal_, ufs_);
  EXPECT_TRUE(
      replayed.ops.Delete(*replayed.Context(true, "root", removal), "/f", {}).ok());
}

// What a refusal tells of must not be taken back by a power loss or a failover after it.
TEST_F(FsOperationsTest, RefusedEditsWaitForWhatTheyTellOf) {
  ASSERT_TRUE(Create("/gone").ok());
  ASSERT_TRUE(Create("/moved").ok());
  ASSERT_TRUE(Mkdir("/full").ok());
  journal_.Hold();
  ASSERT_TRUE(Remove("/gone").ok());
  ASSERT_TRUE(ops().Rename(*Ctx(), "/moved", "/there", {}).ok());
  ASSERT_TRUE(Mkdir("/full/new").ok());
  ASSERT_LT(journal_.durable(), journal_.appended());
  const std::vector<std::pair<std::string, std::function<Status(OpContext&)>>> refused = {
      {"complete", [&](OpContext& op) { return ops().CompleteFile(op, "/gone", {}); }},
      {"block", [&](OpContext& op) { return ops().GetNewBlockId(op, "/gone").status(); }},
      {"create", [&](OpContext& op) { return ops().CreateFile(op, "/there", {}).status(); }},
      {"below", [&](OpContext& op) { return ops().CreateFile(op, "/there/x", {}).status(); }},
      {"mkdir", [&](OpContext& op) { return ops().CreateDirectory(op, "/there", {}); }},
      {"in the way", [&](OpContext& op) { return ops().CreateDirectory(op, "/there/x", {}); }},
      {"source", [&](OpContext& op) { return ops().Rename(op, "/gone", "/x", {}); }},
      {"target", [&](OpContext& op) { return ops().Rename(op, "/full", "/there", {}); }},
      {"delete", [&](OpContext& op) { return ops().Delete(op, "/gone", {}); }},
      {"not empty", [&](OpContext& op) { return ops().Delete(op, "/full", {}); }},
      {"set", [&](OpContext& op) { return ops().SetAttribute(op, "/gone", {}); }},
      {"persist", [&](OpContext& op) { return ops().ScheduleAsyncPersistence(op, "/gone"); }},
  };
  for (const auto& [name, run] : refused) {
    auto context = Ctx();
    const journal::Position before = journal_.durable();
    Status status = run(*context);
    EXPECT_FALSE(status.ok()) << name;
    EXPECT_GT(context->position(), before) << name << ": " << status;
  }
  journal_.MakeAllDurable();
  auto context = Ctx();
  EXPECT_FALSE(ops().CompleteFile(*context, "/gone", {}).ok());
  EXPECT_LE(context->position(), journal_.durable());
}

TEST_F(FsOperationsTest, ARetriedOperationIsAnsweredWhenTheFirstIsDurable) {
  const OperationId file{1, 2};
  const OperationId removal{3, 4};
  const OperationId folder{5, 6};
  ASSERT_TRUE(Create("/before").ok());  // ids for more files are in the journal now
  journal_.Hold();
  ASSERT_TRUE(ops().CreateFile(*master_->Context(true, "root", file), "/f", {}).ok());
  ASSERT_TRUE(ops().CreateDirectory(*master_->Context(true, "root", folder), "/d", {}).ok());
  auto again = master_->Context(true, "root", file);
  ASSERT_TRUE(ops().CreateFile(*again, "/f", {}).ok());
  EXPECT_EQ(again->position(), journal_.appended());
  again = master_->Context(true, "root", folder);
  ASSERT_TRUE(ops().CreateDirectory(*again, "/d", {}).ok());
  EXPECT_EQ(again->position(), journal_.appended());
  ASSERT_TRUE(ops().Delete(*master_->Context(true, "root", removal), "/f", {}).ok());
  again = master_->Context(true, "root", removal);
  ASSERT_TRUE(ops().Delete(*again, "/f", {}).ok());
  EXPECT_EQ(again->position(), journal_.appended());
}

TEST_F(FsOperationsTest, MountsAreNestedReadOnlyAndProtected) {
  std::string other = folder_.path() + "/other";
  std::filesystem::create_directories(other + "/in");
  MountOptions options;
  options.read_only = true;
  options.properties["aws.secretKey"] = "hush";
  ASSERT_TRUE(ops().Mount(*Ctx(), "/mnt", other, options).ok());
  EXPECT_EQ(Names("/mnt"), (::alluxio::master::Names{"/mnt/in"}));
  EXPECT_TRUE(Status_("/mnt")->mount_point);
  ExpectError(Create("/mnt/f").status(), StatusCode::kPermissionDenied,
              "A write operation on /mnt/f under a readonly mount point /mnt is not allowed");
  ExpectError(Remove("/mnt", true), StatusCode::kPermissionDenied,
              "A write operation on /mnt under a readonly mount point /mnt is not allowed");
  ExpectError(ops().Mount(*Ctx(), "/again", other + "/in", {}), StatusCode::kInvalidArgument,
              "Mount point " + other + " is a prefix of " + other + "/in");
  auto table = ops().GetMountTable(*Ctx(), false);
  EXPECT_EQ(table->at("/mnt").properties.at("aws.secretKey"), "******");
  EXPECT_EQ(*ops().ReverseResolve(*Ctx(), other + "/in"), "/mnt/in");
  ExpectSameAfterReplay();
  ASSERT_TRUE(ops().Unmount(*Ctx(), "/mnt").ok());
  EXPECT_TRUE(std::filesystem::exists(other + "/in"));
  EXPECT_TRUE(Names("/").empty());
  EXPECT_FALSE(ops().Mount(*Ctx(), "/s3", "s3://bucket/a", {}).ok());
  ExpectSameAfterReplay();
}

TEST_F(FsOperationsTest, PersistedFileLandsWhereTheFileIsNow) {
  ASSERT_TRUE(Create("/p/f", WriteType::kAsyncThrough).ok());
  CompleteFileOptions options;
  options.async_persist = true;
  ASSERT_TRUE(ops().CompleteFile(*Ctx(), "/p/f", options).ok());
  auto due = ops().FilesToPersist(10, master_->clock);
  ASSERT_EQ(due.size(), 1u);
  auto ticket = ops().StartPersist(*Ctx(), due[0]);
  ASSERT_TRUE(ticket.ok()) << ticket.status();
  ASSERT_TRUE(ops().Rename(*Ctx(), "/p/f", "/p/g", {}).ok());
  WriteUfs(ticket->temp_ufs_path.substr(ufs_.size() + 1), "");
  Status done = ops().CompletePersist(*Ctx(), due[0], ticket->temp_ufs_path);
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_TRUE(InUfs("p/g"));
  EXPECT_EQ(Status_("/p/g")->persistence, PersistenceState::kPersisted);
  EXPECT_EQ(Status_("/p")->persistence, PersistenceState::kPersisted);
  EXPECT_TRUE(ops().CompletePersist(*Ctx(), due[0], ticket->temp_ufs_path).ok());
  ExpectSameAfterReplay();
}

TEST_F(FsOperationsTest, AnOverwrittenCopyStaysUntilTheNewOneAndDoesNotComeBack) {
  for (WriteType type : {WriteType::kCacheThrough, WriteType::kAsyncThrough,
                         WriteType::kMustCache}) {
    for (bool rename : {false, true}) {
      std::string name = "o" + std::to_string(static_cast<int>(type)) + (rename ? "r" : "d");
      WriteUfs(name, "old");
      ASSERT_EQ(Status_("/" + name)->persistence, PersistenceState::kPersisted);
      CreateFileOptions overwrite;
      overwrite.write_type = type;
      overwrite.overwrite = true;
      auto created = ops().CreateFile(*Ctx(), "/" + name, overwrite);
      ASSERT_TRUE(created.ok()) << created.status();
      EXPECT_TRUE(InUfs(name)) << "the new file has no bytes yet";
      if (type == WriteType::kCacheThrough) {
        EXPECT_EQ(ops().Rename(*Ctx(), "/" + name, "/moved", {}).code(),
                  StatusCode::kFailedPrecondition);
      } else {
        ASSERT_TRUE(ops().CompleteFile(*Ctx(), "/" + name, {}).ok());
      }
      ExpectSameAfterReplay();
      std::string path = "/" + name;
      if (rename && type != WriteType::kCacheThrough) {
        Status renamed = ops().Rename(*Ctx(), path, path + "x", {});
        ASSERT_TRUE(renamed.ok()) << renamed;
        EXPECT_FALSE(InUfs(name));
        path += "x";
      }
      ASSERT_TRUE(ops().Delete(*Ctx(), path, {}).ok());
      EXPECT_FALSE(InUfs(name));
    }
  }
}

TEST_F(FsOperationsTest, CopiesThatACrashedPersistLeftDoNotComeBack) {
  CompleteFileOptions options;
  options.async_persist = true;
  std::vector<std::string> temporaries;
  for (std::string name : {"moved", "deleted", "again"}) {
    ASSERT_TRUE(Create("/" + name, WriteType::kAsyncThrough).ok());
    ASSERT_TRUE(ops().CompleteFile(*Ctx(), "/" + name, options).ok());
    auto ticket = ops().StartPersist(*Ctx(), Status_("/" + name)->id);
    ASSERT_TRUE(ticket.ok()) << ticket.status();
    temporaries.push_back(ticket->temp_ufs_path.substr(ufs_.size() + 1));
    WriteUfs(temporaries.back(), "");
  }
  // As if the master had ended after moving the copies and before recording it; the next attempt
  // fails, because no worker is back yet.
  for (std::string name : {"/moved", "/deleted"}) {
    ASSERT_TRUE(ops().FailPersist(*Ctx(), Status_(name)->id, "no copy", false).ok());
  }
  WriteUfs(temporaries[0], "");
  WriteUfs(temporaries[1], "");
  WriteUfs("moved", "");
  WriteUfs("deleted", "");
  ASSERT_TRUE(ops().Rename(*Ctx(), "/moved", "/there", {}).ok());
  ASSERT_TRUE(ops().Delete(*Ctx(), "/deleted", {}).ok());
  EXPECT_FALSE(InUfs("moved"));
  EXPECT_FALSE(InUfs("deleted"));
  for (int i : {0, 1}) EXPECT_FALSE(InUfs(temporaries[i])) << i << ": a late move would use it";
  WriteUfs(temporaries[1], "");  // a late worker
  WriteUfs(temporaries[1].substr(0, temporaries[1].rfind('/')) + "/not-ours", "");
  std::string left = temporaries[1].substr(0, temporaries[1].rfind('/')) + "/.alluxio-tmp-x";
  WriteUfs(left, "");
  ops().SweepPersistFolders(Clock::Real().NowMs());
  EXPECT_TRUE(InUfs(left)) << "a writer may be at it";
  ops().SweepPersistFolders(Clock::Real().NowMs() + 25 * 3600 * 1000);
  EXPECT_FALSE(InUfs(left));
  EXPECT_TRUE(InUfs(temporaries[2])) << "still wanted";
  EXPECT_FALSE(InUfs(temporaries[1]));
  EXPECT_TRUE(InUfs(temporaries[1].substr(0, temporaries[1].rfind('/')) + "/not-ours"));
  master_->clock.Advance(1s);
  ASSERT_TRUE(ops().StartPersist(*Ctx(), Status_("/again")->id).ok());
  EXPECT_FALSE(InUfs(temporaries[2])) << "a new attempt has a new one";
}

TEST_F(FsOperationsTest, ExpiredFilesGo) {
  CreateFileOptions options;
  options.common.ttl_ms = 1000;
  options.common.ttl_action = TtlAction::kDelete;
  ASSERT_TRUE(ops().CreateFile(*Ctx(), "/f", options).ok());
  EXPECT_TRUE(ops().ExpiredInodes(master_->clock.NowMs(), 10).empty());
  master_->clock.Advance(std::chrono::seconds(2));
  auto ids = ops().ExpiredInodes(master_->clock.NowMs(), 10);
  ASSERT_EQ(ids.size(), 1u);
  ASSERT_TRUE(ops().ExpireInode(*Ctx(), ids[0], master_->clock.NowMs()).ok());
  EXPECT_FALSE(*ops().Exists(*Ctx(), "/f", {}));
}

TEST_F(FsOperationsTest, PagesContinueWhereTheyEnded) {
  for (const char* name : {"/d/a", "/d/b", "/d/c"}) ASSERT_TRUE(Create(name).ok());
  ListPageOptions options;
  options.batch_size = 2;
  auto page = ops().ListStatusPartial(*Ctx(), "/d", options);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_TRUE(page->truncated);
  EXPECT_EQ(page->file_count, 3);
  options.offset_id = page->entries[1].id;
  page = ops().ListStatusPartial(*Ctx(), "/d", options);
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].name, "c");
  EXPECT_FALSE(page->truncated);
}

TEST_F(FsOperationsTest, FreeNeedsAPersistedFile) {
  ASSERT_TRUE(Create("/f").ok());
  ExpectError(ops().Free(*Ctx(), "/f", {}), StatusCode::kUnknown,
              "Cannot free file /f which is not persisted");
}

TEST_F(FsOperationsTest, AnySequenceReplaysToTheSameListing) {
  const uint64_t seed = 20261123;
  SCOPED_TRACE("seed " + std::to_string(seed));
  auto rng = Rng::Seeded(seed);
  auto path = [&] {
    std::string text;
    for (uint64_t depth = 1 + rng->Below(3); depth > 0; --depth) {
      text += "/" + std::string(1, static_cast<char>('a' + rng->Below(3)));
    }
    return text;
  };
  const WriteType types[] = {WriteType::kMustCache, WriteType::kAsyncThrough,
                             WriteType::kCacheThrough};
  for (int i = 0; i < 400; ++i) {
    // Most of these fail, as they should: only what they leave behind matters.
    switch (rng->Below(7)) {
      case 0: (void)Mkdir(path(), types[rng->Below(3)]); break;
      case 1: (void)Create(path(), types[rng->Below(3)]).ok(); break;
      case 2: (void)Complete(path(), 0); break;
      case 3: (void)Remove(path(), rng->Below(2) == 0); break;
      case 4: (void)ops().Rename(*Ctx(), path(), path(), {}); break;
      case 5: WriteUfs("u" + std::to_string(i % 5) + "/x", "abc"); (void)Names("/", true); break;
      case 6: {
        SetAttributeOptions options;
        options.mode = Mode{static_cast<uint16_t>(0700 + rng->Below(64))};
        options.recursive = true;
        (void)ops().SetAttribute(*Ctx(), path(), options);
        break;
      }
    }
    if (i % 50 == 49) ExpectSameAfterReplay();
  }
  EXPECT_EQ(master_->locks.held_count(), 0u);
}

TEST_F(FsOperationsTest, OtherUsersCreateThroughToo) {
  SetAttributeOptions open;
  open.mode = Mode{0777};
  ASSERT_TRUE(ops().SetAttribute(*Ctx(), "/", open).ok());
  CreateDirectoryOptions options;
  options.write_type = WriteType::kCacheThrough;
  Status made = ops().CreateDirectory(*Ctx(true, "nobody-there"), "/home", options);
  EXPECT_TRUE(made.ok()) << made;
  EXPECT_EQ(Status_("/home")->owner, "nobody-there");
}

TEST_F(FsOperationsTest, AclReplaceNeedsTheBaseEntries) {
  ASSERT_TRUE(Mkdir("/d").ok());
  std::vector<AclEntry> entries = {{AclEntryType::kNamedUser, "amy", Bits::kRead, false}};
  EXPECT_TRUE(ops().SetAcl(*Ctx(), "/d", SetAclAction::kReplace, entries, {})
                  .Is(StatusCode::kInvalidArgument));
  ASSERT_TRUE(ops().SetAcl(*Ctx(), "/d", SetAclAction::kModify, entries, {}).ok());
  EXPECT_EQ(Status_("/d")->acl.named_users.at("amy"), Bits::kRead);
}

}  // namespace
}  // namespace alluxio::master
