#include "env/byte_pipe.h"

#include <gtest/gtest.h>

#include <string>

#include "env/executor.h"
#include "env/forked_child.h"

namespace alluxio {
namespace {

// Sends back what it reads.
void Echo(BytePipe& pipe, ChildPipe& out) {
  char bytes[1000];
  while (true) {
    Result<size_t> n = pipe.ReadSome(bytes);
    if (!n.ok() || *n == 0) return;
    if (!out.Write(std::string_view(bytes, *n)).ok()) return;
  }
}

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

TEST(BytePipeTest, AChildReadsMoreThanThePipeHolds) {
  auto pipe = BytePipe::Create();
  ASSERT_TRUE(pipe.ok());
  auto child = ForkedChild::Start([&](ChildPipe& out) { Echo(**pipe, out); });
  ASSERT_TRUE(child.ok());
  std::string sent;
  for (int n = 0; n < 400'000; ++n) sent.append(std::to_string(n)).append(" ");
  auto writer = Executor::Create({.name = "writer", .threads = 1});
  ASSERT_TRUE(writer->Submit([&] {
    EXPECT_TRUE((*pipe)->Write(sent).ok());
    (*pipe)->EndWriting();
  }).ok());
  EXPECT_EQ(ReadAll(**child), sent);
  EXPECT_TRUE((*child)->Wait().ok());
}

TEST(BytePipeTest, AWriterThatNobodyReadsCanBeStopped) {
  auto pipe = BytePipe::Create();
  ASSERT_TRUE(pipe.ok());
  auto writer = Executor::Create({.name = "writer", .threads = 1});
  Status status;
  ASSERT_TRUE(writer->Submit([&] { status = (*pipe)->Write(std::string(8 << 20, 'x')); }).ok());
  (*pipe)->Cancel();
  writer->Stop();
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
}

}  // namespace
}  // namespace alluxio
