#include "base/shared_mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace alluxio {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(SharedMutexTest, ReadersAreInTogether) {
  SharedMutex mutex;
  ReaderLock here(mutex);
  std::jthread([&] { ReaderLock there(mutex); }).join();
}

TEST(SharedMutexTest, AWriterWaitsForEveryReader) {
  SharedMutex mutex;
  std::atomic<bool> in = false;
  std::jthread writer;
  {
    ReaderLock lock(mutex);
    writer = std::jthread([&] {
      WriterLock alone(mutex);
      in = true;
    });
    std::this_thread::sleep_for(milliseconds(30));
    EXPECT_FALSE(in);
  }
  writer.join();
  EXPECT_TRUE(in);
}

TEST(SharedMutexTest, AReaderWaitsForTheWriter) {
  SharedMutex mutex;
  std::atomic<bool> in = false;
  std::jthread reader;
  {
    WriterLock lock(mutex);
    reader = std::jthread([&] {
      ReaderLock with(mutex);
      in = true;
    });
    std::this_thread::sleep_for(milliseconds(30));
    EXPECT_FALSE(in);
  }
  reader.join();
  EXPECT_TRUE(in);
}

// Readers whose times in overlap would keep the writer of a lock that prefers readers out for as
// long as they come.
TEST(SharedMutexTest, ReadersThatKeepComingDoNotKeepTheWriterOut) {
  SharedMutex mutex;
  std::atomic<bool> stop = false;
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 8; ++reader) {
    readers.emplace_back([&] {
      while (!stop) {
        ReaderLock lock(mutex);
        std::this_thread::sleep_for(milliseconds(2));
      }
    });
  }
  const auto start = steady_clock::now();
  for (int edit = 0; edit < 20; ++edit) WriterLock lock(mutex);
  stop = true;
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(20));
}

// The other way round: writers that take turns let readers in.
TEST(SharedMutexTest, WritersThatKeepComingDoNotKeepAReaderOut) {
  SharedMutex mutex;
  std::atomic<bool> stop = false;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&] {
      while (!stop) WriterLock lock(mutex);
    });
  }
  const auto start = steady_clock::now();
  for (int look = 0; look < 20; ++look) ReaderLock lock(mutex);
  stop = true;
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(20));
}

// More threads than slots; two plain fields that only differ while a writer is in.
TEST(SharedMutexTest, NobodySeesHalfAnEdit) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  SharedMutex mutex;
  int first = 0;
  int second = 0;
  std::atomic<int> torn = 0;
  std::vector<std::jthread> threads;
  for (unsigned thread = 0; thread < 40; ++thread) {
    threads.emplace_back([&, thread] {
      std::minstd_rand rng(seed + thread);
      for (int turn = 0; turn < 2000; ++turn) {
        if (rng() % 10 == 0) {
          WriterLock lock(mutex);
          ++first;
          if (rng() % 50 == 0) std::this_thread::yield();
          ++second;
        } else {
          ReaderLock lock(mutex);
          if (rng() % 50 == 0) std::this_thread::yield();
          if (first != second) ++torn;
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(first, second);
}

TEST(SharedMutexTest, ThreadsThatEndGiveTheirSlotsBack) {
  SharedMutex mutex;
  { ReaderLock here(mutex); }
  const size_t before = SharedMutex::SlotsUsed();
  for (int i = 0; i < 100; ++i) std::jthread([&] { ReaderLock lock(mutex); }).join();
  EXPECT_LE(SharedMutex::SlotsUsed(), before + 1);
}

// More readers than slots: some share one, and the writer waits for them all.
TEST(SharedMutexTest, ManyReadersAreInTogetherAndAWriterWaitsForThem) {
  constexpr int kReaders = 50;
  SharedMutex mutex;
  std::atomic<int> in = 0;
  std::atomic<bool> leave = false;
  std::atomic<bool> written = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      ReaderLock lock(mutex);
      ++in;
      while (!leave) std::this_thread::yield();
      EXPECT_FALSE(written);
      --in;
    });
  }
  while (in < kReaders) std::this_thread::yield();
  std::jthread writer([&] {
    WriterLock lock(mutex);
    EXPECT_EQ(in, 0);
    written = true;
  });
  std::this_thread::sleep_for(milliseconds(30));
  EXPECT_FALSE(written);
  leave = true;
  readers.clear();
  writer.join();
  EXPECT_LE(SharedMutex::SlotsUsed(), 32u);
}

TEST(SharedMutexDeathTest, NobodyReadsTwice) {
  SharedMutex tree(LockRank::kTree);
  EXPECT_DEATH(
      {
        mutex_internal::checks_ranks = true;
        ReaderLock outer(tree);
        ReaderLock inner(tree);
      },
      "lock of rank 70 taken while rank 70 is held");
}

}  // namespace
}  // namespace alluxio
