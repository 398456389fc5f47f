// What is written of inodes, against the messages that are made of what FileInfoBuilder tells: the
// same bytes, over random namespaces with every kind of inode. SEED=n repeats one.
#include "master/ops/file_info_writer.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "model/path.h"
#include "proto/grpc/file_system_master.pb.h"
#include "tests/fixtures/master_harness.h"
#include "wire/file_info.h"

namespace alluxio::master {
namespace {

template <typename Message>
std::string BytesOf(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  EXPECT_TRUE(message.SerializeToCodedStream(&coded));
  coded.Trim();
  return bytes;
}

class FileInfoWriterTest : public ::testing::Test {
 protected:
  explicit FileInfoWriterTest() {
    for (const char* name : {"/ufs", "/other", "/deep"}) {
      std::filesystem::create_directories(folder_.path() + name);
    }
    master_ = std::make_unique<MasterHarness>(journal_, folder_.path() + "/ufs");
    AddWorkers();
  }

  FsOperations& ops() { return master_->ops; }
  std::unique_ptr<OpContext> Ctx() { return master_->Context(); }

  // One with its memory and its disk, one that names tiers without a value.
  void AddWorkers() {
    for (const char* host : {"one", "two"}) {
      WorkerNetAddress address;
      address.host = host;
      address.data_port = 29999;
      address.domain_socket_path = "/run/sock";
      address.tiers = {{"node", host}, {"rack", ""}};
      WorkerRegistration facts;
      facts.worker = master_->blocks.GetWorkerId(address).value();
      facts.tiers = {"MEM", "SSD"};
      ASSERT_TRUE(master_->blocks.BeginRegister(facts).ok());
      ASSERT_TRUE(master_->blocks.FinishRegister(facts.worker).ok());
      workers_.push_back(facts.worker);
    }
  }

  // "/d/f0", "/d/f1" ...
  void CreateFiles(int count) {
    for (int i = 0; i < count; ++i) {
      CreateFileOptions create;
      create.recursive = true;
      ASSERT_TRUE(ops().CreateFile(*Ctx(), "/d/f" + std::to_string(i), create).ok());
    }
  }
  static WrittenSink NoteBatches(std::vector<size_t>* batches) {
    return [batches](size_t more) -> Status {
      batches->push_back(more);
      return OkStatus();
    };
  }

  std::string GetStatusBytes(const std::string& path, const GetStatusOptions& options) {
    Result<FileInfo> info = ops().GetStatus(*Ctx(), path, options);
    EXPECT_TRUE(info.ok()) << info.status();
    grpc::file::GetStatusPResponse message;
    wire::ToProto(*info, message.mutable_fileinfo());
    return BytesOf(message);
  }
  std::string WrittenStatus(const std::string& path, const GetStatusOptions& options) {
    wire::ProtoWriter out;
    Status written = ops().WriteStatus(*Ctx(), path, options, &out);
    EXPECT_TRUE(written.ok()) << written;
    return std::string(out.view());
  }
  std::string ListBytes(const std::string& path, const ListStatusOptions& options,
                        std::vector<std::string>* paths = nullptr) {
    grpc::file::ListStatusPResponse message;
    Status listed = ops().ListStatus(*Ctx(), path, options, [&](std::vector<FileInfo> batch) {
      for (const FileInfo& info : batch) {
        wire::ToProto(info, message.add_fileinfos());
        if (paths != nullptr) paths->push_back(info.path);
      }
      return OkStatus();
    });
    EXPECT_TRUE(listed.ok()) << listed;
    return BytesOf(message);
  }
  std::string WrittenListing(const std::string& path, const ListStatusOptions& options,
                             size_t* entries) {
    wire::ProtoWriter out;
    Status listed =
        ops().WriteListing(*Ctx(), path, options, &out, [entries](size_t more) -> Status {
          *entries += more;
          return OkStatus();
        });
    EXPECT_TRUE(listed.ok()) << listed;
    return std::string(out.view());
  }

  // Listings of `path`, and the status of everything below it.
  void ExpectSameOf(const std::string& path) {
    ListStatusOptions options;
    for (bool recursive : {false, true}) {
      for (bool exclude : {false, true}) {
        options.recursive = recursive;
        options.exclude_mount_info = exclude;
        std::vector<std::string> paths;
        size_t entries = 0;
        const std::string expected = ListBytes(path, options, &paths);
        EXPECT_TRUE(WrittenListing(path, options, &entries) == expected)
            << path << " recursive " << recursive << " exclude " << exclude;
        EXPECT_EQ(entries, paths.size());
        if (!recursive || exclude) continue;
        paths.push_back(path);
        for (const std::string& each : paths) {
          EXPECT_TRUE(WrittenStatus(each, {}) == GetStatusBytes(each, {})) << each;
        }
      }
    }
  }

  TempFolder folder_;
  journal::MemoryJournal journal_;
  std::unique_ptr<MasterHarness> master_;
  std::vector<WorkerId> workers_;
};

// Makes a random namespace by operations.
class Builder {
 public:
  Builder(MasterHarness* master, std::vector<WorkerId> workers, uint64_t seed)
      : master_(*master), workers_(std::move(workers)), rng_(Rng::Seeded(seed)) {}

  void Step() {
    switch (rng_->Below(7)) {
      case 0: return MakeDirectory();
      case 1:
      case 2:
      case 3: return MakeFile();
      case 4: return SetSomething();
      case 5: return SetAcl();
      default: return Persist();
    }
  }
  int changes() const { return changes_; }

 private:
  bool Chance() { return rng_->Below(2) == 0; }
  std::string Name() { return std::string(1 + rng_->Below(20), 'n') + std::to_string(next_++); }
  const std::string& Any() { return paths_[rng_->Below(paths_.size())]; }
  std::string Folder() { return folders_[rng_->Below(folders_.size())]; }
  std::string In(const std::string& folder) { return JoinPath(folder, Name()); }
  // Some are refused, of files that are open and so on: that is no matter here.
  void Tried(const Status& status) { changes_ += status.ok() ? 1 : 0; }
  void Made(const Status& status, const std::string& path) {
    if (status.ok()) paths_.push_back(path);
  }

  void MakeDirectory() {
    const std::string path = In(Folder());
    CreateDirectoryOptions options;
    if (Chance()) options.mode = Mode{static_cast<uint16_t>(0700 | rng_->Below(64))};
    if (Chance()) options.xattr = {{"a", "1"}, {"b", std::string("\0x", 2)}};
    Status made = master_.ops.CreateDirectory(*master_.Context(), path, options);
    Made(made, path);
    if (made.ok()) folders_.push_back(path);
  }
  void MakeFile() {
    const std::string path = In(Folder());
    CreateFileOptions options;
    options.block_size = int64_t{1} << rng_->Below(12);
    if (Chance()) options.common.ttl_ms = 1000000 + static_cast<int64_t>(rng_->Below(1000));
    if (Chance()) options.common.ttl_action = static_cast<TtlAction>(rng_->Below(3));
    if (Chance()) options.replication_min = static_cast<int32_t>(rng_->Below(6));
    if (Chance()) options.xattr = {{"k", std::string(rng_->Below(300), 'v')}};
    Result<FileInfo> made = master_.ops.CreateFile(*master_.Context(), path, options);
    Made(made.status(), path);
    int64_t length = 0;
    for (uint64_t n = rng_->Below(4); made.ok() && n > 0; --n) {
      Result<BlockId> block = master_.ops.GetNewBlockId(*master_.Context(), path);
      ASSERT_TRUE(block.ok()) << block.status();
      // The last may be shorter, and nobody need have any of them.
      const int64_t size = n > 1 ? *options.block_size
                                 : static_cast<int64_t>(rng_->Below(
                                       static_cast<uint64_t>(*options.block_size) + 1));
      length += size;
      for (WorkerId worker : workers_) {
        if (rng_->Below(3) == 0) continue;
        BlockCommit commit;
        commit.worker = worker;
        commit.block = *block;
        commit.length = size;
        commit.tier = Chance() ? "MEM" : "SSD";
        ASSERT_TRUE(master_.blocks.CommitBlock(*master_.Context(), commit).ok());
      }
    }
    if (!made.ok() || rng_->Below(5) == 0) return;  // it stays open
    CompleteFileOptions complete;
    complete.ufs_length = length;
    Tried(master_.ops.CompleteFile(*master_.Context(), path, complete));
  }
  void SetSomething() {
    SetAttributeOptions options;
    switch (rng_->Below(6)) {
      case 0: options.owner = "owner" + std::to_string(rng_->Below(3)); break;
      case 1: options.group = "group" + std::to_string(rng_->Below(3)); break;
      case 2: options.mode = Mode{static_cast<uint16_t>(rng_->Below(512))}; break;
      case 3:
        options.pinned = Chance();
        if (Chance()) options.pinned_media = {"SSD"};
        break;
      case 4: options.replication_max = static_cast<int32_t>(rng_->Below(9)) - 1; break;
      default: options.xattr = {{"x" + std::to_string(rng_->Below(3)), "y"}};
    }
    Tried(master_.ops.SetAttribute(*master_.Context(), Any(), options));
  }
  void SetAcl() {
    std::vector<AclEntry> entries;
    for (uint64_t n = 1 + rng_->Below(3); n > 0; --n) {
      AclEntry entry;
      entry.type = Chance() ? AclEntryType::kNamedUser : AclEntryType::kNamedGroup;
      entry.subject = "who" + std::to_string(rng_->Below(4));
      entry.bits = static_cast<Bits>(rng_->Below(8));
      entry.is_default = rng_->Below(4) == 0;
      entries.push_back(std::move(entry));
    }
    Tried(master_.ops.SetAcl(*master_.Context(), Any(), SetAclAction::kModify, entries, {}));
  }
  void Persist() {
    Tried(master_.ops.ScheduleAsyncPersistence(*master_.Context(), Any()));
  }

  MasterHarness& master_;
  const std::vector<WorkerId> workers_;
  const std::unique_ptr<Rng> rng_;
  std::vector<std::string> folders_{"/", "/m", "/m/d"};
  std::vector<std::string> paths_{"/m/d"};
  int next_ = 0;
  int changes_ = 0;
};

TEST_F(FileInfoWriterTest, BytesAreThoseOfTheMessages) {
  const char* given = std::getenv("SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : Rng::Real().Next();
  std::cout << "SEED=" << seed << "\n";
  ASSERT_TRUE(ops().Mount(*Ctx(), "/m", folder_.path() + "/other", {}).ok());
  CreateDirectoryOptions plain;
  ASSERT_TRUE(ops().CreateDirectory(*Ctx(), "/m/d", plain).ok());
  ASSERT_TRUE(ops().Mount(*Ctx(), "/m/d/deep", folder_.path() + "/deep", {}).ok());
  Builder builder(master_.get(), workers_, seed);
  for (int i = 0; i < 400 && !HasFailure(); ++i) builder.Step();
  EXPECT_GT(builder.changes(), 30);
  for (const char* path : {"/", "/m", "/m/d", "/m/d/deep"}) ExpectSameOf(path);
}

TEST_F(FileInfoWriterTest, WhatIsOnlyInTheUnderStoreIsTheSame) {
  std::filesystem::create_directories(folder_.path() + "/ufs/a/b");
  std::filesystem::create_directories(folder_.path() + "/ufs/a/c/d");
  std::ofstream(folder_.path() + "/ufs/a/c/file") << std::string(1000, 'x');
  ListStatusOptions options;
  options.recursive = true;
  size_t entries = 0;
  // The first loads level by level, and shows again what has got children meanwhile.
  const std::string written = WrittenListing("/", options, &entries);
  EXPECT_EQ(entries, 5u);
  EXPECT_TRUE(written == ListBytes("/", options));
  ExpectSameOf("/a");
  // Blocks that no worker has: their lengths follow from the file's.
  grpc::file::GetStatusPResponse file;
  ASSERT_TRUE(file.ParseFromString(WrittenStatus("/a/c/file", {})));
  ASSERT_EQ(file.fileinfo().fileblockinfos_size(), 1);
  EXPECT_EQ(file.fileinfo().fileblockinfos(0).blockinfo().length(), 1000);
}

TEST_F(FileInfoWriterTest, AnAccessTimeIsShownAsItIsRecorded) {
  CreateFileOptions create;
  ASSERT_TRUE(ops().CreateFile(*Ctx(), "/f", create).ok());
  GetStatusOptions look;
  look.access_mode = Bits::kRead;
  master_->clock.Advance(std::chrono::hours(24 * 365));
  grpc::file::GetStatusPResponse shown;
  ASSERT_TRUE(shown.ParseFromString(WrittenStatus("/f", look)));
  EXPECT_EQ(shown.fileinfo().lastaccesstimems(), master_->clock.NowMs());
  EXPECT_TRUE(WrittenStatus("/f", {}) == GetStatusBytes("/f", {}));
  EXPECT_EQ(ops().GetStatus(*Ctx(), "/f", {})->access_time_ms, master_->clock.NowMs());
}

TEST_F(FileInfoWriterTest, ANewFileIsShownAsItIs) {
  CreateFileOptions options;
  options.recursive = true;
  options.overwrite = true;
  options.common.ttl_ms = 1'000'000;
  options.xattr = {{"k", "v"}};
  for (int round = 0; round < 2; ++round) {  // the second overwrites the first
    wire::ProtoWriter out;
    ASSERT_TRUE(ops().WriteCreated(*Ctx(), "/d/f", options, &out).ok());
    EXPECT_TRUE(out.view() == GetStatusBytes("/d/f", {}));
  }
}

TEST_F(FileInfoWriterTest, ARepeatedCreationShowsTheFileWhereItIsNow) {
  const OperationId id{1, 2};
  wire::ProtoWriter out;
  ASSERT_TRUE(ops().WriteCreated(*master_->Context(true, "root", id), "/f", {}, &out).ok());
  ASSERT_TRUE(ops().Rename(*Ctx(), "/f", "/g", {}).ok());
  out.Clear();
  ASSERT_TRUE(ops().WriteCreated(*master_->Context(true, "root", id), "/f", {}, &out).ok());
  EXPECT_TRUE(out.view() == GetStatusBytes("/g", {}));
  EXPECT_FALSE(ops().GetStatus(*Ctx(), "/f", {}).ok());
}

TEST_F(FileInfoWriterTest, ErrorsAreTheSameAndWriteNothing) {
  wire::ProtoWriter out;
  auto sink = [](size_t) { return OkStatus(); };
  EXPECT_EQ(ops().WriteStatus(*Ctx(), "/gone", {}, &out).code(), StatusCode::kNotFound);
  EXPECT_EQ(ops().WriteListing(*Ctx(), "/gone", {}, &out, sink).code(), StatusCode::kNotFound);
  EXPECT_EQ(ops().WriteStatus(*Ctx(), "none", {}, &out).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ops().WriteCreated(*Ctx(), "none", {}, &out).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ops().WriteCreated(*Ctx(), "/gone/f", {}, &out).code(), StatusCode::kNotFound);
  EXPECT_EQ(out.size(), 0u);
}

TEST_F(FileInfoWriterTest, ALongListingLeavesTheTransportsThreadAndComesInBatches) {
  CreateFiles(1200);
  wire::ProtoWriter out;
  std::vector<size_t> batches;
  auto sink = NoteBatches(&batches);
  std::unique_ptr<OpContext> on_transport = master_->Context(false);
  ListStatusOptions options;
  options.load_metadata = LoadMetadataType::kNever;
  EXPECT_TRUE(IsWouldBlock(ops().WriteListing(*on_transport, "/d", options, &out, sink)));
  EXPECT_TRUE(batches.empty());
  ASSERT_TRUE(ops().WriteListing(*Ctx(), "/d", options, &out, sink).ok());
  // Who waits for the tree lock gets it after each.
  EXPECT_EQ(batches, std::vector<size_t>(6, 200));
  EXPECT_TRUE(out.view() == ListBytes("/d", options));
  // A sink that has enough is heard.
  auto full = [](size_t) -> Status { return Cancelled("enough"); };
  EXPECT_EQ(ops().WriteListing(*Ctx(), "/d", options, &out, full).code(), StatusCode::kCancelled);
}

TEST_F(FileInfoWriterTest, AListingThatMayRunInlineIsASingleMoments) {
  CreateFiles(500);
  wire::ProtoWriter out;
  std::vector<size_t> batches;
  auto sink = NoteBatches(&batches);
  ASSERT_TRUE(ops().WriteListing(*master_->Context(false), "/d", {}, &out, sink).ok());
  EXPECT_EQ(batches, std::vector<size_t>{500});
}

}  // namespace
}  // namespace alluxio::master
