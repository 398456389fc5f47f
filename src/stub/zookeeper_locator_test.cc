#include "stub/zookeeper_locator.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "conf/configuration.h"

namespace alluxio::stub {
namespace {

coord::NamedNode Leader(const std::string& name, int64_t created_ms) {
  coord::NamedNode node;
  node.name = name;
  node.node.stat.created_ms = created_ms;
  return node;
}

TEST(ZooKeeperLocatorTest, AddressesThatAreNoneAreRefused) {
  for (const char* text : {"", "h", "h:", ":1", "h:x", "h:0", "h:65536", "h:1x", "/1.2.3.4:5"}) {
    EXPECT_TRUE(ParseMasterAddress(text).status().Is(StatusCode::kInvalidArgument)) << text;
  }
  EXPECT_EQ(ParseMasterAddress("h/1.2.3.4:5")->ToString(), "h:5");
  EXPECT_EQ(ParseMasterAddress("h.domain:19998")->ToString(), "h.domain:19998");
}

TEST(ZooKeeperLocatorTest, TheLeaderNodeMadeLastCounts) {
  EXPECT_TRUE(NewestLeader({}).status().Is(StatusCode::kUnavailable));
  EXPECT_TRUE(NewestLeader({Leader("junk", 1)}).status().Is(StatusCode::kUnavailable));
  EXPECT_EQ(NewestLeader({Leader("a:1", 5), Leader("b:2", 7), Leader("c:3", 6)})->ToString(),
            "b:2");
}

// An ensemble of one process, which answers at once.
class QuickSession final : public coord::Coordinator {
 public:
  QuickSession(std::map<std::string, coord::Node>& nodes,
               Callback<void(coord::SessionState)> changed)
      : nodes_(nodes), changed_(std::move(changed)) {
    changed_(state_);
  }
  void Get(const std::string& path, Callback<void(Result<coord::Node>)> done) override {
    if (Over()) return done(Aborted("expired"));
    auto found = nodes_.find(path);
    if (found == nodes_.end()) return done(NotFound(path));
    done(found->second);
  }
  void Children(const std::string& path,
                Callback<void(Result<std::vector<std::string>>)> done) override {
    if (Over()) return done(Aborted("expired"));
    std::vector<std::string> names;
    for (const auto& [name, _] : nodes_) {
      if (coord::ParentOf(name) == path) names.push_back(name.substr(path.size() + 1));
    }
    if (names.empty()) return done(NotFound(path));
    done(std::move(names));
  }
  void Create(const std::string&, const std::string&, coord::CreateMode,
              Callback<void(Result<std::string>)> done) override {
    done(Unimplemented("create"));
  }
  void SetGuarded(const std::string&, const std::string&, const std::string&,
                  Callback<void(Status)> done) override {
    done(Unimplemented("set"));
  }
  void Exists(const std::string&, Callback<void()>,
              Callback<void(Result<coord::NodeStat>)> done) override {
    done(Unimplemented("exists"));
  }
  void Delete(const std::string&, Callback<void(Status)> done) override {
    done(Unimplemented("delete"));
  }
  coord::SessionState state() const override { return state_; }
  coord::SessionId session() const override { return {1, std::string(16, 'p')}; }
  Duration timeout() const override { return std::chrono::seconds(1); }

 private:
  bool Over() {
    auto over = nodes_.find("/expire");
    if (over != nodes_.end()) {
      nodes_.erase(over);
      state_ = coord::SessionState::kExpired;
      changed_(state_);
    }
    return state_ == coord::SessionState::kExpired;
  }
  std::map<std::string, coord::Node>& nodes_;
  Callback<void(coord::SessionState)> changed_;
  coord::SessionState state_ = coord::SessionState::kConnected;
};

class QuickEnsemble final : public coord::Coordination {
 public:
  Result<std::unique_ptr<coord::Coordinator>> Open(
      const coord::SessionOptions&, Callback<void(coord::SessionState)> changed) override {
    ++sessions;
    return std::unique_ptr<coord::Coordinator>(
        std::make_unique<QuickSession>(nodes, std::move(changed)));
  }
  void Add(const std::string& path, const std::string& data, int64_t created_ms) {
    nodes[path] = {data, {created_ms, 1}};
  }
  std::map<std::string, coord::Node> nodes;
  int sessions = 0;
};

class LocatorTest : public ::testing::Test {
 protected:
  std::shared_ptr<QuickEnsemble> ensemble_ = std::make_shared<QuickEnsemble>();
  ZooKeeperLocator locator_{ensemble_,
                            {.leader_path = "/leader", .election_path = "/election",
                             .inquiries = 0}};
};

TEST_F(LocatorTest, WithoutALeaderNodeThereIsNoPrimary) {
  EXPECT_TRUE(locator_.Primary().status().Is(StatusCode::kUnavailable));
  EXPECT_FALSE(locator_.HasMoved({"a", 1}));
  EXPECT_TRUE(locator_.All().empty());
}

TEST_F(LocatorTest, ThePrimaryMovesWithTheLeaderNode) {
  ensemble_->Add("/leader/a:1", "", 5);
  EXPECT_EQ(locator_.Primary()->ToString(), "a:1");
  EXPECT_FALSE(locator_.HasMoved({"a", 1}));
  ensemble_->Add("/leader/b:2", "", 6);  // while the old node lingers
  EXPECT_TRUE(locator_.HasMoved({"a", 1}));
  EXPECT_EQ(locator_.Primary()->ToString(), "b:2");
  EXPECT_EQ(ensemble_->sessions, 1);
}

TEST_F(LocatorTest, AnExpiredSessionIsReplaced) {
  ensemble_->Add("/leader/a:1", "", 5);
  ensemble_->Add("/expire", "", 1);
  EXPECT_FALSE(locator_.Primary().ok());
  EXPECT_EQ(locator_.Primary()->ToString(), "a:1");
  EXPECT_EQ(ensemble_->sessions, 2);
}

TEST_F(LocatorTest, AllAreTheCandidatesInTheirOrder) {
  ensemble_->Add("/election/_c_b-lock-0000000001", "b:1", 0);
  ensemble_->Add("/election/_c_z-lock-0000000000", "z:1", 0);
  ensemble_->Add("/election/_c_a-lock-0000000002", "", 0);
  std::vector<MasterAddress> all = locator_.All();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].ToString(), "z:1");
  EXPECT_EQ(all[1].ToString(), "b:1");
}

}  // namespace
}  // namespace alluxio::stub
