#include "ufs/guard/circuit_breaker.h"

#include <gtest/gtest.h>

namespace alluxio::ufs {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
using Admission = CircuitBreaker::Admission;

constexpr CircuitBreakerOptions kOptions{.failures = 3, .open_time = 10s, .max_open_time = 25s};

void Fail(CircuitBreaker& breaker, Duration now, int times = 3) {
  for (int i = 0; i < times; ++i) breaker.Report(breaker.Admit(now), false, now);
}

TEST(CircuitBreaker, FailuresInARowOpenIt) {
  CircuitBreaker breaker(kOptions);
  Fail(breaker, 1s, 2);
  breaker.Report(breaker.Admit(1s), true, 1s);
  Fail(breaker, 1s, 2);
  EXPECT_EQ(breaker.state(), State::kClosed) << "a success starts the count again";
  EXPECT_TRUE(breaker.Report(breaker.Admit(1s), false, 1s));
  EXPECT_EQ(breaker.state(), State::kOpen);
  EXPECT_EQ(breaker.Admit(2s), Admission::kRefused);
  EXPECT_EQ(breaker.TimeLeft(2s), 9s);
}

TEST(CircuitBreaker, OneProbeAtATime) {
  CircuitBreaker breaker(kOptions);
  Fail(breaker, 0s);
  EXPECT_EQ(breaker.Admit(10s), Admission::kProbe);
  EXPECT_EQ(breaker.state(), State::kHalfOpen);
  EXPECT_EQ(breaker.Admit(100s), Admission::kRefused);
  breaker.Report(Admission::kProbe, true, 100s);
  EXPECT_EQ(breaker.Admit(100s), Admission::kCall);
}

TEST(CircuitBreaker, AFailedProbeDoublesThePauseUpToItsLimit) {
  CircuitBreaker breaker(kOptions);
  Fail(breaker, 0s);
  breaker.Report(breaker.Admit(10s), false, 12s);
  EXPECT_EQ(breaker.TimeLeft(12s), 20s);
  breaker.Report(breaker.Admit(32s), false, 32s);
  EXPECT_EQ(breaker.TimeLeft(32s), 25s);
  breaker.Report(breaker.Admit(57s), true, 57s);
  Fail(breaker, 60s);
  EXPECT_EQ(breaker.TimeLeft(60s), 10s) << "a success gives the first pause back";
}

TEST(CircuitBreaker, WhatBeganBeforeItOpenedDoesNotCloseIt) {
  CircuitBreaker breaker(kOptions);
  Admission early = breaker.Admit(0s);
  Fail(breaker, 0s);
  EXPECT_FALSE(breaker.Report(early, true, 5s));
  EXPECT_EQ(breaker.state(), State::kOpen);
}

}  // namespace
}  // namespace alluxio::ufs
