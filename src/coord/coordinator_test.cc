#include "coord/coordinator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "tests/contract/coordinator_contract.h"
#include "tests/fixtures/fake_zookeeper.h"

namespace alluxio::coord {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// One process of a simulated ensemble of three.
class FakeWorld final : public CoordinationWorld {
 public:
  static std::unique_ptr<CoordinationWorld> Create() { return std::make_unique<FakeWorld>(); }

  Coordination& coordination() override { return zookeeper_.ClientOf(process_); }
  bool Until(const std::function<bool()>& done, Duration limit) override {
    const Duration end = world_.now() + limit;
    while (!done() && world_.now() < end) world_.Step();
    return done();
  }
  void CutOff() override { zookeeper_.CutClient(process_); }
  void Restore() override { zookeeper_.HealClient(process_); }

 private:
  SimWorld world_{1};
  FakeZooKeeper zookeeper_{world_, {.servers = 3}};
  SimProcess& process_ = world_.AddProcess();
};

INSTANTIATE_TEST_SUITE_P(Fake, CoordinatorContract, ::testing::Values(&FakeWorld::Create));

TEST(CoordinatorTest, ParentOf) {
  EXPECT_EQ(ParentOf("/a/b"), "/a");
  EXPECT_EQ(ParentOf("/a"), "/");
}

// What only the fake can show on purpose.
class FakeZooKeeperTest : public ::testing::Test {
 protected:
  static constexpr Duration kTimeout = seconds(2);

  std::unique_ptr<Coordinator> Open(SimProcess& process) {
    auto session = zookeeper_.ClientOf(process).Open({.timeout = kTimeout, .resume = {}},
                                                     [](SessionState) {});
    EXPECT_TRUE(session.ok());
    world_.RunFor(milliseconds(500));
    return std::move(*session);
  }
  std::optional<Result<std::string>> Create(Coordinator& session, const std::string& path) {
    auto made = std::make_shared<std::optional<Result<std::string>>>();  // it may come later
    session.Create(path, "", CreateMode::kEphemeral, [made](Result<std::string> r) { *made = r; });
    world_.RunFor(milliseconds(20));
    return *made;
  }

  SimWorld world_{7};
  FakeZooKeeper zookeeper_{world_, {.servers = 3}};
  SimProcess& first_ = world_.AddProcess();
  SimProcess& second_ = world_.AddProcess();
};

TEST_F(FakeZooKeeperTest, ASessionThatIsCutOffEndsAndLearnsItLater) {
  auto session = Open(first_);
  ASSERT_TRUE(Create(*session, "/a"));
  zookeeper_.CutClient(first_);
  world_.RunFor(seconds(5));
  EXPECT_FALSE(zookeeper_.Has("/a"));
  EXPECT_EQ(session->state(), SessionState::kConnecting);
  zookeeper_.HealClient(first_);
  world_.RunFor(seconds(5));
  EXPECT_EQ(session->state(), SessionState::kExpired);
}

TEST_F(FakeZooKeeperTest, AProcessThatIsPausedLosesItsSession) {
  auto session = Open(first_);
  ASSERT_TRUE(Create(*session, "/a"));
  first_.Pause();
  world_.RunFor(seconds(5));
  EXPECT_FALSE(zookeeper_.Has("/a"));
  EXPECT_EQ(session->state(), SessionState::kConnected);  // it has not run since
  first_.Continue();
  world_.RunFor(seconds(5));
  EXPECT_EQ(session->state(), SessionState::kExpired);
}

TEST_F(FakeZooKeeperTest, AWatchFiresForWhatHappenedWithoutAConnection) {
  auto session = Open(first_);
  auto other = Open(second_);
  ASSERT_TRUE(Create(*other, "/a"));
  int fired = 0;
  session->Exists("/a", [&fired] { ++fired; }, [](Result<NodeStat> stat) {
    EXPECT_TRUE(stat.ok());
  });
  world_.RunFor(milliseconds(20));
  zookeeper_.CutClient(first_);
  zookeeper_.BreakConnections(first_);
  zookeeper_.DeleteByHand("/a");
  world_.RunFor(milliseconds(500));
  EXPECT_EQ(fired, 0);
  zookeeper_.HealClient(first_);
  world_.RunFor(seconds(2));
  EXPECT_EQ(fired, 1);
}

TEST_F(FakeZooKeeperTest, AServerThatIsCutOffAnswersReadsAndNoWrites) {
  auto session = Open(first_);
  ASSERT_TRUE(Create(*session, "/a"));
  world_.RunFor(milliseconds(20));
  for (int i = 0; i < zookeeper_.servers(); ++i) zookeeper_.CutServer(i);
  std::optional<Result<Node>> node;
  session->Get("/a", [&node](Result<Node> n) { node = std::move(n); });
  world_.RunFor(milliseconds(20));
  ASSERT_TRUE(node);
  EXPECT_TRUE(node->ok()) << node->status();
  EXPECT_FALSE(Create(*session, "/b"));
}

TEST_F(FakeZooKeeperTest, TheEnsembleSurvivesItsLeader) {
  auto session = Open(first_);
  ASSERT_TRUE(Create(*session, "/a"));
  zookeeper_.StopServer(zookeeper_.leader());
  world_.RunFor(seconds(2));
  EXPECT_GE(zookeeper_.leader(), 0);
  EXPECT_TRUE(zookeeper_.Has("/a"));
  auto made = Create(*session, "/b");
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->ok()) << made->status();
}

}  // namespace
}  // namespace alluxio::coord
