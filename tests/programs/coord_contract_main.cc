// coord-contract: the contract of Coordinator over a real ZooKeeper.
//
//   ZOOKEEPER=127.0.0.1:2181/chroot ZOOKEEPER_PIDS=12,13 coord-contract
//
// The processes are the servers; they are stopped and continued to cut the sessions off.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <sstream>

#include "coord/session.h"
#include "coord/zookeeper.h"
#include "env/clock.h"
#include "tests/contract/coordinator_contract.h"

namespace alluxio::coord {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class RealWorld final : public CoordinationWorld {
 public:
  static std::unique_ptr<CoordinationWorld> Create() { return std::make_unique<RealWorld>(); }
  ~RealWorld() override { Restore(); }

  Coordination& coordination() override { return zookeeper_; }
  bool Until(const std::function<bool()>& done, Duration limit) override {
    const Duration end = Clock::Real().Monotonic() + limit;
    while (!done()) {
      if (Clock::Real().Monotonic() > end) return false;
      ::usleep(2000);
    }
    return true;
  }
  void CutOff() override { Signal(SIGSTOP); }
  void Restore() override { Signal(SIGCONT); }

 private:
  static void Signal(int signal) {
    std::istringstream pids(Variable("ZOOKEEPER_PIDS"));
    std::string pid;
    while (std::getline(pids, pid, ',')) {
      ASSERT_EQ(::kill(static_cast<pid_t>(std::stoi(pid)), signal), 0) << pid;
    }
  }
  ZooKeeper zookeeper_{ZooKeeperAddress::Parse(Variable("ZOOKEEPER")).value()};
};

INSTANTIATE_TEST_SUITE_P(ZooKeeper, CoordinatorContract, ::testing::Values(&RealWorld::Create));

// zoo_amulti of such a session once freed what was not its own.
TEST(ZooKeeperTest, AnExpiredSessionRefusesEveryCall) {
  RealWorld world;
  const Duration limit = std::chrono::seconds(30);
  auto connected = [&](Coordinator& session) {
    return world.Until([&] { return session.state() == SessionState::kConnected; }, limit);
  };
  auto open = [&](SessionId resume) {
    return world.coordination()
        .Open({.timeout = std::chrono::seconds(2), .resume = std::move(resume)},
              [](SessionState) {})
        .value();
  };
  std::unique_ptr<Coordinator> session = open({});
  ASSERT_TRUE(connected(*session));
  // Until the end of it by another hand has come.
  for (int i = 0; i < 20 && session->state() != SessionState::kExpired; ++i) {
    std::unique_ptr<Coordinator> other = open(session->session());
    if (!connected(*other)) break;
    other.reset();
    world.Until([&] { return session->state() == SessionState::kExpired; },
                std::chrono::seconds(2));
  }
  ASSERT_EQ(session->state(), SessionState::kExpired);
  const std::string guard = "/a-guard-that-is-no-short-string";
  for (int i = 0; i < 100; ++i) {
    std::atomic<bool> aborted = false;
    session->SetGuarded("/a-node-that-is-no-short-string", "x", guard,
                        [&](const Status& status) { aborted = status.Is(StatusCode::kAborted); });
    EXPECT_TRUE(aborted);
  }
}

TEST(SessionTest, WaitsForAnswersAndReadsChildren) {
  ZooKeeper zookeeper(ZooKeeperAddress::Parse(Variable("ZOOKEEPER")).value());
  auto opened = Session::Open(zookeeper, {.timeout = std::chrono::seconds(2), .resume = {}});
  ASSERT_TRUE(opened.ok()) << opened.status();
  Session& session = **opened;
  const Duration limit = std::chrono::seconds(20);
  ASSERT_TRUE(session.AwaitConnected(limit).ok());
  const std::string root = "/session-" + Rng::Real().Uuid();
  ASSERT_TRUE(session.Create(root + "/a", "1", CreateMode::kEphemeral, limit).ok());
  ASSERT_TRUE(session.Create(root + "/b", "2", CreateMode::kEphemeral, limit).ok());
  Result<std::vector<NamedNode>> nodes = session.ChildNodes(root, limit);
  ASSERT_TRUE(nodes.ok()) << nodes.status();
  ASSERT_EQ(nodes->size(), 2u);
  EXPECT_NE((*nodes)[0].node.data, (*nodes)[1].node.data);
  EXPECT_TRUE(session.Delete(root + "/a", limit).ok());
  EXPECT_EQ(session.Children(root, limit).value_or({}), std::vector<std::string>{"b"});
  EXPECT_TRUE(session.Get(root + "/a", limit).status().Is(StatusCode::kNotFound));
}

TEST(SessionTest, NobodyThereIsUnavailable) {
  ZooKeeper zookeeper(ZooKeeperAddress::Parse("127.0.0.1:1").value());
  auto session = Session::Open(zookeeper, {.timeout = std::chrono::seconds(2), .resume = {}});
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_TRUE((*session)->AwaitConnected(std::chrono::milliseconds(300))
                  .Is(StatusCode::kUnavailable));
}

}  // namespace
}  // namespace alluxio::coord
