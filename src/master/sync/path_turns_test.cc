#include "master/sync/path_turns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace alluxio::master {
namespace {

using namespace std::chrono_literals;

TEST(PathTurns, WhoComesWhileOneIsAtWorkSharesTheNext) {
  PathTurns turns;
  std::atomic<int> worked = 0;
  std::vector<std::thread> others;
  {
    auto first = turns.Take("/a", turns.Now(), 1s);
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(first->served());
    std::atomic<int> arrived = 0;
    for (int i = 0; i < 8; ++i) {
      others.emplace_back([&] {
        uint64_t now = turns.Now();
        ++arrived;
        auto turn = turns.Take("/a", now, 60s);
        ASSERT_TRUE(turn.ok());
        if (turn->served()) return;
        ++worked;
        turn->Succeeded();
      });
    }
    while (arrived < 8) std::this_thread::yield();
    first->Succeeded();
  }
  for (std::thread& other : others) other.join();
  EXPECT_EQ(worked, 1) << "the first turn began before they came, the second after all of them";
}

TEST(PathTurns, AFailureServesNobody) {
  PathTurns turns;
  uint64_t early = turns.Now();
  { auto failed = turns.Take("/a", early, 1s); }
  EXPECT_FALSE(turns.Take("/a", early, 1s)->served());
}

TEST(PathTurns, OtherPathsDoNotWait) {
  PathTurns turns;
  auto a = turns.Take("/a", turns.Now(), 1s);
  EXPECT_TRUE(turns.Take("/b", turns.Now(), 1s).ok());
  EXPECT_TRUE(turns.Take("/a", turns.Now(), 1ms).status().Is(StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace alluxio::master
