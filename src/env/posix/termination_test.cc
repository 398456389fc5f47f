#include "env/termination.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace alluxio {
namespace {

class TerminationTest : public ::testing::Test {
 protected:
  TerminationTest() { pthread_sigmask(SIG_SETMASK, nullptr, &before_); }
  ~TerminationTest() override { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  sigset_t before_;
};

TEST_F(TerminationTest, WaitingForNothingEnds) {
  Termination termination;
  EXPECT_FALSE(termination.WaitFor(Duration::zero()).has_value());
  EXPECT_FALSE(termination.WaitFor(std::chrono::milliseconds(1)).has_value());
}

TEST_F(TerminationTest, ASignalIsReturnedOnce) {
  Termination termination;
  ASSERT_EQ(pthread_kill(pthread_self(), SIGTERM), 0);
  EXPECT_EQ(termination.WaitFor(std::chrono::seconds(10)), SIGTERM);
  EXPECT_FALSE(termination.WaitFor(Duration::zero()).has_value());
  ASSERT_EQ(pthread_kill(pthread_self(), SIGINT), 0);
  EXPECT_EQ(termination.Wait(), SIGINT);
}

}  // namespace
}  // namespace alluxio
