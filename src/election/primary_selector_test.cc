#include "election/primary_selector.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "conf/configuration.h"
#include "election/internal/candidate.h"
#include "tests/fixtures/fake_zookeeper.h"
#include "tests/fixtures/sim_loop.h"

namespace alluxio::election {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(PrimarySelectorTest, AMasterAloneIsElectedWhenItJoins) {
  auto selector = PrimarySelector::Single();
  int elected = 0;
  SelectorEvents events;
  events.elected = [&elected] { ++elected; };
  selector->Start(std::move(events));
  EXPECT_EQ(elected, 0);
  selector->Join();
  EXPECT_EQ(elected, 1);
  EXPECT_TRUE(selector->lease().Held());
  selector->Resign();
  EXPECT_TRUE(selector->Leader().status().Is(StatusCode::kUnavailable));
}

TEST(PrimarySelectorTest, OrderIsByWhatComesAfterLock) {
  EXPECT_LT(OrderOf("_c_ffff-lock-0000000001"), OrderOf("_c_0000-lock-0000000002"));
  EXPECT_LT(OrderOf("lock-0000000001"), OrderOf("_c_0000-lock-0000000002"));
}

// Candidates of two masters in simulated time.
class CandidateTest : public ::testing::Test {
 protected:
  static constexpr Duration kTimeout = seconds(2);
  struct Master {
    SimProcess* process = nullptr;
    std::unique_ptr<SimLoop> loop;
    std::unique_ptr<Candidate> candidate;
    int elected = 0;
    int sessions = 0;
    std::optional<Status> deposed;
    bool held() const { return candidate->lease().Held(); }
  };

  std::unique_ptr<Master> Start(const std::string& address,
                                ErrorPolicy policy = ErrorPolicy::kSession) {
    auto master = std::make_unique<Master>();
    master->process = &world_.AddProcess();
    master->loop = std::make_unique<SimLoop>(world_, *master->process);
    SelectorOptions options;
    options.address = address;
    options.session_timeout = kTimeout;
    options.policy = policy;
    SelectorEvents events;
    events.elected = [m = master.get()] { ++m->elected; };
    events.session_began = [m = master.get()](const coord::SessionId&) { ++m->sessions; };
    events.deposed = [m = master.get()](Status why) {
      EXPECT_FALSE(m->held());
      m->deposed = std::move(why);
    };
    master->candidate = std::make_unique<Candidate>(
        options,
        Candidate::World{zookeeper_.ClientOf(*master->process), *master->loop,
                         master->process->clock(), world_.rng()},
        std::move(events));
    master->candidate->Start();
    master->candidate->Join();
    world_.RunFor(milliseconds(100));
    return master;
  }

  SimWorld world_{11};
  FakeZooKeeper zookeeper_{world_, {.servers = 3}};
};

TEST_F(CandidateTest, TheFirstIsElectedAtOnceAndTheSecondWhenItGoes) {
  auto first = Start("h1:1");
  auto second = Start("h2:2");
  EXPECT_EQ(first->elected, 1);
  EXPECT_TRUE(first->held());
  world_.RunFor(seconds(10));
  EXPECT_TRUE(first->held());
  EXPECT_EQ(second->elected, 0);
  first->candidate->Close();
  EXPECT_FALSE(first->held());
  world_.RunFor(milliseconds(20));
  EXPECT_EQ(second->elected, 1);
  EXPECT_TRUE(second->held());
  EXPECT_FALSE(first->deposed);  // it went by itself
}

TEST_F(CandidateTest, TheLeaseEndsBeforeAnotherCanBeElected) {
  auto first = Start("h1:1");
  auto second = Start("h2:2");
  zookeeper_.CutClient(*first->process);
  world_.RunFor(kTimeout / 2);
  EXPECT_FALSE(first->held());
  EXPECT_EQ(second->elected, 0);
  world_.RunFor(2 * kTimeout);
  EXPECT_EQ(second->elected, 1);
  EXPECT_FALSE(first->deposed);
  zookeeper_.HealClient(*first->process);
  world_.RunFor(kTimeout);
  ASSERT_TRUE(first->deposed);
  EXPECT_FALSE(first->held());
}

TEST_F(CandidateTest, AShortDisconnectionKeepsThePlaceUnlessThePolicyIsStandard) {
  for (ErrorPolicy policy : {ErrorPolicy::kSession, ErrorPolicy::kStandard}) {
    auto master = Start("h1:1", policy);
    ASSERT_EQ(master->elected, 1);
    zookeeper_.BreakConnections(*master->process);
    world_.RunFor(milliseconds(200));
    EXPECT_EQ(master->deposed.has_value(), policy == ErrorPolicy::kStandard);
    EXPECT_EQ(master->held(), policy == ErrorPolicy::kSession);
    master->candidate->Close();
    world_.RunFor(2 * kTimeout);
  }
}

// The old server may have stopped before it told the leader that it had heard of us.
TEST_F(CandidateTest, SignsFromBeforeAReconnectionMakeNoLeaseLonger) {
  auto first = Start("h1:1");
  world_.RunFor(seconds(5));
  Duration left = first->candidate->lease().Left();
  ASSERT_GT(left, kTimeout / 4);
  zookeeper_.BreakConnections(*first->process);
  world_.RunFor(milliseconds(50));
  EXPECT_LE(first->candidate->lease().Left(), left - milliseconds(50));
  world_.RunFor(kTimeout / 2);
  EXPECT_TRUE(first->held());
  EXPECT_FALSE(first->deposed);
}

TEST_F(CandidateTest, WithoutZooKeeperTheLeaseIsOverUntilItIsBack) {
  auto master = Start("h1:1");
  for (int i = 0; i < 3; ++i) zookeeper_.StopServer(i);
  world_.RunFor(std::chrono::minutes(1));
  EXPECT_FALSE(master->held());
  EXPECT_FALSE(master->deposed);
  for (int i = 0; i < 3; ++i) zookeeper_.StartServer(i);
  world_.RunFor(seconds(5));
  EXPECT_TRUE(master->held());  // the session had its whole timeout again
  EXPECT_EQ(master->elected, 1);
}

TEST_F(CandidateTest, WhoWaitsTakesAnotherSessionSilently) {
  auto first = Start("h1:1");
  auto second = Start("h2:2");
  zookeeper_.CutClient(*second->process);
  world_.RunFor(3 * kTimeout);
  zookeeper_.HealClient(*second->process);
  world_.RunFor(kTimeout);
  EXPECT_EQ(second->sessions, 2);
  EXPECT_FALSE(second->deposed);
  first->candidate->Close();
  world_.RunFor(milliseconds(50));
  EXPECT_EQ(second->elected, 1);
}

TEST_F(CandidateTest, APlaceDeletedByHandDeposesBeforeAnotherIsElected) {
  auto first = Start("h1:1");
  auto second = Start("h2:2");
  std::string node;
  while (node.find("lock-0000000000") == std::string::npos) node = zookeeper_.AnyNode(world_.rng());
  zookeeper_.DeleteByHand(node);
  while (second->elected == 0 && world_.now() < seconds(60)) {
    world_.Step();
    EXPECT_FALSE(first->held() && second->held());
    if (first->deposed && first->candidate) first->candidate.reset();
    if (first->candidate == nullptr) break;
  }
  world_.RunFor(kTimeout);
  EXPECT_TRUE(first->deposed);
  EXPECT_EQ(second->elected, 1);
}

TEST_F(CandidateTest, TheLeaderNodeIsMadeAgainAndAStaleOneReplaced) {
  auto old = Start("h1:1");
  old->candidate->Announce();
  world_.RunFor(milliseconds(50));
  EXPECT_TRUE(zookeeper_.Has("/alluxio/leader/h1:1"));
  old->process->Kill();  // its session lives on
  auto again = Start("h1:1");
  EXPECT_EQ(again->elected, 0);
  world_.RunFor(2 * kTimeout);
  ASSERT_EQ(again->elected, 1);
  EXPECT_FALSE(zookeeper_.Has("/alluxio/leader/h1:1"));
  again->candidate->Announce();
  world_.RunFor(milliseconds(50));
  EXPECT_TRUE(zookeeper_.Has("/alluxio/leader/h1:1"));
  zookeeper_.DeleteByHand("/alluxio/leader/h1:1");
  world_.RunFor(kTimeout);
  EXPECT_TRUE(zookeeper_.Has("/alluxio/leader/h1:1"));
  old->candidate.reset();
}

}  // namespace
}  // namespace alluxio::election
