#include "election/lease.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::election {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);

TEST(LeaseTest, IsOverUntilExtendedAndWhenTimeHasPassed) {
  FakeClock clock;
  Lease lease(clock);
  EXPECT_FALSE(lease.Held());
  lease.Extend(clock.Monotonic() + kSecond);
  EXPECT_TRUE(lease.Held());
  EXPECT_EQ(lease.Left(), kSecond);
  clock.Advance(kSecond);
  EXPECT_FALSE(lease.Held());
  lease.Extend(clock.Monotonic() + kSecond);
  EXPECT_TRUE(lease.Held());
}

TEST(LeaseTest, AnOlderWordDoesNotShortenIt) {
  FakeClock clock;
  Lease lease(clock);
  lease.Extend(clock.Monotonic() + 2 * kSecond);
  lease.Extend(clock.Monotonic() + kSecond);
  EXPECT_EQ(lease.Left(), 2 * kSecond);
}

TEST(LeaseTest, EndedIsForGood) {
  FakeClock clock;
  Lease lease(clock);
  lease.Extend(clock.Monotonic() + kSecond);
  lease.End();
  EXPECT_FALSE(lease.Held());
  lease.Extend(clock.Monotonic() + kSecond);
  EXPECT_FALSE(lease.Held());
  EXPECT_TRUE(lease.ended());
  EXPECT_TRUE(lease.AwaitHeld(kSecond).Is(StatusCode::kUnavailable));
}

TEST(LeaseTest, AwaitHeldSeesTheExtensionAndGivesUp) {
  FakeClock clock;
  Lease lease(clock);
  EXPECT_TRUE(lease.AwaitHeld(std::chrono::milliseconds(1)).Is(StatusCode::kUnavailable));
  std::thread extender([&] { lease.Extend(clock.Monotonic() + kSecond); });
  EXPECT_TRUE(lease.AwaitHeld(std::chrono::seconds(30)).ok());
  extender.join();
}

TEST(LeaseTest, ForeverIsAlwaysHeld) {
  EXPECT_TRUE(Lease::Forever().Held());
  Lease::Forever().End();
  EXPECT_TRUE(Lease::Forever().Held());
  EXPECT_TRUE(Lease::Forever().AwaitHeld(Duration::zero()).ok());
}

}  // namespace
}  // namespace alluxio::election
