#include "ufs/guard/bulkhead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "tests/fixtures/fake_clock.h"

namespace alluxio::ufs {
namespace {

using namespace std::chrono_literals;

const std::string kKey = "a/b";

class BulkheadTest : public ::testing::Test {
 protected:
  ~BulkheadTest() override {
    opener_.set_value();
    EXPECT_TRUE(pool_->Stop(20s));
  }

  std::unique_ptr<Bulkhead> Make(const GuardOptions& options, const Clock* clock) {
    BulkheadParts parts;
    parts.name = "s3://bucket/x";
    parts.metrics = "Test";
    parts.pool = pool_;
    parts.clock = clock;
    parts.rng = rng_.get();
    parts.pause = [this](Duration pause) {
      pauses_.push_back(pause);
      clock_.Advance(pause);
    };
    parts.secrets = {"geheim"};
    return std::make_unique<Bulkhead>(std::move(parts), options);
  }
  std::unique_ptr<Bulkhead> Make(const GuardOptions& options = {}) {
    return Make(options, &clock_);
  }

  static Status Query(Bulkhead& bulkhead, const std::function<Status()>& work) {
    return bulkhead.Run<Status>({.operation = "stat", .key = kKey, .repeatable = true}, work);
  }
  static Status Change(Bulkhead& bulkhead, const std::function<Status()>& work) {
    return bulkhead.Run<Status>({.operation = "delete", .key = kKey}, work);
  }
  // Work that stands still until the test is over.
  std::function<Status()> Stuck() {
    return [open = open_] {
      open.wait();
      return OkStatus();
    };
  }

  FakeClock clock_;
  std::unique_ptr<Rng> rng_ = Rng::Seeded(7);
  std::shared_ptr<LanePool> pool_ = LanePool::Create({.name = "ufs"});
  std::vector<Duration> pauses_;
  std::promise<void> opener_;
  std::shared_future<void> open_ = opener_.get_future().share();
};

TEST_F(BulkheadTest, ErrorsOfTheStorePassAsTheyAre) {
  auto bulkhead = Make();
  Status status = Query(*bulkhead, [] { return NotFound("a/b: no such object"); });
  EXPECT_EQ(status.ToString(), "NOT_FOUND: a/b: no such object");
  EXPECT_FALSE(IsUnreachable(status));
  EXPECT_TRUE(pauses_.empty());
}

TEST_F(BulkheadTest, OnlyWhatIsSafeIsTriedAgainAndOnlyWhenUnavailable) {
  auto bulkhead = Make();
  int calls = 0;
  auto flaky = [&] { return ++calls < 3 ? Unavailable("reset by peer") : OkStatus(); };
  EXPECT_TRUE(Query(*bulkhead, flaky).ok());
  EXPECT_EQ(calls, 3);
  ASSERT_EQ(pauses_.size(), 2u);
  EXPECT_GE(pauses_[0], 50ms);
  EXPECT_LT(pauses_[0], 100ms);
  EXPECT_GE(pauses_[1], 100ms);
  EXPECT_LT(pauses_[1], 200ms);
  calls = 0;
  Status changed = Change(*bulkhead, flaky);
  EXPECT_EQ(calls, 1) << "a delete may have happened";
  EXPECT_EQ(changed.ToString(),
            "UNAVAILABLE: under store s3://bucket/x is unreachable: delete a/b: reset by peer");
  calls = 0;
  auto broken = [&] {
    ++calls;
    return UnknownError("500");
  };
  EXPECT_TRUE(Query(*bulkhead, broken).Is(StatusCode::kUnknown));
  EXPECT_EQ(calls, 1);
}

TEST_F(BulkheadTest, TheNumberOfAttemptsAndTheirTimeAreLimited) {
  int calls = 0;
  auto down = [&] {
    ++calls;
    return Unavailable("connection refused");
  };
  Query(*Make({.retries = 3, .breaker = {.failures = 100}}), down).ok();
  EXPECT_EQ(calls, 4);
  calls = 0;
  GuardOptions hasty;
  hasty.call_timeout = 1s;
  hasty.retries = 1000;
  hasty.breaker.failures = 100;
  Query(*Make(hasty), down).ok();
  EXPECT_LE(calls, 5) << "pauses of 100, 200, 400 ms fill the second";
}

TEST_F(BulkheadTest, WhenTimeRunsOutTheReasonOfTheAttemptBeforeIsTold) {
  auto bulkhead = Make();
  int calls = 0;
  Status status = Query(*bulkhead, [&] {
    return ++calls < 2 ? Unavailable("SlowDown geheim") : DeadlineExceeded("no answer");
  });
  EXPECT_EQ(status.ToString(),
            "UNAVAILABLE: under store s3://bucket/x is unreachable: stat a/b: no answer; before "
            "that: SlowDown ******");
}

TEST_F(BulkheadTest, AnOpenBreakerRefusesAtOnceWithTheStoresReason) {
  auto bulkhead = Make({.retries = 0});
  int calls = 0;
  auto down = [&] {
    ++calls;
    return Unavailable("connection refused");
  };
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(Query(*bulkhead, down).ok());
  EXPECT_EQ(calls, 5);
  Status refused = Query(*bulkhead, down);
  EXPECT_TRUE(IsUnreachable(refused.WithContext("mount point /m")));
  EXPECT_EQ(refused.message(),
            "under store s3://bucket/x is unreachable: stat a/b was not tried, it is tried again "
            "in 10 s; the last error was: stat a/b: connection refused");
  clock_.Advance(10s);
  EXPECT_TRUE(Query(*bulkhead, [] { return OkStatus(); }).ok()) << "the probe";
  EXPECT_EQ(bulkhead->state(), CircuitBreaker::State::kClosed);
}

TEST_F(BulkheadTest, ACallThatNeverComesBackIsGivenUpAtItsDeadline) {
  GuardOptions options;
  options.call_timeout = 300ms;  // enough for a thread to begin on a busy machine
  options.concurrency = 2;
  options.breaker.failures = 3;
  auto bulkhead = Make(options, &Clock::Real());
  Status first = Query(*bulkhead, Stuck());
  EXPECT_EQ(first.message(),
            "under store s3://bucket/x is unreachable: stat a/b: no answer within 1 s");
  Query(*bulkhead, Stuck()).ok();
  Status third = Query(*bulkhead, Stuck());
  EXPECT_NE(third.message().find("all 2 calls"), std::string::npos) << third;
  EXPECT_EQ(bulkhead->state(), CircuitBreaker::State::kOpen);
}

TEST_F(BulkheadTest, NobodyWaitsForAStoreWhileTheProcessStops) {
  BulkheadParts parts;
  parts.name = "s3://b";
  parts.metrics = "Test";
  parts.pool = pool_;
  parts.clock = &Clock::Real();
  parts.rng = rng_.get();
  parts.stopping = [] { return true; };
  Bulkhead bulkhead(parts, {.call_timeout = 1h, .retries = 0});
  Status status = Query(bulkhead, Stuck());
  EXPECT_NE(status.message().find("stopping"), std::string::npos) << status;
}

TEST_F(BulkheadTest, ProbesHaveRoomOfTheirOwn) {
  GuardOptions options;
  options.call_timeout = 20ms;
  options.concurrency = 1;
  options.breaker.failures = 1;
  options.breaker.open_time = 1ms;
  auto bulkhead = Make(options, &Clock::Real());
  EXPECT_FALSE(Query(*bulkhead, Stuck()).ok());
  Status found;
  do {
    found = Query(*bulkhead, [] { return OkStatus(); });
  } while (!found.ok());
  EXPECT_EQ(bulkhead->state(), CircuitBreaker::State::kClosed);
}

TEST_F(BulkheadTest, AMountThatStandsStillDoesNotHoldUpAnother) {
  GuardOptions options;
  options.call_timeout = 20s;
  options.concurrency = 4;
  options.queue = 4;
  auto stuck = Make(options, &Clock::Real());
  auto well = Make(options, &Clock::Real());
  std::vector<std::thread> callers;
  std::promise<void> all_there;
  std::atomic<int> there = 0;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (++there == 8) all_there.set_value();
      (void)Query(*stuck, [open = open_] {
        open.wait();
        return OkStatus();
      });
    });
  }
  all_there.get_future().wait();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Query(*well, [] { return OkStatus(); }).ok());
  opener_.set_value();
  for (std::thread& caller : callers) caller.join();
  opener_ = {};
}

TEST_F(BulkheadTest, NoErrorShowsASecret) {
  auto bulkhead = Make({.retries = 0});
  Status status = Query(*bulkhead, [] { return PermissionDenied("key geheim, again geheim"); });
  EXPECT_EQ(status.message(), "key ******, again ******");
  for (int i = 0; i < 6; ++i) {
    status = Query(*bulkhead, [] { return Unavailable("GET ?sig=geheim failed"); });
    EXPECT_EQ(status.message().find("geheim"), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace alluxio::ufs
