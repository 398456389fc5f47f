#include "worker/fetch/open_files.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::worker {
namespace {

class File final : public ufs::UfsReader {
 public:
  Result<size_t> ReadAt(int64_t, std::span<char>) override { return size_t{0}; }
  const ufs::UfsStatus& status() const override { return status_; }

 private:
  ufs::UfsStatus status_;
};

TEST(OpenFilesTest, TheOldestUseGoesFirstAndAgeCounts) {
  FakeClock clock;
  OpenFiles files({.expire_after = std::chrono::minutes(5), .limit = 2}, clock);
  auto a = std::make_shared<File>();
  files.Keep({1, "/a", 7}, a);
  files.Keep({1, "/b", 8}, std::make_shared<File>());
  EXPECT_EQ(files.Find({1, "/a", 7}), a);
  EXPECT_EQ(files.Find({1, "/a", 9}), nullptr) << "another file at the same path";
  EXPECT_EQ(files.Find({2, "/a", 7}), nullptr);
  files.Keep({1, "/c", 9}, std::make_shared<File>());
  EXPECT_EQ(files.Find({1, "/b", 8}), nullptr);
  EXPECT_NE(files.Find({1, "/c", 9}), nullptr);
  files.Drop({1, "/c", 9});
  files.Drop({1, "/c", 9});
  EXPECT_EQ(files.Find({1, "/c", 9}), nullptr);
  clock.Advance(std::chrono::minutes(5) + std::chrono::milliseconds(1));
  EXPECT_EQ(files.Find({1, "/a", 7}), nullptr);
  EXPECT_EQ(a.use_count(), 1);
}

TEST(OpenFilesTest, CanBeTurnedOff) {
  FakeClock clock;
  OpenFiles files({.enabled = false}, clock);
  files.Keep({1, "/a", 7}, std::make_shared<File>());
  EXPECT_EQ(files.Find({1, "/a", 7}), nullptr);
}

}  // namespace
}  // namespace alluxio::worker
