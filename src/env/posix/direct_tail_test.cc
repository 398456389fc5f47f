#include "env/posix/direct_tail.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "env/rng.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio {
namespace {

class DirectTailTest : public ::testing::Test {
 protected:
  // A file of zeros that begins with `content`, whose tail is open; null where there is no such
  // thing.
  std::unique_ptr<DirectTail> Make(const std::string& content, size_t zeros) {
    std::ofstream(path_, std::ios::binary) << content << std::string(zeros, '\0');
    const Descriptor fd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
    EXPECT_GE(fd.get(), 0);
    return DirectTail::Open(fd.get(), static_cast<int64_t>(content.size()));
  }
  std::string Content() {
    std::ifstream in(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  TempFolder folder_;
  const std::string path_ = folder_.path() + "/log";
};

TEST_F(DirectTailTest, WhatIsWrittenFollowsWhatWasThere) {
  std::unique_ptr<Rng> rng = Rng::Seeded(1);
  for (size_t begin : {0, 1, 4095, 4096, 10'000}) {
    constexpr size_t kZeros = 4 << 20;
    std::string expected(begin, 'a');
    auto tail = Make(expected, kZeros);
    if (tail == nullptr) GTEST_SKIP() << "the temporary folder takes no direct writes";
    for (int i = 0; i < 60; ++i) {
      for (uint64_t n = rng->Below(4); n > 0; --n) {
        const std::string more(rng->Below(i % 20 == 0 ? 300'000 : 9'000),
                               static_cast<char>('b' + i % 20));
        tail->Add(more);
        expected += more;
      }
      ASSERT_EQ(tail->end(), static_cast<int64_t>(expected.size()));
      ASSERT_GE(tail->blocks_end(), tail->end());
      ASSERT_TRUE(tail->Write(path_).ok());
      ASSERT_EQ(tail->written(), tail->end());
      ASSERT_TRUE(tail->waiting().empty());
    }
    const std::string found = Content();
    ASSERT_EQ(found.size(), begin + kZeros);
    EXPECT_TRUE(found.substr(0, expected.size()) == expected) << begin;
    EXPECT_EQ(found.find_first_not_of('\0', expected.size()), std::string::npos);
  }
}

TEST_F(DirectTailTest, NothingIsInTheFileBeforeItIsWritten) {
  auto tail = Make("there", 8192);
  if (tail == nullptr) GTEST_SKIP() << "the temporary folder takes no direct writes";
  tail->Add("one");
  tail->Add("two");
  EXPECT_EQ(tail->waiting(), "onetwo");
  EXPECT_EQ(tail->written(), 5);
  EXPECT_EQ(Content().substr(0, 12), "there" + std::string(7, '\0'));
  ASSERT_TRUE(tail->Write(path_).ok());
  EXPECT_EQ(Content().substr(0, 12), std::string("thereonetwo") + '\0');
}

TEST_F(DirectTailTest, AFileThatIsShorterThanItShouldBeIsRefused) {
  std::ofstream(path_) << "abc";
  const Descriptor fd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(DirectTail::Open(fd.get(), 10), nullptr);
  EXPECT_EQ(DirectTail::Open(-1, 0), nullptr);
}

}  // namespace
}  // namespace alluxio
