#include "worker/service/block_worker_service.h"

#include <gtest/gtest.h>

#include <atomic>

#include "proto/grpc/block_worker.pb.h"
#include "tests/fixtures/memory_ufs.h"
#include "tests/fixtures/recording_sink.h"
#include "tests/fixtures/temp_folder.h"
#include "worker/service/read_block.h"

namespace alluxio::worker {
namespace {

using ::alluxio::grpc::block::ReadRequest;
using ::alluxio::grpc::block::ReadResponse;
using ::alluxio::grpc::block::WriteRequest;
using ::alluxio::grpc::block::WriteResponse;

constexpr MountId kMount = 1;
constexpr int64_t kQuota = 64 << 20;

class FakeMaster final : public stub::FileSystemMasterWorkerClient {
 public:
  FakeMaster() : FileSystemMasterWorkerClient(nullptr) {}
  Result<stub::UfsMountInfo> GetUfsInfo(MountId mount) override {
    if (mount != kMount) return NotFound("no such mount");
    return stub::UfsMountInfo{"/under", {}};
  }
};

class FakePublisher final : public BlockPublisher {
 public:
  explicit FakePublisher(BlockStore& store) : store_(store) {}
  Status Publish(const CommittedBlock& block) override {
    ++published;
    if (fail) {
      EXPECT_TRUE(store_.Remove(block.id).ok());
      return Unavailable("the master is away");
    }
    store_.Announce(block.id);
    return OkStatus();
  }
  std::atomic<int> published{0};
  std::atomic<bool> fail{false};

 private:
  BlockStore& store_;
};

// A worker without a transport.
struct TestWorker {
  TestWorker() {
    StoreOptions options;
    options.tiers = {{"MEM", {{folder.path(), kQuota, "MEM"}}}};
    store = BlockStore::Open(options, Disk::Real(), Rng::Real()).value();
    store->SetPinned({});
    publisher = std::make_unique<FakePublisher>(*store);
    mounts = std::make_unique<Mounts>(master, factory);
    cold = std::make_unique<ColdReads>(*mounts, *store, *publisher, ColdReadOptions(),
                                       OpenFilesOptions(), lanes);
    cacher = std::make_unique<BlockCacher>(BlockCacherOptions{2, 8}, *cold, *store, *publisher,
                                           nullptr);
    parts = std::make_unique<WorkerParts>(WorkerParts{*store, *publisher, *mounts, lanes, *cold,
                                                      *cacher, *executor, *executor, *executor});
    AddBlockWorkerService(*parts, &methods);
  }
  ~TestWorker() {
    lanes.Stop();
    executor->Stop();
  }

  std::vector<std::string> TempFiles() {
    std::vector<std::string> files;
    std::string temp = folder.path() + "/alluxioworker/.tmp_blocks";
    std::vector<std::string> folders = Disk::Real().List(temp).value();
    for (const std::string& sub : folders) {
      std::vector<std::string> names = Disk::Real().List(temp + "/" + sub).value();
      files.insert(files.end(), names.begin(), names.end());
    }
    return files;
  }
  int64_t Used() { return store->Usage().used_bytes["MEM"]; }

  TempFolder folder;
  std::shared_ptr<MemoryUfs> ufs = std::make_shared<MemoryUfs>("/under");
  MemoryUfsFactory factory{ufs};
  FakeMaster master;
  std::unique_ptr<Executor> executor = Executor::Create({"test", 3, 10000});
  std::unique_ptr<BlockStore> store;
  std::unique_ptr<FakePublisher> publisher;
  std::unique_ptr<Mounts> mounts;
  MountLanes lanes{{}};
  std::unique_ptr<ColdReads> cold;
  std::unique_ptr<BlockCacher> cacher;
  std::unique_ptr<WorkerParts> parts;
  rpc::MethodTable methods;
};

// One stream as the transport drives it.
class TestStream {
 public:
  TestStream(TestWorker& worker, const std::string& method, bool take = true)
      : sink_(std::make_shared<RecordingSink>(take)),
        handler_(worker.methods.Find("/alluxio.grpc.block.BlockWorker/" + method)->stream(sink_)) {}
  ~TestStream() { End(); }

  RecordingSink& sink() { return *sink_; }
  // Does not wait, as a client that does not listen.
  void Push(const std::string& bytes) {
    auto done = done_;
    {
      MutexLock lock(done->mutex);
      ++done->pending;
    }
    handler_->OnMessage(Bytes::FromString(bytes), [done] {
      MutexLock lock(done->mutex);
      --done->pending;
      done->changed.NotifyAll();
    });
  }
  void Settle() {
    MutexLock lock(done_->mutex);
    while (done_->pending > 0) done_->changed.Wait(done_->mutex);
  }
  void Send(const google::protobuf::MessageLite& message) {
    Push(message.SerializeAsString());
    Settle();
  }
  Status Close() {
    handler_->OnHalfClose();
    return sink_->AwaitFinish();
  }
  void End() {
    if (handler_ == nullptr) return;
    handler_->OnEnd(Cancelled("gone"));
    handler_.reset();
  }

 private:
  struct Done {
    Mutex mutex;
    CondVar changed;
    int pending GUARDED_BY(mutex) = 0;
  };
  std::shared_ptr<RecordingSink> sink_;
  std::unique_ptr<rpc::StreamHandler> handler_;
  std::shared_ptr<Done> done_ = std::make_shared<Done>();
};

WriteRequest OpenBlock(BlockId id, int64_t reserve = 0) {
  WriteRequest request;
  request.mutable_command()->set_type(grpc::block::ALLUXIO_BLOCK);
  request.mutable_command()->set_id(id);
  request.mutable_command()->set_space_to_reserve(reserve);
  return request;
}
WriteRequest OpenFile(const std::string& path) {
  WriteRequest request;
  request.mutable_command()->set_type(grpc::block::UFS_FILE);
  request.mutable_command()->set_id(-1);
  auto* options = request.mutable_command()->mutable_create_ufs_file_options();
  options->set_ufs_path(path);
  options->set_mount_id(kMount);
  options->set_mode(0640);
  return request;
}
WriteRequest Chunk(const std::string& data) {
  WriteRequest request;
  request.mutable_chunk()->set_data(data);
  return request;
}
WriteRequest Flush(int64_t offset) {
  WriteRequest request;
  request.mutable_command()->set_flush(true);
  request.mutable_command()->set_offset(offset);
  return request;
}
ReadRequest ReadOf(BlockId id, int64_t offset, int64_t length) {
  ReadRequest request;
  request.set_block_id(id);
  request.set_offset(offset);
  request.set_length(length);
  return request;
}
ReadRequest ColdReadOf(BlockId id, const std::string& path, int64_t size) {
  ReadRequest request = ReadOf(id, 0, size);
  auto* options = request.mutable_open_ufs_block_options();
  options->set_ufs_path(path);
  options->set_block_size(size);
  options->set_mountid(kMount);
  return request;
}
std::string Joined(RecordingSink& sink) {
  std::string all;
  for (const std::string& bytes : sink.messages()) {
    ReadResponse response;
    EXPECT_TRUE(response.ParseFromString(bytes));
    EXPECT_FALSE(response.chunk().data().empty());
    EXPECT_EQ(response.SerializeAsString(), bytes);  // What clients parse by hand.
    all += response.chunk().data();
  }
  return all;
}
Status WriteWhole(TestWorker& worker, BlockId id, const std::string& data) {
  TestStream stream(worker, "WriteBlock");
  stream.Send(OpenBlock(id));
  stream.Send(Chunk(data));
  return stream.Close();
}
template <typename Condition>
bool Eventually(Condition condition) {
  Mutex mutex;
  CondVar never;
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;  // without the lock: it takes others
    MutexLock lock(mutex);
    never.WaitFor(mutex, Millis(5));
  }
  return false;
}

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

// ---- Cold reads ----

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
  EXPECT_TRUE(worker.store->Has(9));
  EXPECT_EQ(worker.publisher->published, 1);
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
