#include "base/reused_buffers.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

namespace alluxio {
namespace {

TEST(ReusedBuffersTest, ABufferIsUsedAgainWhenItsLastOwnerLeft) {
  ReusedBuffers pool(1000, 2);
  auto first = pool.Take(1000);
  const char* where = first.get();
  std::memset(first.get(), 'x', 1000);
  auto second_owner = first;
  first.reset();
  EXPECT_EQ(pool.unused(), 0u);
  EXPECT_NE(pool.Take(600).get(), where);
  EXPECT_EQ(second_owner[999], 'x');
  second_owner.reset();
  EXPECT_EQ(pool.unused(), 2u);
  EXPECT_EQ(pool.Take(1000).get(), where);
}

TEST(ReusedBuffersTest, KeepsNoMoreThanItWasTold) {
  ReusedBuffers pool(1000, 2);
  {
    auto a = pool.Take(1000), b = pool.Take(1000), c = pool.Take(1000);
    EXPECT_TRUE(a.get() != b.get() && b.get() != c.get());
  }
  EXPECT_EQ(pool.unused(), 2u);
}

TEST(ReusedBuffersTest, OtherSizesAreNotKept) {
  ReusedBuffers pool(1000, 2);
  std::memset(pool.Take(5000).get(), 0, 5000);
  std::memset(pool.Take(100).get(), 0, 100);
  EXPECT_NE(pool.Take(0), nullptr);
  EXPECT_EQ(pool.unused(), 0u);
}

TEST(ReusedBuffersTest, ABufferMayOutliveThePool) {
  std::shared_ptr<char[]> buffer;
  {
    ReusedBuffers pool(1000, 2);
    buffer = pool.Take(1000);
  }
  buffer[0] = 'x';
  buffer.reset();
}

// Debug builds check the order of locks.
TEST(ReusedBuffersTest, ABufferMayComeBackUnderALeafLock) {
  ReusedBuffers pool(1000, 2);
  auto buffer = pool.Take(1000);
  Mutex leaf;
  {
    MutexLock lock(leaf);
    buffer.reset();
  }
  EXPECT_EQ(pool.unused(), 1u);
}

TEST(ReusedBuffersTest, ThreadsShareIt) {
  ReusedBuffers pool(4096, 3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool, t] {
      for (int i = 0; i < 2000; ++i) {
        auto buffer = pool.Take(4096);
        std::memset(buffer.get(), t, 4096);
        for (size_t at = 0; at < 4096; at += 511) ASSERT_EQ(buffer[at], t);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(pool.unused(), 3u);
}

}  // namespace
}  // namespace alluxio
