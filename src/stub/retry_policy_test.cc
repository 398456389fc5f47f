#include "stub/retry_policy.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::stub {
namespace {

class RetryTest : public testing::Test {
 protected:
  std::vector<Duration> Pauses(const RetryOptions& options) {
    Retry retry(options, clock_, *rng_);
    std::vector<Duration> pauses;
    while (retry.Next([&](Duration pause) {
      pauses.push_back(pause);
      clock_.Advance(pause);
    })) {
      clock_.Advance(std::chrono::milliseconds(1));  // the attempt
    }
    attempts_ = retry.attempts();
    return pauses;
  }

  FakeClock clock_;
  std::unique_ptr<Rng> rng_ = Rng::Seeded(7);
  int attempts_ = 0;
};

TEST_F(RetryTest, OnlyWhatMayPassIsRepeated) {
  EXPECT_TRUE(IsRetryable(Unavailable("")));
  EXPECT_TRUE(IsRetryable(Cancelled("")));
  EXPECT_TRUE(IsRetryable(Unauthenticated("")));
  EXPECT_FALSE(IsRetryable(OkStatus()));
  EXPECT_FALSE(IsRetryable(NotFound("")));
  EXPECT_FALSE(IsRetryable(DeadlineExceeded("")));
  EXPECT_FALSE(IsRetryable(Unimplemented("")));
}

TEST_F(RetryTest, PausesDoubleUpToTheLimitUntilTheTimeIsUp) {
  const Duration start = clock_.Monotonic();
  std::vector<Duration> pauses = Pauses({Millis(50), Millis(3000), Millis(120000)});
  ASSERT_GT(pauses.size(), 10u);
  EXPECT_EQ(attempts_, static_cast<int>(pauses.size()) + 1);
  Duration full = Millis(50);
  for (size_t i = 0; i + 1 < pauses.size(); ++i) {  // the last is cut by the end
    EXPECT_LE(pauses[i], full) << i;
    EXPECT_GE(pauses[i], full / 2) << i;
    full = std::min<Duration>(full * 2, Millis(3000));
  }
  EXPECT_GE(clock_.Monotonic() - start, Millis(119900));
  EXPECT_LE(clock_.Monotonic() - start, Millis(120100));
}

TEST_F(RetryTest, NoTimeMeansOneAttempt) {
  EXPECT_TRUE(Pauses({Millis(50), Millis(3000), Millis(0)}).empty());
  EXPECT_EQ(attempts_, 1);
}

}  // namespace
}  // namespace alluxio::stub
