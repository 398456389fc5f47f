#include "client/block/block_reader.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include "env/map_ahead.h"
#include "tests/fixtures/fake_block_worker.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::client {
namespace {

const std::string kText = "0123456789abcdefghij";

class BlockReaderTest : public ::testing::Test {
 protected:
  BlockReaderTest() {
    auto file = Disk::Real().OpenForWrite(path_, WriteMode::kCreateNew).value();
    EXPECT_TRUE(file->Append(kText).ok() && file->Close().ok());
    request_.block_id = 7;
    request_.length = static_cast<int64_t>(kText.size());
    request_.in_file = true;
  }
  stub::BlockPart InFile(int64_t end) { return {.path = path_, .end = end}; }
  stub::BlockPart InBytes(int64_t begin, int64_t end) {
    return {.bytes = Bytes::FromString(kText.substr(begin, end - begin)), .end = end};
  }
  std::unique_ptr<BlockReader> Open(std::vector<ReadScript> scripts) {
    directory_.worker->scripts = std::move(scripts);
    return ReadStreamed(directory_, Disk::Real(), {}, request_).value();
  }
  // Three bytes at a time.
  Result<std::string> ReadAll(BlockReader& reader) {
    std::string all;
    char some[3];
    while (true) {
      ASSIGN_OR_RETURN(size_t got, reader.Read(some));
      if (got == 0) return all;
      all.append(some, got);
    }
  }

  TempFolder folder_;
  const std::string path_ = folder_.path() + "/block";
  FakeDirectory directory_;
  stub::BlockReadRequest request_;
};

TEST_F(BlockReaderTest, ReadsTheFileAsFarAsTheWorkerSays) {
  auto reader = Open({{{InFile(5), InFile(6), InFile(20)}, {}}});
  EXPECT_EQ(ReadAll(*reader).value(), kText);
  EXPECT_EQ(reader->Position(), 20);
  EXPECT_FALSE(reader->FilesOutOfReach());
  EXPECT_EQ(directory_.worker->requests.size(), 1u);
}

TEST_F(BlockReaderTest, AnOpenedFileStaysGoodWhateverItsName) {
  auto reader = Open({{{InFile(5), InFile(20)}, {}}});
  char some[4];
  ASSERT_EQ(reader->Read(some).value(), 4u);
  ASSERT_TRUE(Disk::Real().DeleteFile(path_).ok());
  EXPECT_EQ(ReadAll(*reader).value(), kText.substr(4));
}

TEST_F(BlockReaderTest, BytesAndFilesMayFollowEachOther) {
  auto reader = Open({{{InFile(4), InBytes(4, 9), InFile(11), InBytes(11, 20)}, {}}});
  EXPECT_EQ(ReadAll(*reader).value(), kText);
}

TEST_F(BlockReaderTest, AFileOutOfReachIsReadByBytesFromThere) {
  auto reader = Open({{{InBytes(0, 4), {.path = path_ + "-not", .end = 9}}, {}},
                      {{InBytes(4, 12), InBytes(12, 20)}, {}}});
  EXPECT_EQ(ReadAll(*reader).value(), kText);
  EXPECT_TRUE(reader->FilesOutOfReach());
  ASSERT_EQ(directory_.worker->requests.size(), 2u);
  EXPECT_EQ(directory_.worker->requests[1].offset, 4);
  EXPECT_EQ(directory_.worker->requests[1].length, 16);
  EXPECT_FALSE(directory_.worker->requests[1].in_file);
}

TEST_F(BlockReaderTest, AFileShorterThanWasSaidIsAnError) {
  auto reader = Open({{{InFile(21)}, {}}});
  Result<std::string> read = ReadAll(*reader);
  EXPECT_TRUE(read.status().Is(StatusCode::kDataLoss)) << read.status();
  EXPECT_NE(read.status().message().find(path_), std::string::npos) << read.status();
}

TEST_F(BlockReaderTest, AFillThatFailsIsTheWorkersError) {
  auto reader = Open({{{InFile(6)}, OutOfRange("the file changed")}});
  Result<std::string> read = ReadAll(*reader);
  EXPECT_EQ(read.status().ToString(), OutOfRange("the file changed").ToString());
  EXPECT_EQ(reader->Position(), 6);
}

TEST_F(BlockReaderTest, SeeksForwardWithinWhatHasCome) {
  auto reader = Open({{{InFile(9), InBytes(9, 20)}, {}}});
  char some[2];
  ASSERT_EQ(reader->Read(some).value(), 2u);
  EXPECT_FALSE(reader->TrySeek(1));
  EXPECT_FALSE(reader->TrySeek(10));
  ASSERT_TRUE(reader->TrySeek(8));
  EXPECT_EQ(reader->Read(some).value(), 1u);
  EXPECT_EQ(some[0], '8');
  ASSERT_EQ(reader->Read(some).value(), 2u);
  ASSERT_TRUE(reader->TrySeek(15));
  EXPECT_EQ(ReadAll(*reader).value(), kText.substr(15));
}

// Reads that are large enough to map what is behind them, in any order, on a block in huge pages.
TEST_F(BlockReaderTest, AMappedBlockReadsTheSameWhereverItIsRead) {
  TempFolder folder;
  const bool mounted = ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0,
                               "size=128m,huge=within_size") == 0;
  constexpr size_t kSize = (size_t{40} << 20) + 77;
  std::string all(kSize, '\0');
  for (size_t i = 0; i < kSize; ++i) all[i] = static_cast<char>(i * 31 >> 7);
  auto file = Disk::Real().OpenForWrite(folder.path() + "/b", WriteMode::kCreateNew).value();
  file->PreferHugePages();
  ASSERT_TRUE(file->Append(all).ok() && file->Close().ok());
  Bytes data = (*Disk::Real().OpenForRead(folder.path() + "/b"))->Map().value();
  EXPECT_TRUE(!mounted || InHugePages(folder.path() + "/b"));
  for (bool huge : {false, true}) {
    auto reader = ReadMapped(std::make_shared<MappedBlock>(nullptr, data, huge), 0);
    std::string read(kSize, '\0');
    size_t at = 0;
    while (at < kSize) {
      const size_t most = std::min<size_t>(300'000, kSize - at);
      Result<size_t> got = reader->Read({read.data() + at, most});
      ASSERT_EQ(got.value(), most);
      at += most;
    }
    EXPECT_TRUE(read == all);
    ASSERT_EQ(reader->Read({read.data(), 200'000}).value(), 0u);
    for (size_t from : {size_t{33} << 20, size_t{5}, kSize - 150'000, size_t{32} << 20}) {
      ASSERT_TRUE(reader->TrySeek(static_cast<int64_t>(from)));
      const size_t got = reader->Read({read.data(), 200'000}).value();
      EXPECT_EQ(got, std::min<size_t>(200'000, kSize - from));
      EXPECT_TRUE(std::string_view(read).substr(0, got) ==
                  std::string_view(all).substr(from, got));
    }
  }
  if (mounted) {
    EXPECT_EQ(::umount2(folder.path().c_str(), MNT_DETACH), 0);
  }
}

}  // namespace
}  // namespace alluxio::client
