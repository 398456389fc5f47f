#include "rpc/internal/http2/output_queue.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

namespace alluxio::rpc {
namespace {

// Takes `count` bytes as a socket would.
std::string Take(OutputQueue& queue, size_t count) {
  iovec vectors[8];
  std::string taken;
  while (taken.size() < count && !queue.empty()) {
    const int filled = queue.Fill(vectors, 8);
    size_t round = 0;
    for (int i = 0; i < filled && taken.size() < count; ++i) {
      const size_t part = std::min(count - taken.size(), vectors[i].iov_len);
      taken.append(static_cast<const char*>(vectors[i].iov_base), part);
      round += part;
    }
    queue.Consume(round);
  }
  return taken;
}

TEST(OutputQueueTest, BytesLeaveInTheOrderTheyCame) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  OutputQueue queue;
  std::string expected;
  std::string got;
  for (int i = 0; i < 3000; ++i) {
    std::string text(random() % (i % 7 == 0 ? 40000 : 300), '\0');
    for (char& c : text) c = static_cast<char>(random());
    const unsigned way = random() % 3;
    if (way == 2) text.resize(std::min<size_t>(text.size(), 100));
    expected += text;
    if (way == 0) queue.Append(std::string_view(text));
    if (way == 1) queue.Append(Bytes::FromString(text));
    if (way == 2) memcpy(queue.Extend(text.size()), text.data(), text.size());
    if (random() % 2 == 0) got += Take(queue, random() % 20000);
    ASSERT_EQ(queue.size(), expected.size() - got.size());
  }
  got += Take(queue, queue.size());
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(got == expected);
}

TEST(OutputQueueTest, LargeBytesAreSharedUntilTheyAreWritten) {
  auto owner = std::make_shared<std::string>(100000, 'x');
  OutputQueue queue;
  queue.Append(Bytes::FromOwner(*owner, owner));
  EXPECT_EQ(owner.use_count(), 2);
  queue.Consume(99999);
  EXPECT_EQ(owner.use_count(), 2);
  queue.Consume(1);
  EXPECT_EQ(owner.use_count(), 1);
  queue.Append(Bytes::FromOwner(*owner, owner));
  queue.Clear();
  EXPECT_EQ(owner.use_count(), 1);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace alluxio::rpc
