#include "worker/service/read_block.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/fixtures/test_worker.h"

namespace alluxio::worker {
namespace {

TEST(ColdReadTest, FullReadFillsTheCache) {
  TestWorker worker;
  std::string content(3 << 20, 'c');
  worker.ufs->Put("dir/f", "front" + content);
  ReadRequest request = ColdReadOf(9, "/under/dir/f", content.size());
  request.mutable_open_ufs_block_options()->set_offset_in_file(5);
  TestStream stream(worker, "ReadBlock");
  stream.Send(request);
  ASSERT_TRUE(stream.sink().AwaitFinish().ok());
  EXPECT_EQ(Joined(stream.sink()), content);
  EXPECT_TRUE(Eventually([&] { return worker.publisher->published == 1; }));
  EXPECT_TRUE(worker.store->Has(9));
}

TEST(ColdReadTest, NoCacheAndPartialReadsLeaveNothing) {
  TestWorker worker;
  worker.ufs->Put("f", "0123456789");
  ReadRequest request = ColdReadOf(9, "file:///under/f", 10);
  request.mutable_open_ufs_block_options()->set_no_cache(true);
  TestStream whole(worker, "ReadBlock");
  whole.Send(request);
  ASSERT_TRUE(whole.sink().AwaitFinish().ok());
  EXPECT_EQ(Joined(whole.sink()), "0123456789");
  request = ColdReadOf(9, "/under/f", 10);
  request.set_length(4);
  {
    TestStream part(worker, "ReadBlock");
    part.Send(request);
    ASSERT_TRUE(part.sink().AwaitFinish().ok());
    EXPECT_EQ(Joined(part.sink()), "0123");
  }
  EXPECT_TRUE(Eventually([&] { return worker.Used() == 0; }));
  EXPECT_FALSE(worker.store->Has(9));
  EXPECT_TRUE(worker.TempFiles().empty());
}

TEST(ColdReadTest, ErrorsOfTheUnderStore) {
  TestWorker worker;
  worker.ufs->Put("short", "012");
  TestStream missing(worker, "ReadBlock");
  missing.Send(ColdReadOf(1, "/under/none", 10));
  EXPECT_EQ(missing.sink().AwaitFinish().code(), StatusCode::kNotFound);
  TestStream outside(worker, "ReadBlock");
  outside.Send(ColdReadOf(2, "/underneath/f", 10));
  EXPECT_EQ(outside.sink().AwaitFinish().code(), StatusCode::kPermissionDenied);
  TestStream dots(worker, "ReadBlock");
  dots.Send(ColdReadOf(3, "/under/../etc/passwd", 10));
  EXPECT_EQ(dots.sink().AwaitFinish().code(), StatusCode::kInvalidArgument);
  TestStream shorter(worker, "ReadBlock");
  shorter.Send(ColdReadOf(4, "/under/short", 10));
  // Clients have the master compare the path then.
  EXPECT_EQ(shorter.sink().AwaitFinish().code(), StatusCode::kOutOfRange);
  ReadRequest busy = ColdReadOf(5, "/under/short", 3);
  busy.mutable_open_ufs_block_options()->set_offset_in_file(-4);
  TestStream negative(worker, "ReadBlock");
  negative.Send(busy);
  EXPECT_EQ(negative.sink().AwaitFinish().code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(worker.store->Has(4));
}

TEST(ReadInMemoryTest, NeedsNoOtherThreadOnceItWasRead) {
  TestWorker worker;
  const std::string content(300 << 10, 'c');
  worker.ufs->Put("f", content);
  auto read = [&](int64_t offset, int64_t length) {
    ReadRequest request = ColdReadOf(9, "/under/f", content.size());
    request.set_offset(offset);
    request.set_length(length);
    TestStream stream(worker, "ReadBlock");
    stream.Send(request);
    EXPECT_TRUE(stream.sink().AwaitFinish().ok());
    return Joined(stream.sink());
  };
  EXPECT_EQ(read(0, content.size()), content);
  ASSERT_TRUE(Eventually([&] { return worker.store->Has(9); }));
  EXPECT_EQ(read(5, 10), content.substr(5, 10));  // maps it
  ASSERT_NE(worker.store->LeaseInMemory(9), nullptr);
  // All threads for readers are taken.
  Mutex mutex{LockRank::kLeaf};
  CondVar changed;
  bool go = false;
  for (int i = 0; i < 64; ++i) {
    ASSERT_TRUE(worker.executor->Submit([&] {
      MutexLock lock(mutex);
      while (!go) changed.Wait(mutex);
    }).ok());
  }
  EXPECT_EQ(read(0, content.size()), content);
  EXPECT_EQ(read(1000, 4096), content.substr(1000, 4096));
  EXPECT_EQ(read(static_cast<int64_t>(content.size()) - 3, 100), "ccc");
  MutexLock lock(mutex);
  go = true;
  changed.NotifyAll();
}

// How the file of a block is read that is being cached.
ReadRequest InFileReadOf(BlockId id, const std::string& path, int64_t size) {
  ReadRequest request = ColdReadOf(id, path, size);
  request.set_in_file(true);
  return request;
}
ReadRequest Acknowledgement(int64_t position) {
  ReadRequest request;
  request.set_offset_received(position);
  return request;
}
ReadResponse AwaitResponse(TestStream& stream, size_t index) {
  ReadResponse response;
  EXPECT_TRUE(response.ParseFromString(stream.sink().AwaitMessage(index))) << index;
  return response;
}
std::string Varied(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

TEST(ReadInFileTest, TheClientIsToldHowFarTheFileGoes) {
  TestWorker worker;
  const std::string content = Varied(48 << 20);  // not all at once: it is renamed at its end
  worker.ufs->Put("f", content);
  TestStream stream(worker, "ReadBlock");
  stream.Send(InFileReadOf(9, "/under/f", content.size()));
  std::unique_ptr<ReadableFile> file;
  int64_t position = 0;
  for (size_t i = 0; position < static_cast<int64_t>(content.size()); ++i) {
    ReadResponse response = AwaitResponse(stream, i);
    ASSERT_NE(response.has_file_part(), response.has_chunk()) << i;
    if (response.has_chunk()) {
      ASSERT_NE(file, nullptr) << "bytes come once the block is cached";
      const std::string& bytes = response.chunk().data();
      EXPECT_TRUE(bytes == content.substr(static_cast<size_t>(position), bytes.size()));
      position += static_cast<int64_t>(bytes.size());
      continue;
    }
    if (file == nullptr) {
      auto opened = Disk::Real().OpenForRead(response.file_part().path());
      ASSERT_TRUE(opened.ok()) << opened.status();
      file = *std::move(opened);
    }
    int64_t end = response.file_part().end();
    ASSERT_GT(end, position);
    std::string part(static_cast<size_t>(end - position), '\0');
    EXPECT_EQ(file->ReadAt(position, part).value(), part.size());
    EXPECT_TRUE(part == content.substr(static_cast<size_t>(position), part.size())) << position;
    position = end;
    stream.Send(Acknowledgement(position));
  }
  EXPECT_EQ(position, static_cast<int64_t>(content.size()));
  EXPECT_TRUE(stream.sink().AwaitFinish().ok());
  EXPECT_TRUE(Eventually([&] { return worker.publisher->published == 1; }));
}

TEST(ReadInFileTest, AClientThatSaysNothingIsToldOfSoMuchOnly) {
  TestWorker worker;
  const std::string content(64 << 20, 'c');
  worker.ufs->Put("f", content);
  TestStream stream(worker, "ReadBlock");
  stream.Send(InFileReadOf(9, "/under/f", 60 << 20));
  auto ends = [&] {
    std::vector<int64_t> ends;
    for (const std::string& bytes : stream.sink().messages()) {
      ReadResponse response;
      EXPECT_TRUE(response.ParseFromString(bytes));
      // Once the whole block is cached, the rest comes as bytes.
      int64_t before = ends.empty() ? 0 : ends.back();
      ends.push_back(response.has_file_part()
                         ? response.file_part().end()
                         : before + static_cast<int64_t>(response.chunk().data().size()));
    }
    return ends;
  };
  auto told = [&] { return ends().empty() ? 0 : ends().back(); };
  ASSERT_TRUE(Eventually([&] { return told() >= 16 << 20; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  // A message tells of all that is there by then, but none follows one that went so far.
  for (int64_t end : ends()) {
    if (end != told()) {
      EXPECT_LT(end, 16 << 20);
    }
  }
  EXPECT_TRUE(Eventually([&] { return stream.sink().finished() == (told() == 60 << 20); }));
  stream.Send(Acknowledgement(told()));
  ASSERT_TRUE(Eventually([&] {
    stream.Send(Acknowledgement(told()));
    return stream.sink().finished();
  }));
  EXPECT_EQ(told(), 60 << 20);
}

TEST(ReadInFileTest, WhatIsNotCachedComesAsBytes) {
  TestWorker worker;
  worker.ufs->Put("f", "0123456789");
  ReadRequest request = InFileReadOf(9, "/under/f", 10);
  request.mutable_open_ufs_block_options()->set_no_cache(true);
  TestStream not_kept(worker, "ReadBlock");
  not_kept.Send(request);
  ASSERT_TRUE(not_kept.sink().AwaitFinish().ok());
  EXPECT_EQ(Joined(not_kept.sink()), "0123456789");
  request = InFileReadOf(9, "/under/f", 10);
  request.set_offset(3);
  request.set_length(4);
  TestStream part(worker, "ReadBlock");
  part.Send(request);
  ASSERT_TRUE(part.sink().AwaitFinish().ok());
  EXPECT_EQ(Joined(part.sink()), "3456");
  // No room for it.
  const std::string content = Varied(kQuota + 1);
  worker.ufs->Put("big", content);
  TestStream big(worker, "ReadBlock");
  big.Send(InFileReadOf(10, "/under/big", content.size()));
  ASSERT_TRUE(Eventually([&] {
    size_t sent = big.sink().messages().size();
    if (sent > 0) big.Send(Acknowledgement(static_cast<int64_t>(sent) << 20));
    return big.sink().finished();
  }));
  EXPECT_TRUE(Joined(big.sink()) == content);
  EXPECT_TRUE(worker.TempFiles().empty());
}

TEST(ReadInFileTest, ACachedBlockComesAsBytes) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 9, "0123456789").ok());
  TestStream stream(worker, "ReadBlock");
  stream.Send(InFileReadOf(9, "/under/f", 10));
  ASSERT_TRUE(stream.sink().AwaitFinish().ok());
  EXPECT_EQ(Joined(stream.sink()), "0123456789");
}

TEST(ReadInFileTest, AFileThatIsGoneIsAnErrorThereToo) {
  TestWorker worker;
  TestStream stream(worker, "ReadBlock");
  stream.Send(InFileReadOf(9, "/under/none", 9 << 20));
  EXPECT_EQ(stream.sink().AwaitFinish().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace alluxio::worker
