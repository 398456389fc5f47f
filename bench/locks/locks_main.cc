// What a lock of readers costs, ours beside the standard library's: a line of JSON for each number
// of readers (takes and releases a second, all together), and how a writer fares beside readers
// whose times in overlap (edits in two seconds, the longest wait).
//
//   bench-locks            1, 2 and 4 readers
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "base/shared_mutex.h"

namespace alluxio {
namespace {

constexpr std::chrono::seconds kTime{2};

struct Standard {
  void Read() {
    mutex.lock_shared();
    mutex.unlock_shared();
  }
  void ReadFor(std::chrono::microseconds time) {
    std::shared_lock lock(mutex);
    std::this_thread::sleep_for(time);
  }
  void Write() { std::unique_lock lock(mutex); }

  std::shared_mutex mutex;
};

struct Ours {
  void Read() { ReaderLock lock(mutex); }
  void ReadFor(std::chrono::microseconds time) {
    ReaderLock lock(mutex);
    std::this_thread::sleep_for(time);
  }
  void Write() { WriterLock lock(mutex); }

  SharedMutex mutex;
};

// How often `turn` ran in all threads until the time was over.
long Count(int threads, const std::function<long()>& turn) {
  std::atomic<bool> stop = false;
  std::atomic<long> total = 0;
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      long mine = 0;
      while (!stop.load(std::memory_order_relaxed)) mine += turn();
      total += mine;
    });
  }
  std::this_thread::sleep_for(kTime);
  stop = true;
  running.clear();
  return total;
}

template <class Lock>
double Reads(int threads) {
  Lock lock;
  return static_cast<double>(Count(threads, [&lock] {
           for (int i = 0; i < 1000; ++i) lock.Read();
           return 1000L;
         })) /
         static_cast<double>(kTime.count());
}

// A writer that wants in once a millisecond, beside eight readers that stay for two. The readers
// end after the time is over, so that a writer who never got in ends, too.
template <class Lock>
void EditsBesideReaders(const char* name) {
  Lock lock;
  std::atomic<bool> over = false;
  std::atomic<bool> stop = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 8; ++i) {
    readers.emplace_back([&] {
      while (!stop) lock.ReadFor(std::chrono::milliseconds(2));
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::atomic<long> edits = 0;
  std::atomic<double> longest_ms = 0;
  std::jthread writer([&] {
    while (!over) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const auto begin = std::chrono::steady_clock::now();
      lock.Write();
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - begin;
      longest_ms = std::max(longest_ms.load(), took.count());
      if (!over) ++edits;
    }
  });
  std::this_thread::sleep_for(kTime);
  over = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop = true;
  writer.join();
  std::printf("{\"row\": \"lock_edits_%s\", \"edits\": %ld, \"longest_ms\": %.2f}\n", name,
              edits.load(), longest_ms.load());
}

void Run() {
  for (const int readers : {1, 2, 4}) {
    std::printf("{\"row\": \"lock_readers%d\", \"ours\": %.0f, \"standard\": %.0f}\n", readers,
                Reads<Ours>(readers), Reads<Standard>(readers));
  }
  EditsBesideReaders<Ours>("ours");
  EditsBesideReaders<Standard>("standard");
}

}  // namespace
}  // namespace alluxio

int main() { alluxio::Run(); }
