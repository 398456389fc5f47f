// Cold reads of a worker beside straight reads of the same store, an object store in memory whose
// every request takes a given time. One JSON line a row.
//
//   cold-read-bench <folder for blocks> [milliseconds a request]      default: 5
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>

#include "tests/fixtures/fake_master.h"
#include "tests/fixtures/memory_object_ufs.h"
#include "worker/fetch/file_persister.h"

namespace {

using namespace alluxio;          // NOLINT: a program of one file
using namespace alluxio::worker;  // NOLINT

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kBlock = 64 * kMiB;
constexpr int kBlocks = 16;
constexpr int kSmallFiles = 10'000;
constexpr int64_t kSmall = 64 * 1024;

double Seconds(const std::function<void()>& work) {
  Duration begin = Clock::Real().Monotonic();
  work();
  return std::chrono::duration<double>(Clock::Real().Monotonic() - begin).count();
}

void InThreads(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

void Report(const char* row, double ours, double straight, double amount, const char* unit) {
  std::printf("{\"row\": \"%s\", \"ours\": %.0f, \"straight\": %.0f, \"unit\": \"%s/s\", "
              "\"ratio\": %.2f}\n",
              row, amount / ours, amount / straight, unit, straight / ours);
  std::fflush(stdout);
}

struct Bench {
  Bench(const std::string& folder, int milliseconds)
      : store(OpenStore(folder, int64_t{3} << 30)), publisher(*store) {
    ufs->SetHook([milliseconds](ObjectRequest, const std::string&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      return ObjectFate();
    });
  }
  ~Bench() { lanes.Stop(); }

  stub::UfsBlock BlockOf(const std::string& name, int64_t offset, int64_t size) {
    stub::UfsBlock block;
    block.ufs_path = "/under/" + name;
    block.offset_in_file = offset;
    block.block_size = size;
    block.mount_id = kMount;
    return block;
  }
  void ReadCold(BlockId id, const stub::UfsBlock& block) {
    auto read = cold.Open(id, block, 0, block.block_size).value();
    for (int64_t at = 0; at < block.block_size;) {
      Result<Bytes> data = ReadNow(*read, at, kMiB);
      CHECK(data.ok() && !data->empty()) << data.status();
      at += static_cast<int64_t>(data->size());
    }
  }
  void ReadStraight(const std::string& name, int64_t offset, int64_t size, std::span<char> into) {
    auto reader = ufs->Open(name).value();
    for (int64_t at = 0; at < size;) {
      size_t most = static_cast<size_t>(std::min(size - at, 4 * kMiB));
      at += static_cast<int64_t>(reader->ReadAt(offset + at, into.first(most)).value());
    }
  }

  void Sequential() {
    ufs->PutObject("big", std::string(static_cast<size_t>(kBlocks * kBlock), 'b'));
    double one = Seconds([&] {
      std::string buffer(static_cast<size_t>(4 * kMiB), '\0');
      ReadStraight("big", 0, kBlocks * kBlock, buffer);
    });
    // As many at once as one reader of ours has under way.
    double five = Seconds([&] {
      InThreads(5, [&](int t) {
        std::string buffer(static_cast<size_t>(4 * kMiB), '\0');
        for (int64_t at = t * 4 * kMiB; at < kBlocks * kBlock; at += 20 * kMiB) {
          auto reader = ufs->Open("big").value();
          CHECK(reader->ReadAt(at, buffer).ok());
        }
      });
    });
    double ours = Seconds([&] {
      for (int i = 0; i < kBlocks; ++i) ReadCold(MakeId(1, i), BlockOf("big", i * kBlock, kBlock));
    });
    Report("1 GiB, beside one GET after the other", ours, one, 1024, "MiB");
    Report("1 GiB, beside five GETs at a time", ours, five, 1024, "MiB");
    ufs->DropObject("big");
    store->RemoveAll();
  }

  void Small() {
    std::string text(static_cast<size_t>(kSmall), 's');
    for (int i = 0; i < kSmallFiles; ++i) ufs->PutObject("s" + std::to_string(i), text);
    double straight = Seconds([&] {
      InThreads(32, [&](int t) {
        std::string buffer = text;
        for (int i = t; i < kSmallFiles; i += 32) {
          ReadStraight("s" + std::to_string(i), 0, kSmall, buffer);
        }
      });
    });
    double ours = Seconds([&] {
      InThreads(32, [&](int t) {
        for (int i = t; i < kSmallFiles; i += 32) {
          ReadCold(MakeId(100 + i, 0), BlockOf("s" + std::to_string(i), 0, kSmall));
        }
      });
    });
    Report("10,000 x 64 KiB, 32 readers", ours, straight, kSmallFiles, "files");
  }

  // The small files are cached now: they are written back under other names.
  void Persist() {
    FilePersister persister(mounts, *store, nullptr, {.threads = 32, .per_mount = 12});
    double ours = Seconds([&] {
      for (int i = 0; i < kSmallFiles; ++i) {
        stub::PersistOrder order;
        order.file_id = i;
        order.mount_id = kMount;
        order.temp_ufs_path = "/under/t" + std::to_string(i);
        order.blocks = {{MakeId(100 + i, 0), kSmall, {}}};
        order.length = kSmall;
        persister.Start(order);
      }
      persister.Stop();
    });
    CHECK(persister.Take().failed.empty());
    std::string text(static_cast<size_t>(kSmall), 's');
    double straight = Seconds([&] {
      InThreads(12, [&](int t) {
        for (int i = t; i < kSmallFiles; i += 12) {
          auto writer = ufs->Create("p" + std::to_string(i), {}).value();
          CHECK(writer->Write(text).ok() && writer->Commit().ok());
        }
      });
    });
    Report("write 10,000 x 64 KiB, 12 at a time", ours, straight, kSmallFiles, "files");
  }

  std::shared_ptr<MemoryObjectUfs> ufs = std::make_shared<MemoryObjectUfs>("/under");
  MemoryObjectFactory factory{ufs};
  FakeMaster master;
  Mounts mounts{master, factory};
  std::unique_ptr<BlockStore> store;
  FakePublisher publisher;
  MountLanes lanes{{}};
  ColdReads cold{mounts, *store, publisher, ColdReadOptions(), OpenFilesOptions(), lanes};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "cold-read-bench <folder for blocks> [milliseconds a request]\n");
    return 1;
  }
  Bench bench(argv[1], argc > 2 ? std::atoi(argv[2]) : 5);
  bench.Sequential();
  bench.Small();
  bench.Persist();
  return 0;
}
