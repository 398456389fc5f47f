#include "worker/service/block_worker_service.h"

#include <gtest/gtest.h>

#include <future>

#include "base/crc32c.h"
#include "tests/fixtures/test_worker.h"
#include "worker/service/read_block.h"

namespace alluxio::worker {
namespace {

using ::alluxio::grpc::block::Block;
using ::alluxio::grpc::block::LoadRequest;
using ::alluxio::grpc::block::LoadResponse;

// ---- ReadBlock ----

TEST(ReadBlockTest, ImpossibleRequestsAreInvalid) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 1, "abc").ok());
  for (const ReadRequest& request :
       {ReadOf(-1, 0, 1), ReadOf(1, -1, 1), ReadOf(1, 0, 0), ReadOf(1, 0, -7), ReadOf(1, 4, 1),
        ReadRequest()}) {
    TestStream stream(worker, "ReadBlock");
    stream.Send(request);
    EXPECT_EQ(stream.sink().AwaitFinish().code(), StatusCode::kInvalidArgument)
        << request.ShortDebugString();
  }
  TestStream garbage(worker, "ReadBlock");
  garbage.Push("\xff\xff garbage");
  EXPECT_EQ(garbage.sink().AwaitFinish().code(), StatusCode::kInvalidArgument);
}

TEST(ReadBlockTest, AbsentBlockIsNotFoundWhateverTheEmptyOptionsSay) {
  TestWorker worker;
  ReadRequest request = ReadOf(77, 0, 10);
  request.mutable_open_ufs_block_options();
  TestStream stream(worker, "ReadBlock");
  stream.Send(request);
  EXPECT_EQ(stream.sink().AwaitFinish().code(), StatusCode::kNotFound);
  request.mutable_open_ufs_block_options()->set_block_in_ufs_tier(true);
  TestStream tier(worker, "ReadBlock");
  tier.Send(request);
  EXPECT_EQ(tier.sink().AwaitFinish().code(), StatusCode::kNotFound);
}

TEST(ReadBlockTest, SendsTheRangeInChunksAndEndsWithOk) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 1, "0123456789").ok());
  ReadRequest request = ReadOf(1, 2, 7);
  request.set_chunk_size(3);
  TestStream stream(worker, "ReadBlock");
  stream.Send(request);
  request.set_offset_received(5);
  stream.Send(request);
  EXPECT_TRUE(stream.sink().AwaitFinish().ok());
  EXPECT_EQ(stream.sink().messages().size(), 3u);
  EXPECT_EQ(Joined(stream.sink()), "2345678");
}

TEST(ReadBlockTest, LengthBeyondTheBlockEndsAtItsEnd) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 1, "0123456789").ok());
  TestStream stream(worker, "ReadBlock");
  stream.Send(ReadOf(1, 8, INT64_MAX));
  EXPECT_TRUE(stream.sink().AwaitFinish().ok());
  EXPECT_EQ(Joined(stream.sink()), "89");
}

TEST(ReadBlockTest, SlowTransportHoldsTwoChunksAndHalfCloseEndsWithOk) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 1, std::string(100, 'x')).ok());
  ReadRequest request = ReadOf(1, 0, 100);
  request.set_chunk_size(1);
  TestStream stream(worker, "ReadBlock", /*take=*/false);
  stream.Send(request);
  stream.sink().AwaitMessage(1);
  EXPECT_EQ(stream.sink().messages().size(), 2u);
  EXPECT_TRUE(stream.Close().ok());
  stream.sink().Deliver(true);
  EXPECT_EQ(stream.sink().messages().size(), 2u);
  stream.End();
  ASSERT_TRUE(worker.store->Remove(1).ok());
  EXPECT_TRUE(Eventually([&] { return worker.Used() == 0; }));  // The lease is gone.
}

TEST(ReadBlockTest, BrokenStreamGivesTheBlockBack) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 1, std::string(100, 'x')).ok());
  ReadRequest request = ReadOf(1, 0, 100);
  request.set_chunk_size(1);
  TestStream stream(worker, "ReadBlock", /*take=*/false);
  stream.Send(request);
  stream.sink().AwaitMessage(0);
  ASSERT_TRUE(worker.store->Remove(1).ok());
  EXPECT_EQ(worker.Used(), 100);
  stream.sink().Deliver(false);
  stream.End();
  EXPECT_TRUE(Eventually([&] { return worker.Used() == 0; }));
}

TEST(ReadBlockTest, PrefixIsWhatClientsParseByHand) {
  for (size_t size : {size_t{1}, size_t{127}, size_t{128}, size_t{1} << 20, size_t{2} << 20}) {
    ReadResponse response;
    response.mutable_chunk()->set_data(std::string(size, 'z'));
    EXPECT_EQ(ReadResponsePrefix(size) + std::string(size, 'z'), response.SerializeAsString());
  }
}

// ---- Load ----

TEST(LoadBandwidthTest, TheRateHoldsOverTimeForEachJob) {
  LoadBandwidth bandwidth;
  Duration now = std::chrono::hours(1);
  EXPECT_EQ(bandwidth.Reserve("a", 100, 200, now), Duration::zero());
  EXPECT_EQ(bandwidth.Reserve("a", 100, 50, now), std::chrono::seconds(2));
  EXPECT_EQ(bandwidth.Reserve("b", 100, 50, now), Duration::zero());
  EXPECT_EQ(bandwidth.Reserve("a", 100, 50, now + std::chrono::seconds(1)),
            std::chrono::milliseconds(1500));
  EXPECT_EQ(bandwidth.Reserve("a", 100, 50, now + std::chrono::hours(1)), Duration::zero());
}

Result<LoadResponse> LoadNow(TestWorker& worker, const LoadRequest& request) {
  std::promise<Result<LoadResponse>> answer;
  worker.loads->Load(request, [&answer](Result<LoadResponse> response) {
    answer.set_value(std::move(response));
  });
  return answer.get_future().get();
}

class LoadTest : public ::testing::TestWithParam<int64_t> {};

// With and without a bandwidth.
TEST_P(LoadTest, EachBlockIsLoadedOrSaysWhyNot) {
  TestWorker worker;
  worker.ufs->Put("f", std::string(30, 'x'));
  LoadRequest request;
  for (int i = 0; i < 4; ++i) {
    Block* block = request.add_blocks();
    block->set_block_id(10 + i);
    block->set_length(10);
    block->set_ufs_path(i < 3 ? "/under/f" : "/under/missing");
    block->set_offset_in_file(i < 3 ? 10 * i : 0);
    block->set_mountid(kMount);
  }
  request.mutable_options()->set_tag("job");
  request.mutable_options()->set_position_short(false);
  if (GetParam() > 0) request.mutable_options()->set_bandwidth(GetParam());
  Result<LoadResponse> response = LoadNow(worker, request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status(), alluxio::grpc::block::PARTIAL_FAILURE);
  ASSERT_EQ(response->block_status_size(), 1);
  EXPECT_EQ(response->block_status(0).block().block_id(), 13);
  EXPECT_EQ(response->block_status(0).code(), static_cast<int>(StatusCode::kNotFound));
  EXPECT_FALSE(response->block_status(0).retryable());
  for (BlockId id : {10, 11, 12}) EXPECT_TRUE(worker.store->Has(id)) << id;
  // Once more: they are there already.
  request.mutable_blocks()->RemoveLast();
  response = LoadNow(worker, request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status(), alluxio::grpc::block::SUCCESS);
  EXPECT_EQ(worker.publisher->published, 3);
  worker.loads->Stop();
  response = LoadNow(worker, request);  // an error, or one for each block
  if (response.ok()) {
    EXPECT_EQ(response->status(), alluxio::grpc::block::FAILURE);
  }
}
INSTANTIATE_TEST_SUITE_P(Bandwidths, LoadTest, ::testing::Values(0, int64_t{1} << 30));

// ---- WriteBlock ----

TEST(WriteBlockTest, NonsenseIsRefusedAndLeavesNothing) {
  TestWorker worker;
  struct Case {
    std::vector<WriteRequest> messages;
    StatusCode code;
  };
  WriteRequest fallback = OpenBlock(1);
  fallback.mutable_command()->set_type(grpc::block::UFS_FALLBACK_BLOCK);
  std::vector<Case> cases = {
      {{Chunk("early")}, StatusCode::kInvalidArgument},
      {{WriteRequest()}, StatusCode::kInvalidArgument},
      {{OpenBlock(-1)}, StatusCode::kInvalidArgument},
      {{OpenBlock(1, -1)}, StatusCode::kInvalidArgument},
      {{OpenBlock(1, kQuota + 1)}, StatusCode::kResourceExhausted},
      {{fallback}, StatusCode::kFailedPrecondition},
      {{OpenBlock(1), OpenBlock(1)}, StatusCode::kInvalidArgument},
      {{OpenFile("/elsewhere/f")}, StatusCode::kPermissionDenied},
      {{OpenFile("")}, StatusCode::kInvalidArgument},
  };
  for (const Case& one : cases) {
    TestStream stream(worker, "WriteBlock");
    for (const WriteRequest& message : one.messages) stream.Send(message);
    EXPECT_EQ(stream.sink().AwaitFinish().code(), one.code)
        << one.messages[0].ShortDebugString();
  }
  EXPECT_TRUE(Eventually([&] { return worker.Used() == 0; }));
  EXPECT_TRUE(Eventually([&] { return worker.TempFiles().empty(); }));
  TestStream nothing(worker, "WriteBlock");
  EXPECT_EQ(nothing.Close().code(), StatusCode::kInvalidArgument);
}

TEST(WriteBlockTest, CommitsAtHalfCloseAfterTheMasterKnows) {
  TestWorker worker;
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(3, 10));
  stream.Send(Chunk("hello "));
  EXPECT_TRUE(stream.sink().messages().empty());
  EXPECT_FALSE(worker.store->Has(3));
  stream.Send(Flush(6));
  WriteResponse response;
  ASSERT_TRUE(response.ParseFromString(stream.sink().AwaitMessage(0)));
  EXPECT_EQ(response.offset(), 6);
  stream.Send(Chunk("world"));
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(worker.publisher->published, 1);
  EXPECT_EQ(worker.store->Lease(3).value()->Map()->view(), "hello world");
}

TEST(WriteBlockTest, WrongOffsetsAreToldInJavasWords) {
  TestWorker worker;
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(3));
  stream.Send(Chunk("abc"));
  stream.Send(Flush(5));
  Status status = stream.sink().AwaitFinish();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "Offsets do not match [received: 5, expected: 3].");
}

TEST(WriteBlockTest, ExistingBlocksAreNotWrittenAgain) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 3, "first").ok());
  TestStream again(worker, "WriteBlock");
  again.Send(OpenBlock(3));
  EXPECT_EQ(again.sink().AwaitFinish().code(), StatusCode::kAlreadyExists);
}

TEST(WriteBlockTest, BlockTheMasterDoesNotTakeIsGone) {
  TestWorker worker;
  worker.publisher->fail = true;
  EXPECT_EQ(WriteWhole(worker, 3, "lost").code(), StatusCode::kUnavailable);
  EXPECT_FALSE(worker.store->Has(3));
  EXPECT_EQ(worker.Used(), 0);
}

TEST(WriteBlockTest, CancelledAtAnyPointLeavesNothing) {
  const uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  TestWorker worker;
  for (int round = 0; round < 200; ++round) {
    TestStream stream(worker, "WriteBlock");
    stream.Push(OpenBlock(round).SerializeAsString());
    for (uint64_t chunks = rng->Below(4); chunks > 0; --chunks) {
      stream.Push(Chunk(std::string(rng->Below(5000) + 1, 'd')).SerializeAsString());
    }
    if (rng->Below(2) == 0) stream.Settle();
    stream.End();
  }
  // The space is given back a moment before the file goes.
  EXPECT_TRUE(Eventually([&] { return worker.Used() == 0 && worker.TempFiles().empty(); }));
  EXPECT_EQ(worker.store->Usage().block_count, 0u);
}

TEST(WriteBlockTest, ThousandsOfIdleStreamsNeedNoThreadAndNoDescriptor) {
  TestWorker worker;
  std::vector<std::unique_ptr<TestStream>> streams;
  for (int i = 0; i < 1500; ++i) {
    streams.push_back(std::make_unique<TestStream>(worker, "WriteBlock"));
    streams.back()->Push(OpenBlock(i).SerializeAsString());
    streams.back()->Push(Chunk("x").SerializeAsString());
    streams.back()->Push(Flush(1).SerializeAsString());
    if (i % 100 == 0) streams.back()->Settle();
  }
  for (auto& stream : streams) {
    stream->Settle();
    ASSERT_FALSE(stream->sink().finished());
    ASSERT_EQ(stream->sink().messages().size(), 1u);
  }
  for (auto& stream : streams) ASSERT_TRUE(stream->Close().ok());
  EXPECT_EQ(worker.store->Usage().block_count, 1500u);
}

TEST(WriteBlockTest, FilesOfTheUnderStoreAppearAtHalfCloseOnly) {
  TestWorker worker;
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenFile("/under/a/b"));
  stream.Send(Chunk("through"));
  stream.Send(Flush(7));
  EXPECT_EQ(worker.ufs->file_count(), 0u);
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(worker.ufs->Get("a/b"), "through");
  TestStream empty(worker, "WriteBlock");
  empty.Send(OpenFile("/under/empty"));
  EXPECT_TRUE(empty.Close().ok());
  EXPECT_EQ(worker.ufs->Get("empty"), "");
  {
    TestStream cancelled(worker, "WriteBlock");
    cancelled.Send(OpenFile("/under/no"));
    cancelled.Send(Chunk("half"));
  }
  EXPECT_EQ(worker.ufs->file_count(), 2u);
}

// ---- Short circuit ----

TEST(LocalBlockTest, OpenHoldsTheFileUntilTheStreamEnds) {
  TestWorker worker;
  grpc::block::OpenLocalBlockRequest request;
  request.set_block_id(4);
  TestStream absent(worker, "OpenLocalBlock");
  absent.Send(request);
  EXPECT_EQ(absent.sink().AwaitFinish().code(), StatusCode::kNotFound);
  ASSERT_TRUE(WriteWhole(worker, 4, "local").ok());
  TestStream stream(worker, "OpenLocalBlock");
  stream.Send(request);
  grpc::block::OpenLocalBlockResponse response;
  ASSERT_TRUE(response.ParseFromString(stream.sink().AwaitMessage(0)));
  ASSERT_TRUE(worker.store->Remove(4).ok());
  EXPECT_EQ(Disk::Real().Stat(response.path())->length, 5);
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_FALSE(Disk::Real().Stat(response.path()).ok());
}

TEST(LocalBlockTest, SecondOpenOnOneStreamIsAnError) {
  TestWorker worker;
  ASSERT_TRUE(WriteWhole(worker, 4, "local").ok());
  grpc::block::OpenLocalBlockRequest request;
  request.set_block_id(4);
  TestStream stream(worker, "OpenLocalBlock");
  stream.Send(request);
  stream.Send(request);
  EXPECT_EQ(stream.sink().AwaitFinish().code(), StatusCode::kFailedPrecondition);
}

TEST(LocalBlockTest, CreateReserveCommit) {
  TestWorker worker;
  grpc::block::CreateLocalBlockRequest request;
  request.set_block_id(6);
  request.set_space_to_reserve(4);
  TestStream stream(worker, "CreateLocalBlock");
  stream.Send(request);
  grpc::block::CreateLocalBlockResponse response;
  ASSERT_TRUE(response.ParseFromString(stream.sink().AwaitMessage(0)));
  EXPECT_EQ(Disk::Real().Stat(response.path())->mode, 0777u);
  auto file = Disk::Real().OpenForWrite(response.path(), WriteMode::kAppend).value();
  ASSERT_TRUE(file->Append("by the client").ok());
  request.set_only_reserve_space(true);
  request.set_space_to_reserve(20);
  stream.Send(request);
  EXPECT_EQ(stream.sink().AwaitMessage(1), "");
  EXPECT_EQ(worker.Used(), 24);
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(worker.Used(), 13);
  EXPECT_EQ(worker.store->Lease(6).value()->Map()->view(), "by the client");
}

// ---- Files of blocks that are gone ----

constexpr BlockId kLater = (BlockId{5} << kSequenceBits) + 1;  // behind a full one of its file
constexpr int64_t kOldBytes = 2 << 20;

// A worker that keeps the file of a block full of O.
struct WorkerWithOldFile : TestWorker {
  WorkerWithOldFile() {
    EXPECT_TRUE(WriteWhole(*this, 1, std::string(kOldBytes, 'O')).ok());
    EXPECT_TRUE(store->Remove(1).ok());
    EXPECT_EQ(Kept(), kOldBytes);
  }
  int64_t Kept() { return store->Dirs().at(0).recycled_bytes; }
};

grpc::block::CreateLocalBlockRequest Sealing(BlockId id) {
  grpc::block::CreateLocalBlockRequest request;
  request.set_block_id(id);
  request.set_space_to_reserve(kOldBytes);
  request.set_seals(true);
  return request;
}

grpc::block::CreateLocalBlockRequest SealOf(BlockId id, const std::string& text) {
  grpc::block::CreateLocalBlockRequest request;
  request.set_block_id(id);
  request.mutable_sealed()->set_length(static_cast<int64_t>(text.size()));
  request.mutable_sealed()->set_crc32c(ExtendCrc32c(0, text));
  return request;
}

void Overwrite(const std::string& path, const std::string& text) {
  auto file = Disk::Real().OpenForWrite(path, WriteMode::kOverwrite);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE((*file)->Append(text).ok());
  EXPECT_TRUE((*file)->Close().ok());
}

TEST(ReusedFileTest, AClientThatSealsOverwritesIt) {
  WorkerWithOldFile worker;
  TestStream stream(worker, "CreateLocalBlock");
  stream.Send(Sealing(kLater));
  grpc::block::CreateLocalBlockResponse response;
  ASSERT_TRUE(response.ParseFromString(stream.sink().AwaitMessage(0)));
  EXPECT_EQ(response.reused_bytes(), kOldBytes);
  EXPECT_EQ(worker.Kept(), 0);
  Overwrite(response.path(), "new");
  stream.Send(SealOf(kLater, "new"));
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(worker.store->Lease(kLater).value()->Map()->view(), "new");
  EXPECT_EQ(worker.Used(), 3);
}

TEST(ReusedFileTest, OneThatDoesNotSealGetsNothingCommitted) {
  WorkerWithOldFile worker;
  {
    TestStream stream(worker, "CreateLocalBlock");
    stream.Send(Sealing(kLater));
    EXPECT_EQ(stream.Close().code(), StatusCode::kFailedPrecondition);
  }
  EXPECT_FALSE(worker.store->Has(kLater));
  EXPECT_TRUE(Eventually([&] { return worker.TempFiles().empty(); }));
  EXPECT_EQ(worker.Used(), 0);
}

TEST(ReusedFileTest, SealsThatAreWrongEndTheStream) {
  WorkerWithOldFile worker;
  auto negative = SealOf(kLater, "new");
  negative.mutable_sealed()->set_length(-1);
  auto without_sum = SealOf(kLater, "new");
  without_sum.mutable_sealed()->clear_crc32c();
  for (const auto& seal : {SealOf(kLater, "other"), negative, without_sum}) {
    TestStream stream(worker, "CreateLocalBlock");
    stream.Send(Sealing(kLater));
    stream.Send(seal);
    EXPECT_FALSE(stream.sink().AwaitFinish().ok());
  }
  TestStream first(worker, "CreateLocalBlock");
  first.Send(SealOf(kLater, "new"));
  EXPECT_EQ(first.sink().AwaitFinish().code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(worker.store->Has(kLater));
}

TEST(ReusedFileTest, StockClientsAndFirstBlocksGetAnEmptyFile) {
  WorkerWithOldFile worker;
  auto stock = Sealing(kLater);
  stock.clear_seals();
  for (const auto& request : {stock, Sealing(kLater - 1)}) {
    TestStream stream(worker, "CreateLocalBlock");
    stream.Send(request);
    grpc::block::CreateLocalBlockResponse response;
    ASSERT_TRUE(response.ParseFromString(stream.sink().AwaitMessage(0)));
    EXPECT_EQ(response.has_reused_bytes(), request.seals());
    EXPECT_EQ(response.reused_bytes(), 0);
    EXPECT_EQ(Disk::Real().Stat(response.path())->length, 0);
  }
  EXPECT_EQ(worker.Kept(), kOldBytes);
}

TEST(ReusedFileTest, AStreamThatEndsEarlyCommitsWhatItSent) {
  WorkerWithOldFile worker;
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(kLater, kOldBytes));
  EXPECT_EQ(worker.Kept(), 0);
  stream.Send(Chunk("short"));
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(worker.store->Lease(kLater).value()->Map()->view(), "short");
}

// The old file takes these where they come from the transport, without another thread.
TEST(ReusedFileTest, ChunksFillTheFileAndGoOnBehindItsEnd) {
  WorkerWithOldFile worker;
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(kLater, kOldBytes));
  std::string whole;
  for (char letter : {'a', 'b', 'c'}) {
    const std::string part(static_cast<size_t>(kOldBytes) / 2 - 1, letter);
    stream.Send(Chunk(part));
    whole += part;
  }
  stream.Send(Chunk("end"));
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(worker.store->Lease(kLater).value()->Map()->view(), whole + "end");
  EXPECT_EQ(worker.Used(), static_cast<int64_t>(whole.size()) + 3);
}

TEST(ReusedFileTest, AChunkBeyondTheSpaceEndsTheStreamAndLeavesNothing) {
  WorkerWithOldFile worker;
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(kLater, kOldBytes));
  stream.Send(Chunk("begins"));
  stream.Send(Chunk(std::string(static_cast<size_t>(kQuota), 'x')));
  EXPECT_EQ(stream.sink().AwaitFinish().code(), StatusCode::kResourceExhausted);
  stream.Send(Chunk("late"));  // nobody looks at it
  stream.End();
  EXPECT_TRUE(Eventually([&] { return worker.Used() == 0 && worker.TempFiles().empty(); }));
  EXPECT_FALSE(worker.store->Has(kLater));
}

TEST(ReusedFileTest, AStreamThatIsCutLeavesNothingOfEitherBlock) {
  WorkerWithOldFile worker;
  {
    TestStream stream(worker, "WriteBlock");
    stream.Send(OpenBlock(kLater, kOldBytes));
    stream.Send(Chunk(std::string(1000, 'n')));
    stream.End();
  }
  EXPECT_TRUE(Eventually([&] { return worker.Used() == 0 && worker.TempFiles().empty(); }));
  EXPECT_FALSE(worker.store->Has(kLater));
  EXPECT_EQ(worker.Kept(), 0);
}

TEST(ReusedFileTest, TheSumIsOfWhatWasSentAndFindsWhatChangesLater) {
  WorkerWithOldFile worker;
  const std::string sent = std::string(300'000, 's') + std::string(300'000, 't');
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(kLater, kOldBytes));
  stream.Send(Chunk(sent.substr(0, 400'000)));
  stream.Send(Chunk(sent.substr(400'000)));
  EXPECT_TRUE(stream.Close().ok());
  // Another start does not know the block yet and reads it against its sum.
  StoreOptions options;
  options.tiers = {{"MEM", {{worker.folder.path(), kQuota, "MEM"}}}};
  auto started = BlockStore::Open(options, Disk::Real(), Rng::Real()).value();
  ASSERT_TRUE(started->Lease(kLater).ok());
  EXPECT_EQ(started->Lease(kLater).value()->Map()->view(), sent);
  Overwrite(worker.folder.path() + "/alluxioworker/" + std::to_string(kLater), "flipped");
  started = BlockStore::Open(options, Disk::Real(), Rng::Real()).value();
  EXPECT_FALSE(started->Lease(kLater).ok());
}

TEST(WriteBlockTest, AChunkThatIsWrittenInAnotherWayIsTheSame) {
  TestWorker worker;
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(3, 10));
  stream.Push(std::string("\x12\x05\x0a\x03"
                          "abc", 7));
  stream.Push(std::string("\x12\x86\x00\x0a\x83\x00"
                          "def", 9));  // lengths with needless bytes
  stream.Push(std::string("\x12\x07\x50\x01\x0a\x03"
                          "ghi", 9));  // a field that nobody knows comes first
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(worker.store->Lease(3).value()->Map()->view(), "abcdefghi");
}

TEST(LocalBlockTest, ReservationBeyondTheSpaceAborts) {
  TestWorker worker;
  grpc::block::CreateLocalBlockRequest request;
  request.set_block_id(6);
  {
    TestStream stream(worker, "CreateLocalBlock");
    stream.Send(request);
    request.set_only_reserve_space(true);
    request.set_space_to_reserve(kQuota + 1);
    stream.Send(request);
    EXPECT_EQ(stream.sink().AwaitFinish().code(), StatusCode::kResourceExhausted);
  }
  EXPECT_TRUE(Eventually([&] { return worker.TempFiles().empty(); }));
  EXPECT_EQ(worker.Used(), 0);
  TestStream reserve_first(worker, "CreateLocalBlock");
  reserve_first.Send(request);
  EXPECT_EQ(reserve_first.sink().AwaitFinish().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace alluxio::worker
