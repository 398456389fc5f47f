#include "env/posix/direct_tail.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <csignal>
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

// Others map the file and hold its pages all the time.
TEST_F(DirectTailTest, WhoMappedTheFileSeesWhatIsWritten) {
  constexpr size_t kZeros = 256 << 10;
  auto tail = Make("", kZeros);
  if (tail == nullptr) GTEST_SKIP() << "the temporary folder takes no direct writes";
  const Descriptor fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  auto* pages = static_cast<char*>(::mmap(nullptr, kZeros, PROT_READ, MAP_SHARED, fd.get(), 0));
  ASSERT_NE(pages, MAP_FAILED);
  const std::string_view mapped(pages, kZeros);
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(mapped.find_first_not_of('\0', expected.size()), std::string::npos);  // all pages
    const std::string more(1 + i * 97, static_cast<char>('a' + i % 26));
    tail->Add(more);
    expected += more;
    ASSERT_TRUE(tail->Write(path_).ok());
    ASSERT_TRUE(mapped.starts_with(expected)) << i;
    ASSERT_TRUE(Content().starts_with(expected)) << i;
  }
  ::munmap(pages, kZeros);
}

// The limit of file sizes ends a write in a block, then before it.
TEST_F(DirectTailTest, WhatCouldNotBeWrittenWaits) {
  auto tail = Make("there", 64 << 10);
  if (tail == nullptr) GTEST_SKIP() << "the temporary folder takes no direct writes";
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const std::string text(20'000, 'x');
  tail->Add(text);
  for (const rlim_t most : {rlim_t{4096}, rlim_t{4096 + 512}, rlim_t{8192}, rlim_t{0}}) {
    const rlimit limit{most, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const Status written = tail->Write(path_);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(written.ok()) << most;
    EXPECT_EQ(tail->written(), 5) << "what was not written as a whole counts as not written";
    EXPECT_EQ(tail->waiting(), text);
  }
  ASSERT_TRUE(tail->Write(path_).ok());
  EXPECT_EQ(tail->written(), 20'005);
  EXPECT_EQ(Content().substr(0, 20'006), "there" + text + '\0');
  ::signal(SIGXFSZ, handler);
}

TEST_F(DirectTailTest, AFileThatIsShorterThanItShouldBeIsRefused) {
  std::ofstream(path_) << "abc";
  const Descriptor fd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(DirectTail::Open(fd.get(), 10), nullptr);
  EXPECT_EQ(DirectTail::Open(-1, 0), nullptr);
}

}  // namespace
}  // namespace alluxio
