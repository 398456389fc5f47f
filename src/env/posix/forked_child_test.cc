#include "env/forked_child.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <string>

namespace alluxio {
namespace {

std::string ReadAll(ForkedChild& child) {
  std::string all;
  char buffer[1000];
  while (true) {
    Result<size_t> n = child.Read(buffer);
    EXPECT_TRUE(n.ok()) << n.status();
    if (!n.ok() || *n == 0) return all;
    all.append(buffer, *n);
  }
}

TEST(ForkedChildTest, AKilledChildIsReported) {
  auto child = ForkedChild::Start([](ChildPipe& pipe) {
    (void)pipe.Write("x");
    while (true) ::pause();
  });
  ASSERT_TRUE(child.ok());
  char byte;
  ASSERT_EQ((*child)->Read(std::span(&byte, 1)).value(), 1u);
  ::kill((*child)->pid(), SIGKILL);
  EXPECT_EQ(ReadAll(**child), "");
  EXPECT_EQ((*child)->Wait().code(), StatusCode::kAborted);
}

TEST(ForkedChildTest, DestructionEndsAChildThatStillWrites) {
  auto child = ForkedChild::Start([](ChildPipe& pipe) {
    std::string block(1 << 20, 'x');
    while (pipe.Write(block).ok()) {
    }
  });
  ASSERT_TRUE(child.ok());
  child->reset();
}

TEST(ForkedChildTest, StreamsMemoryAsItWasAtTheFork) {
  std::string memory(3'000'000, 'a');
  auto child = ForkedChild::Start([&](ChildPipe& pipe) { (void)pipe.Write(memory); });
  ASSERT_TRUE(child.ok());
  memory.assign(memory.size(), 'b');
  EXPECT_EQ(ReadAll(**child), std::string(3'000'000, 'a'));
  EXPECT_TRUE((*child)->Wait().ok());
}

}  // namespace
}  // namespace alluxio
