#include "client/fs/block_in_stream.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_block_worker.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::client {
namespace {

constexpr int64_t kBlock = 10;

// A persisted file of three cold blocks.
class BlockInStreamTest : public ::testing::Test {
 protected:
  BlockInStreamTest() {
    file_.path = "/f";
    file_.length = static_cast<int64_t>(text_.size());
    file_.block_size = kBlock;
    file_.persistence = PersistenceState::kPersisted;
    file_.ufs_path = "/under/f";
    for (int64_t begin = 0; begin < file_.length; begin += kBlock) {
      FileBlockInfo block;
      block.block.id = 100 + begin / kBlock;
      file_.blocks.push_back(block);
    }
  }
  ReadScript Bytes(int64_t begin, int64_t end) {
    stub::BlockPart part;
    part.bytes = alluxio::Bytes::FromString(text_.substr(begin, end - begin));
    return {{part}, {}};
  }
  // Every block in a file of a worker on this host.
  void MakeFiles(const TempFolder& folder) {
    directory_ = std::make_shared<FakeDirectory>("localhost");
    for (FileBlockInfo& block : file_.blocks) {
      const int64_t begin = (block.block.id - 100) * kBlock;
      std::string path = folder.path() + "/" + std::to_string(block.block.id);
      // The file of a block may be longer than what the block has.
      auto file = Disk::Real().OpenForWrite(path, WriteMode::kCreateNew).value();
      ASSERT_TRUE(file->Append(text_.substr(static_cast<size_t>(begin), kBlock) + "beyond").ok());
      ASSERT_TRUE(file->Close().ok());
      directory_->worker->files[block.block.id] = path;
      block.block.length = std::min(kBlock, file_.length - begin);
      BlockLocation location;
      location.address.host = "localhost";
      block.block.locations.push_back(location);
    }
  }
  std::string Read(BlockInStream& in, size_t size) {
    std::string all(size, '\0');
    size_t done = 0;
    while (done < size) {
      Result<size_t> got = in.Read(std::span(all).subspan(done));
      EXPECT_TRUE(got.ok()) << got.status();
      if (!got.ok() || *got == 0) break;
      done += *got;
    }
    all.resize(done);
    return all;
  }
  std::vector<BlockId> Asked() {
    std::vector<BlockId> ids;
    for (const auto& request : directory_->worker->requests) ids.push_back(request.block_id);
    return ids;
  }

  const std::string text_ = "0123456789abcdefghijKLMNO";
  FileInfo file_;
  std::shared_ptr<FakeDirectory> directory_ = std::make_shared<FakeDirectory>();
};

TEST_F(BlockInStreamTest, TheNextColdBlockIsAskedForBeforeItIsNeeded) {
  directory_->worker->scripts = {Bytes(0, 10), Bytes(10, 20), Bytes(20, 25)};
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 3), "012");
  EXPECT_EQ(Asked(), (std::vector<BlockId>{100, 101}));
  EXPECT_EQ(Read(in, 9), "3456789ab");
  EXPECT_EQ(Asked(), (std::vector<BlockId>{100, 101, 102}));
  EXPECT_EQ(Read(in, 100), "cdefghijKLMNO");
  EXPECT_EQ(Asked().size(), 3u) << "each once";
}

TEST_F(BlockInStreamTest, WhoGoesElsewhereDoesNotReadIt) {
  directory_->worker->scripts = {Bytes(0, 10), Bytes(10, 20), Bytes(22, 25)};
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 3), "012");
  ASSERT_TRUE(in.Seek(22).ok());
  EXPECT_EQ(Read(in, 3), "MNO");
  EXPECT_EQ(Asked(), (std::vector<BlockId>{100, 101, 102}));
  EXPECT_EQ(directory_->worker->requests[2].offset, 2);
}

TEST_F(BlockInStreamTest, WhatCannotBeOpenedAheadIsNoErrorYet) {
  directory_->worker->scripts = {Bytes(0, 10)};
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 3), "012");
  EXPECT_EQ(Asked().size(), 2u) << "the second was refused";
  directory_->worker->scripts = {Bytes(10, 20), Bytes(20, 25)};
  EXPECT_EQ(Read(in, 100), text_.substr(3));
}

TEST_F(BlockInStreamTest, WhatIsMappedIsReadAtAnyPlaceWithoutAnotherCall) {
  TempFolder folder;
  MakeFiles(folder);
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  for (int round = 0; round < 3; ++round) {
    for (size_t begin = 0; begin <= text_.size(); ++begin) {
      for (size_t size = 1; size <= text_.size() + 2; ++size) {
        std::string some(size, '?');
        Result<size_t> got = in.ReadAt(static_cast<int64_t>(begin), some);
        ASSERT_TRUE(got.ok()) << got.status();
        ASSERT_EQ(some.substr(0, *got), text_.substr(begin, size));
      }
    }
  }
  EXPECT_EQ(directory_->worker->opened, (std::vector<BlockId>{100, 101, 102}));
  EXPECT_TRUE(directory_->worker->requests.empty());
}

TEST_F(BlockInStreamTest, TheNextLocalBlockIsAskedForAheadOfItsBytes) {
  TempFolder folder;
  MakeFiles(folder);
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 3), text_.substr(0, 3));
  EXPECT_EQ(directory_->worker->opened, (std::vector<BlockId>{100, 101}));
  EXPECT_EQ(Read(in, 100), text_.substr(3));
  EXPECT_EQ(directory_->worker->opened, (std::vector<BlockId>{100, 101, 102}));
  EXPECT_TRUE(directory_->worker->requests.empty());
}

TEST_F(BlockInStreamTest, ALocalBlockThatWasRefusedAheadIsAskedForAgain) {
  TempFolder folder;
  MakeFiles(folder);
  auto second = directory_->worker->files.extract(101);
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 3), text_.substr(0, 3));
  directory_->worker->files.insert(std::move(second));
  EXPECT_EQ(Read(in, 100), text_.substr(3));
  EXPECT_EQ(directory_->worker->opened, (std::vector<BlockId>{100, 101, 101, 102}));
}

TEST_F(BlockInStreamTest, ALocalBlockWhoseFileIsGoneSinceItWasAskedForIsStreamed) {
  TempFolder folder;
  MakeFiles(folder);
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 3), text_.substr(0, 3));
  ASSERT_TRUE(Disk::Real().DeleteFile(folder.path() + "/101").ok());
  directory_->worker->scripts = {Bytes(10, 20)};
  EXPECT_EQ(Read(in, 100), text_.substr(3));
}

TEST_F(BlockInStreamTest, FilesOutOfReachAreNotAskedForAhead) {
  TempFolder folder;
  MakeFiles(folder);
  for (const char* name : {"/100", "/101", "/102"}) {
    ASSERT_TRUE(Disk::Real().DeleteFile(folder.path() + name).ok());
  }
  directory_->worker->scripts = {Bytes(0, 10), Bytes(10, 20), Bytes(20, 25)};
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 100), text_);
  EXPECT_EQ(directory_->worker->opened, (std::vector<BlockId>{100, 101, 102}));
}

TEST_F(BlockInStreamTest, ASeekElsewhereLeavesWhatWasAskedFor) {
  TempFolder folder;
  MakeFiles(folder);
  BlockInStream in(directory_, Disk::Real(), file_, ReadType::kNoCache);
  EXPECT_EQ(Read(in, 3), text_.substr(0, 3));
  ASSERT_TRUE(in.Seek(20).ok());
  EXPECT_EQ(Read(in, 100), text_.substr(20));
  ASSERT_TRUE(in.Seek(0).ok());
  EXPECT_EQ(Read(in, 100), text_);
  EXPECT_EQ(directory_->worker->opened, (std::vector<BlockId>{100, 101, 102, 101}));
}

}  // namespace
}  // namespace alluxio::client
