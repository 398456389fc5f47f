#include "worker/fetch/cold_reads.h"

#include <gtest/gtest.h>

#include <iostream>
#include <latch>
#include <memory>
#include <thread>

#include "env/rng.h"
#include "tests/fixtures/fake_master.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::worker {
namespace {

constexpr int64_t kKiB = 1024;
constexpr int64_t kBlock = 64 * kKiB;  // 16 pieces of 4 KiB, the first of 1 KiB

std::string Text(size_t size, unsigned seed) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 31 + i / 251 + seed) % 256);
  return text;
}

// Holds GETs back until it is opened.
class Gate {
 public:
  void Open() {
    MutexLock lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  void Pass() {
    MutexLock lock(mutex_);
    ++waiting_;
    changed_.NotifyAll();
    while (!open_) changed_.Wait(mutex_);
  }
  void AwaitWaiting(int count) {
    MutexLock lock(mutex_);
    while (waiting_ < count) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool open_ GUARDED_BY(mutex_) = false;
  int waiting_ GUARDED_BY(mutex_) = 0;
};

// With fresh block files, and with files of blocks that are gone.
class ColdReadsTest : public ::testing::TestWithParam<bool> {
 protected:
  ColdReadsTest() {
    if (GetParam()) Recycle();
    Build({});
  }
  void Recycle() {
    for (BlockId id = 1000; id < 1004; ++id) {
      Result<std::unique_ptr<TempBlock>> block = store_->Create(id, {.reserve_bytes = kBlock});
      ASSERT_TRUE(block.ok()) << block.status();
      ASSERT_TRUE((*block)->Append(Text(kBlock, 77)).ok());
      ASSERT_TRUE((*block)->Commit().ok());
    }
    EXPECT_EQ(store_->RemoveAll(), 4U);
    EXPECT_EQ(store_->Dirs().at(0).recycled_bytes, 4 * kBlock);
  }
  ~ColdReadsTest() override { StopReads(); }
  void Build(const MemoryObjectUfs::Options& options, int64_t buffer_bytes = 1 << 20) {
    StopReads();
    cold_.reset();
    mounts_.reset();
    ufs_ = std::make_shared<MemoryObjectUfs>("/under", options);
    factory_ = std::make_unique<MemoryObjectFactory>(ufs_);
    mounts_ = std::make_unique<Mounts>(master_, *factory_);
    ColdReadOptions reads;
    reads.first_piece_bytes = kKiB;
    reads.piece_bytes = 4 * kKiB;
    reads.ahead_bytes = 16 * kKiB;
    reads.buffer_bytes = buffer_bytes;
    lanes_ = std::make_unique<MountLanes>(MountLaneOptions{.threads = 8, .per_mount = per_mount_});
    cold_ = std::make_unique<ColdReads>(*mounts_, *store_, publisher_, reads,
                                        OpenFilesOptions(), *lanes_);
  }
  stub::UfsBlock BlockOf(const std::string& name, int64_t size, bool no_cache = false) {
    stub::UfsBlock block;
    block.ufs_path = "/under/" + name;
    block.block_size = size;
    block.mount_id = kMount;
    block.no_cache = no_cache;
    return block;
  }
  std::unique_ptr<ColdRead> Open(const stub::UfsBlock& block, int64_t offset, int64_t length) {
    Result<std::unique_ptr<ColdRead>> read = cold_->Open(1, block, offset, length);
    EXPECT_TRUE(read.ok()) << read.status();
    return *std::move(read);
  }
  void AwaitCached() { EXPECT_TRUE(cold_->Fill(1, BlockOf("f", kBlock)).ok()); }
  // All that the mount's lane had to do is done: it runs nothing but these.
  void AwaitIdleLane() {
    // Shared with the work, which may come back from it last.
    auto all = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(per_mount_) + 1);
    for (size_t i = 0; i < per_mount_; ++i) {
      Status taken =
          lanes_->Submit(kMount, Urgency::kBackground, [all] { all->arrive_and_wait(); });
      ASSERT_TRUE(taken.ok()) << taken;
    }
    all->arrive_and_wait();
  }
  void StopReads() {
    if (lanes_ == nullptr) return;
    lanes_->Stop();
    cold_->Stop();
  }
  void ExpectNothingKept() {
    StopReads();
    EXPECT_FALSE(store_->Has(1));
    EXPECT_EQ(store_->Usage().used_bytes["MEM"], 0);
  }

  size_t per_mount_ = 4;
  TempFolder folder_;
  std::unique_ptr<BlockStore> store_ = OpenStore(folder_.path(), 1 << 20);
  FakePublisher publisher_{*store_};
  FakeMaster master_;
  std::shared_ptr<MemoryObjectUfs> ufs_;
  std::unique_ptr<MemoryObjectFactory> factory_;
  std::unique_ptr<Mounts> mounts_;
  std::unique_ptr<MountLanes> lanes_;
  std::unique_ptr<ColdReads> cold_;
};

TEST_P(ColdReadsTest, ImpossibleNumbersAreRefused) {
  stub::UfsBlock block = BlockOf("f", -1);
  EXPECT_TRUE(cold_->Open(1, block, 0, 1).status().Is(StatusCode::kInvalidArgument));
  block = BlockOf("f", 10);
  block.offset_in_file = std::numeric_limits<int64_t>::max() - 3;
  EXPECT_TRUE(cold_->Open(1, block, 0, 1).status().Is(StatusCode::kInvalidArgument));
  EXPECT_TRUE(cold_->Fill(1, block).Is(StatusCode::kInvalidArgument));
}

TEST_P(ColdReadsTest, ReadersOfOneBlockAreLimitedOnRequest) {
  ufs_->PutObject("f", "0123456789");
  stub::UfsBlock block = BlockOf("f", 10);
  block.max_readers = 1;
  std::unique_ptr<ColdRead> first = Open(block, 0, 10);
  EXPECT_TRUE(cold_->Open(1, block, 0, 10).status().Is(StatusCode::kUnavailable));
  first.reset();
  EXPECT_TRUE(cold_->Open(1, block, 0, 10).ok());
}

TEST_P(ColdReadsTest, ReadersOfOneColdBlockCauseOneFetch) {
  std::string text = Text(kBlock, 1);
  ufs_->PutObject("f", text);
  Gate gate;
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    if (request == ObjectRequest::kGet) gate.Pass();
    return ObjectFate();
  });
  std::atomic<int> right = 0;
  std::vector<std::unique_ptr<ColdRead>> reads;
  for (int i = 0; i < 8; ++i) reads.push_back(Open(BlockOf("f", kBlock), 0, kBlock));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      if (ReadRange(*reads[i], 0, kBlock, 777 + i).value() == text) ++right;
    });
  }
  gate.AwaitWaiting(3);
  gate.Open();
  for (std::thread& thread : threads) thread.join();
  reads.clear();
  EXPECT_EQ(right, 8);
  AwaitCached();
  EXPECT_EQ(store_->Lease(1).value()->Map()->view(), text);
  EXPECT_EQ(ufs_->bytes_got(), kBlock) << "every byte was asked for once";
  EXPECT_GE(ufs_->most_gets_at_once(), 3) << "in parallel";
  EXPECT_LE(ufs_->most_gets_at_once(), 4) << "no more than the mount may";
}

TEST_P(ColdReadsTest, ASmallFileIsOneRequest) {
  ufs_->PutObject("f", "small");
  EXPECT_EQ(ReadRange(*Open(BlockOf("f", 5), 0, 5), 0, 5, 100).value(), "small");
  EXPECT_TRUE(cold_->Fill(1, BlockOf("f", 5)).ok());
  EXPECT_EQ(ufs_->Count(ObjectRequest::kGet), 1);
  EXPECT_EQ(ufs_->Count(ObjectRequest::kHead), 0);
}

TEST_P(ColdReadsTest, TheLastSmallBlockOfALongFileIsReadToo) {
  ufs_->PutObject("f", "first and second");
  stub::UfsBlock block = BlockOf("f", 5);  // Not the whole file, so the first guess is wrong.
  EXPECT_EQ(ReadRange(*Open(block, 0, 5), 0, 5, 100).value(), "first");
  block.offset_in_file = 10;
  block.block_size = 6;
  Result<std::unique_ptr<ColdRead>> read = cold_->Open(2, block, 0, 6);
  EXPECT_EQ(ReadRange(**read, 0, 6, 2).value(), "second");
}

TEST_P(ColdReadsTest, BlocksOfOneFileAreReadFromOneVersionWithOneLook) {
  std::string text = Text(2 * kBlock, 15);
  ufs_->PutObject("f", text);
  stub::UfsBlock second = BlockOf("f", kBlock);
  second.offset_in_file = kBlock;
  const BlockId first_id = MakeId(5, 0);
  auto read = cold_->Open(first_id, BlockOf("f", kBlock), 0, kBlock).value();
  EXPECT_EQ(ReadRange(*read, 0, kBlock, 4000).value(), text.substr(0, kBlock));
  ASSERT_TRUE(cold_->Fill(first_id, BlockOf("f", kBlock)).ok());
  read = cold_->Open(MakeId(5, 1), second, 0, 100).value();
  EXPECT_EQ(ReadRange(*read, 0, 100, 100).value(), text.substr(kBlock, 100));
  ufs_->PutObject("f", Text(2 * kBlock, 16));
  read = cold_->Open(MakeId(5, 2), second, 2000, 100).value();
  EXPECT_TRUE(ReadNow(*read, 2000, 100).status().Is(StatusCode::kOutOfRange));
  read = cold_->Open(MakeId(6, 1), second, 2000, 100).value();
  EXPECT_EQ(ReadNow(*read, 2000, 100)->view(), Text(2 * kBlock, 16).substr(kBlock + 2000, 100));
}

TEST_P(ColdReadsTest, AReaderGetsBytesWhileTheRestIsOnItsWay) {
  per_mount_ = 1;  // so that GETs come in order
  Build({});
  std::string text = Text(kBlock, 2);
  ufs_->PutObject("f", text);
  Gate gate;
  std::atomic<int> gets = 0;
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    if (request == ObjectRequest::kGet && gets++ > 0) gate.Pass();
    return ObjectFate();
  });
  std::unique_ptr<ColdRead> read = Open(BlockOf("f", kBlock), 0, kBlock);
  EXPECT_EQ(ReadNow(*read, 0, 500)->view(), text.substr(0, 500));
  std::unique_ptr<ColdRead> late = Open(BlockOf("f", kBlock), 0, kBlock);
  EXPECT_EQ(ReadNow(*late, 0, 100)->view(), text.substr(0, 100));
  gate.Open();
  EXPECT_EQ(ReadRange(*late, 100, kBlock, 4000).value(), text.substr(100));
}

TEST_P(ColdReadsTest, ARangedReadWaitsForItsOwnRangeOnly) {
  std::string text = Text(kBlock, 3);
  ufs_->PutObject("f", text);
  std::unique_ptr<ColdRead> read = Open(BlockOf("f", kBlock), 30'000, 700);
  EXPECT_EQ(ReadRange(*read, 30'000, 700, 1000).value(), text.substr(30'000, 700));
  EXPECT_EQ(ufs_->bytes_got(), 700);
  read.reset();
  ExpectNothingKept();
}

TEST_P(ColdReadsTest, OneReaderLeavingDoesNotStopTheOthers) {
  std::string text = Text(kBlock, 4);
  ufs_->PutObject("f", text);
  std::unique_ptr<ColdRead> first = Open(BlockOf("f", kBlock), 0, kBlock);
  std::unique_ptr<ColdRead> second = Open(BlockOf("f", kBlock), 0, kBlock);
  EXPECT_TRUE(ReadNow(*first, 0, 10).ok());
  first.reset();
  EXPECT_EQ(ReadRange(*second, 0, kBlock, 5000).value(), text);
  second.reset();
  AwaitCached();
  EXPECT_EQ(ufs_->bytes_got(), kBlock);
}

TEST_P(ColdReadsTest, TheLastReaderLeavingEndsTheFetchUnlessCachingIsAskedFor) {
  ufs_->PutObject("f", Text(kBlock, 5));
  std::unique_ptr<ColdRead> read = Open(BlockOf("f", kBlock), 0, kBlock);
  EXPECT_TRUE(ReadNow(*read, 0, 10).ok());
  read.reset();
  StopReads();
  EXPECT_LT(ufs_->bytes_got(), kBlock);
  ExpectNothingKept();
  Build({});
  ufs_->PutObject("f", Text(kBlock, 5));
  Gate gate;
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    if (request == ObjectRequest::kGet) gate.Pass();
    return ObjectFate();
  });
  read = Open(BlockOf("f", kBlock), 0, kBlock);
  std::promise<void> asked;
  read->Read(0, 10, [](Result<Bytes>) {});
  gate.AwaitWaiting(1);
  std::thread keeper([&] { AwaitCached(); });
  read.reset();
  gate.Open();
  keeper.join();
  EXPECT_TRUE(store_->Has(1));
}

TEST_P(ColdReadsTest, NothingIsCachedForNoCacheReadersButTheyShareToo) {
  std::string text = Text(kBlock, 6);
  ufs_->PutObject("f", text);
  std::unique_ptr<ColdRead> read = Open(BlockOf("f", kBlock, true), 0, kBlock);
  std::unique_ptr<ColdRead> same = Open(BlockOf("f", kBlock, true), 0, kBlock);
  for (int64_t at = 0; at < kBlock; at += 512) {
    EXPECT_EQ(ReadRange(*read, at, 512, 512).value(), text.substr(at, 512));
    EXPECT_EQ(ReadRange(*same, at, 512, 512).value(), text.substr(at, 512));
  }
  EXPECT_EQ(ufs_->bytes_got(), kBlock);
  read.reset();
  same.reset();
  ExpectNothingKept();
}

TEST_P(ColdReadsTest, AReaderOnThisHostTakesTheFileThatIsFilled) {
  per_mount_ = 1;  // so that GETs come in order
  Build({});
  std::string text = Text(kBlock, 7);
  ufs_->PutObject("f", text);
  Gate gate;
  std::atomic<int> gets = 0;
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    if (request == ObjectRequest::kGet && gets++ > 0) gate.Pass();
    return ObjectFate();
  });
  std::unique_ptr<ColdRead> read = Open(BlockOf("f", kBlock), 0, kBlock);
  EXPECT_EQ(ReadFileNow(*read, 0, kBlock)->view(), text.substr(0, kKiB)) << "the first piece";
  std::unique_ptr<ColdRead> other = Open(BlockOf("f", kBlock), 0, kBlock);
  EXPECT_EQ(ReadNow(*other, 0, 100)->view(), text.substr(0, 100)) << "others get bytes";
  gate.Open();
  std::string got = text.substr(0, kKiB);
  while (static_cast<int64_t>(got.size()) < kBlock - 4 * kKiB) {
    got += ReadFileNow(*read, static_cast<int64_t>(got.size()), kKiB)->view();
  }
  EXPECT_EQ(got, text.substr(0, got.size()));
  read.reset();
  other.reset();
  StopReads();  // what is under way uses the gate
}

TEST_P(ColdReadsTest, ALongBlockHasItsFileBeforeItsFirstBytes) {
  ufs_->PutObject("f", Text(kBlock, 7));
  ufs_->PutObject("small", Text(kKiB, 8));
  std::vector<StatusCode> made;  // of the block's file at each first GET
  Mutex mutex;
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    if (request != ObjectRequest::kGet) return ObjectFate();
    StatusCode code = store_->Create(1, {}).status().code();
    MutexLock lock(mutex);
    made.push_back(code);
    return ObjectFate();
  });
  ASSERT_TRUE(ReadNow(*Open(BlockOf("f", kBlock), 0, kBlock), 0, 10).ok());
  Build({});
  ufs_->PutObject("small", Text(kKiB, 8));
  {
    MutexLock lock(mutex);
    ASSERT_FALSE(made.empty());
    EXPECT_EQ(made[0], StatusCode::kAlreadyExists) << "what comes first goes into it as well";
    made.clear();
  }
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    if (request != ObjectRequest::kGet) return ObjectFate();
    StatusCode code = store_->Create(2, {}).status().code();
    MutexLock lock(mutex);
    made.push_back(code);
    return ObjectFate();
  });
  auto small = cold_->Open(2, BlockOf("small", kKiB), 0, kKiB).value();
  ASSERT_TRUE(ReadNow(*small, 0, kKiB).ok());
  MutexLock lock(mutex);
  EXPECT_EQ(made, std::vector{StatusCode::kOk}) << "of a small file nothing is known before";
}

TEST_P(ColdReadsTest, WithoutAFileReadersOnThisHostGetBytesAndErrors) {
  std::string text = Text(2 << 20, 13);
  ufs_->PutObject("f", text);
  std::unique_ptr<ColdRead> read = Open(BlockOf("f", 2 << 20), 0, 2 << 20);  // no room
  std::string got;
  while (got.size() < text.size()) {
    auto data = ReadFileNow(*read, static_cast<int64_t>(got.size()), 100'000);
    ASSERT_TRUE(data.ok()) << data.status();
    got += data->view();
  }
  EXPECT_EQ(got, text);
  read.reset();
  read = Open(BlockOf("f", kBlock), 0, kBlock);
  ASSERT_TRUE(ReadFileNow(*read, 0, 100).ok());
  ufs_->PutObject("f", Text(2 << 20, 14));
  Result<Bytes> rest = Bytes();
  for (int64_t at = 100; at < kBlock && rest.ok(); at += 1000) {
    rest = ReadFileNow(*read, at, 1000);
    if (!rest.ok()) break;
    EXPECT_EQ(rest->view(), text.substr(at, rest->size()));
  }
  EXPECT_TRUE(rest.status().Is(StatusCode::kOutOfRange)) << rest.status();
}

TEST_P(ColdReadsTest, ALaggardReadsWhatTheCacheHasAlready) {
  std::string text = Text(kBlock, 7);
  ufs_->PutObject("f", text);
  std::unique_ptr<ColdRead> slow = Open(BlockOf("f", kBlock), 0, kBlock);
  std::unique_ptr<ColdRead> quick = Open(BlockOf("f", kBlock), 0, kBlock);
  EXPECT_EQ(ReadRange(*quick, 0, kBlock - 1, 3000).value(), text.substr(0, kBlock - 1));
  EXPECT_EQ(ReadRange(*slow, 0, kBlock, 3000).value(), text);
  EXPECT_EQ(ufs_->bytes_got(), kBlock);
}

TEST_P(ColdReadsTest, AFileReplacedHalfWayIsNeverMixed) {
  for (bool pins : {true, false}) {
    Build({.pins_versions = pins});
    ufs_->PutObject("f", Text(kBlock, 8));
    std::unique_ptr<ColdRead> read = Open(BlockOf("f", kBlock), 0, kBlock);
    ASSERT_TRUE(ReadNow(*read, 0, 100).ok());
    ufs_->PutObject("f", Text(kBlock, 9));
    Result<std::string> rest = ReadRange(*read, 100, kBlock - 100, 4000);
    if (pins) {
      EXPECT_TRUE(rest.status().Is(StatusCode::kOutOfRange)) << rest.status();
      EXPECT_NE(rest.status().message().find("changed"), std::string::npos) << rest.status();
    }
    read.reset();
    ExpectNothingKept();
  }
}

TEST_P(ColdReadsTest, AFileReplacedHalfWayIsReadAnewByTheNext) {
  ufs_->PutObject("f", Text(kBlock, 8));
  std::unique_ptr<ColdRead> read = Open(BlockOf("f", kBlock), 0, kBlock);
  ASSERT_TRUE(ReadNow(*read, 0, 100).ok());
  std::string text = Text(kBlock, 9);
  ufs_->PutObject("f", text);
  EXPECT_FALSE(ReadRange(*read, 100, kBlock - 100, 4000).ok());
  EXPECT_EQ(ReadRange(*Open(BlockOf("f", kBlock), 0, kBlock), 0, kBlock, 4000).value(), text);
}

TEST_P(ColdReadsTest, BodiesThatEndEarlyAreContinued) {
  std::string text = Text(kBlock, 10);
  ufs_->PutObject("f", text);
  std::atomic<int> gets = 0;
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    ObjectFate fate;
    if (request == ObjectRequest::kGet && gets++ % 2 == 0) fate.shorten_to = 900;
    return fate;
  });
  EXPECT_EQ(ReadRange(*Open(BlockOf("f", kBlock), 0, kBlock), 0, kBlock, 4000).value(), text);
  AwaitCached();
  EXPECT_EQ(store_->Lease(1).value()->Map()->view(), text);
}

TEST_P(ColdReadsTest, BodiesThatStayShortAndShorterFilesAreErrors) {
  ufs_->PutObject("f", Text(kBlock, 11));
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    ObjectFate fate;
    if (request == ObjectRequest::kGet) fate.shorten_to = 0;
    return fate;
  });
  EXPECT_TRUE(ReadNow(*Open(BlockOf("f", kBlock), 0, kBlock), 0, 10)
                  .status().Is(StatusCode::kOutOfRange));
  ufs_->SetHook({});
  ufs_->PutObject("f", Text(kBlock - 1, 11));
  EXPECT_TRUE(ReadNow(*Open(BlockOf("f", kBlock), 0, kBlock), 0, 10)
                  .status().Is(StatusCode::kOutOfRange));
  EXPECT_TRUE(ReadNow(*Open(BlockOf("none", kBlock), 0, kBlock), 0, 10)
                  .status().Is(StatusCode::kNotFound));
  ExpectNothingKept();
}

TEST_P(ColdReadsTest, AStoreThatFailsIsWorthAnotherTry) {
  std::string text = Text(kBlock, 12);
  ufs_->PutObject("f", text);
  std::atomic<bool> down = true;
  ufs_->SetHook([&](ObjectRequest request, const std::string&) {
    bool fails = down && request == ObjectRequest::kGet;
    return fails ? ObjectFate{.before = UnknownError("500")} : ObjectFate();
  });
  EXPECT_TRUE(ReadNow(*Open(BlockOf("f", kBlock), 0, kBlock), 0, 10)
                  .status().Is(StatusCode::kUnavailable));
  // The first read is answered as soon as it failed; its block file may still be on its way.
  AwaitIdleLane();
  Status filled = cold_->Fill(1, BlockOf("f", kBlock));
  EXPECT_TRUE(filled.Is(StatusCode::kUnavailable)) << filled.ToString();
  down = false;
  EXPECT_EQ(ReadRange(*Open(BlockOf("f", kBlock), 0, kBlock), 0, kBlock, 4000).value(), text);
}

TEST_P(ColdReadsTest, WithoutRoomReadersAreServedAllTheSame) {
  std::string text = Text(2 << 20, 13);
  ufs_->PutObject("f", text);
  stub::UfsBlock block = BlockOf("f", 2 << 20);
  EXPECT_EQ(ReadRange(*Open(block, 0, 2 << 20), 0, 2 << 20, 100'000).value(), text);
  EXPECT_TRUE(cold_->Fill(1, block).Is(StatusCode::kResourceExhausted));
  ExpectNothingKept();
}

TEST_P(ColdReadsTest, ABlockSomebodyWritesIsReadPastHim) {
  std::string text = Text(kBlock, 14);
  ufs_->PutObject("f", text);
  auto writer = store_->Create(1, {}).value();
  EXPECT_EQ(ReadRange(*Open(BlockOf("f", kBlock), 0, kBlock), 0, kBlock, 4000).value(), text);
  EXPECT_TRUE(cold_->Fill(1, BlockOf("f", kBlock)).Is(StatusCode::kAlreadyExists));
}

// Readers of any range that come, go and stop listening, beside Fill and a tight buffer: every byte
// that is delivered is right, and nothing is left.
TEST_P(ColdReadsTest, RandomReadersOverManySeeds) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    Build({}, static_cast<int64_t>(seed % 3) * 8 * kKiB);
    std::string text = Text(kBlock, static_cast<unsigned>(seed));
    ufs_->PutObject("f", text);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (uint64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        std::unique_ptr<Rng> rng = Rng::Seeded(seed * 10 + t);
        for (int i = 0; i < 4; ++i) {
          int64_t offset = static_cast<int64_t>(rng->Below(2) * rng->Below(kBlock));
          int64_t length = static_cast<int64_t>(rng->Below(2) == 0 ? kBlock : rng->Below(9000)) + 1;
          length = std::min(length, kBlock - offset);
          auto read = cold_->Open(1, BlockOf("f", kBlock, rng->Below(4) == 0), offset, length);
          int64_t wanted = rng->Below(3) == 0 ? length / 2 : length;
          int64_t chunk = 1 + static_cast<int64_t>(rng->Below(9000));
          auto got = ReadRange(**read, offset, wanted, chunk, rng->Below(2) == 0);
          if (!got.ok() || *got != text.substr(offset, wanted)) ++wrong;
          if (rng->Below(3) == 0) (*read)->Read(offset, 10, [](Result<Bytes>) {});
        }
        if (t == 0 && !cold_->Fill(1, BlockOf("f", kBlock)).ok()) ++wrong;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
    StopReads();
    EXPECT_EQ(store_->Lease(1).value()->Map()->view(), text);
    ASSERT_TRUE(store_->Remove(1).ok());
    EXPECT_EQ(store_->Usage().used_bytes["MEM"], 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, ColdReadsTest, ::testing::Bool(), [](const auto& info) {
  return info.param ? "Recycled" : "Fresh";
});

}  // namespace
}  // namespace alluxio::worker
