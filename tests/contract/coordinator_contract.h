// The contract of Coordinator: the same tests over the fake and over a real ZooKeeper.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "coord/coordinator.h"
#include "env/rng.h"

namespace alluxio::coord {

// Where sessions come from; its time is real or simulated.
class CoordinationWorld {
 public:
  virtual ~CoordinationWorld() = default;
  virtual Coordination& coordination() = 0;
  // Lets time pass until `done`; false when that does not come within `limit`.
  virtual bool Until(const std::function<bool()>& done, Duration limit) = 0;
  // No server answers any more, and again.
  virtual void CutOff() = 0;
  virtual void Restore() = 0;
};

// What a callback got; it may run on another thread.
template <typename T>
class Answer {
 public:
  Callback<void(T)> Take() {
    return [shared = shared_](T value) {
      MutexLock lock(shared->mutex);
      EXPECT_FALSE(shared->value) << "answered twice";
      shared->value = std::move(value);
    };
  }
  bool there() const {
    MutexLock lock(shared_->mutex);
    return shared_->value.has_value();
  }
  const T& value() const {
    MutexLock lock(shared_->mutex);
    return *shared_->value;
  }

 private:
  struct Shared {
    Mutex mutex{LockRank::kLeaf};
    std::optional<T> value GUARDED_BY(mutex);
  };
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

class CoordinatorContract
    : public ::testing::TestWithParam<std::unique_ptr<CoordinationWorld> (*)()> {
 protected:
  static constexpr Duration kTimeout = std::chrono::seconds(2);
  static constexpr Duration kPatience = std::chrono::seconds(30);

  // What a session told of its states.
  struct States {
    Mutex mutex{LockRank::kLeaf};
    std::vector<SessionState> seen GUARDED_BY(mutex);
    bool Saw(SessionState state) {
      MutexLock lock(mutex);
      return std::find(seen.begin(), seen.end(), state) != seen.end();
    }
  };

  void SetUp() override { world_ = GetParam()(); }

  std::unique_ptr<Coordinator> Open(SessionId resume = {},
                                    std::shared_ptr<States> states = std::make_shared<States>()) {
    auto session =
        world_->coordination().Open({kTimeout, std::move(resume)}, [states](SessionState state) {
          MutexLock lock(states->mutex);
          states->seen.push_back(state);
        });
    EXPECT_TRUE(session.ok()) << session.status();
    Coordinator* raw = session->get();
    EXPECT_TRUE(world_->Until([raw] { return raw->state() != SessionState::kConnecting; },
                              kPatience));
    return std::move(*session);
  }
  template <typename T>
  T Wait(Answer<T>& answer) {
    EXPECT_TRUE(world_->Until([&] { return answer.there(); }, kPatience)) << "no answer";
    return answer.there() ? answer.value() : T(Unavailable("the test gave up"));
  }

  Result<std::string> Create(Coordinator& session, const std::string& path,
                             CreateMode mode = CreateMode::kPersistent,
                             const std::string& data = "") {
    Answer<Result<std::string>> answer;
    session.Create(path, data, mode, answer.Take());
    return Wait(answer);
  }
  Result<Node> Get(Coordinator& session, const std::string& path) {
    Answer<Result<Node>> answer;
    session.Get(path, answer.Take());
    return Wait(answer);
  }
  Status Set(Coordinator& session, const std::string& path, const std::string& data,
             const std::string& guard) {
    Answer<Status> answer;
    session.SetGuarded(path, data, guard, answer.Take());
    return Wait(answer);
  }
  Result<std::vector<std::string>> Children(Coordinator& session, const std::string& path) {
    Answer<Result<std::vector<std::string>>> answer;
    session.Children(path, answer.Take());
    Result<std::vector<std::string>> names = Wait(answer);
    if (names.ok()) std::sort(names->begin(), names->end());
    return names;
  }
  Status Delete(Coordinator& session, const std::string& path) {
    Answer<Status> answer;
    session.Delete(path, answer.Take());
    return Wait(answer);
  }
  Result<NodeStat> Watch(Coordinator& session, const std::string& path,
                         std::shared_ptr<std::atomic<int>> fired) {
    Answer<Result<NodeStat>> answer;
    session.Exists(path, [fired] { ++*fired; }, answer.Take());
    return Wait(answer);
  }
  bool Fires(const std::shared_ptr<std::atomic<int>>& fired) {
    return world_->Until([&] { return *fired > 0; }, kPatience);
  }

  std::unique_ptr<CoordinationWorld> world_;
  const std::string root_ = "/contract-" + Rng::Real().Uuid();
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CoordinatorContract);

TEST_P(CoordinatorContract, ErrorsSayWhatIsWrong) {
  auto session = Open();
  EXPECT_TRUE(Get(*session, root_).status().Is(StatusCode::kNotFound));
  EXPECT_TRUE(Delete(*session, root_).Is(StatusCode::kNotFound));
  EXPECT_TRUE(Children(*session, root_).status().Is(StatusCode::kNotFound));
  ASSERT_TRUE(Create(*session, root_ + "/a").ok());
  EXPECT_TRUE(Create(*session, root_ + "/a").status().Is(StatusCode::kAlreadyExists));
  EXPECT_TRUE(Delete(*session, root_).Is(StatusCode::kFailedPrecondition));
  ASSERT_TRUE(Create(*session, root_ + "/e", CreateMode::kEphemeral).ok());
  EXPECT_TRUE(Create(*session, root_ + "/e/f").status().Is(StatusCode::kFailedPrecondition));
}

TEST_P(CoordinatorContract, CreateMakesParentsAndNamesInOrder) {
  auto session = Open();
  const std::string base = root_ + "/deep/down/lock-";
  Result<std::string> first = Create(*session, base, CreateMode::kEphemeralSequential, "one");
  Result<std::string> second = Create(*session, base, CreateMode::kEphemeralSequential, "two");
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_EQ(first->size(), base.size() + 10);
  EXPECT_LT(*first, *second);
  EXPECT_EQ(Get(*session, *second)->data, "two");
  EXPECT_EQ(Get(*session, *second)->stat.owner, session->session().id);
  EXPECT_EQ(Get(*session, root_ + "/deep/down")->stat.owner, 0);
  EXPECT_EQ(Children(*session, root_ + "/deep").value_or({}), std::vector<std::string>{"down"});
}

TEST_P(CoordinatorContract, ASetWithoutItsGuardDoesNothing) {
  auto session = Open();
  ASSERT_TRUE(Create(*session, root_ + "/a", CreateMode::kEphemeral, "old").ok());
  EXPECT_TRUE(Set(*session, root_ + "/a", "new", root_ + "/guard").Is(StatusCode::kNotFound));
  EXPECT_EQ(Get(*session, root_ + "/a")->data, "old");
  ASSERT_TRUE(Create(*session, root_ + "/guard").ok());
  EXPECT_TRUE(Set(*session, root_ + "/b", "new", root_ + "/guard").Is(StatusCode::kNotFound));
  EXPECT_TRUE(Set(*session, root_ + "/a", "new", root_ + "/guard").ok());
  EXPECT_EQ(Get(*session, root_ + "/a")->data, "new");
}

TEST_P(CoordinatorContract, AWatchFiresOnceForWhatAnotherSessionDoes) {
  auto session = Open();
  auto other = Open();
  auto made = std::make_shared<std::atomic<int>>(0);
  EXPECT_TRUE(Watch(*session, root_ + "/a", made).status().Is(StatusCode::kNotFound));
  ASSERT_TRUE(Create(*other, root_ + "/a").ok());
  EXPECT_TRUE(Fires(made));

  auto changed = std::make_shared<std::atomic<int>>(0);
  EXPECT_TRUE(Watch(*session, root_ + "/a", changed).ok());
  ASSERT_TRUE(Set(*other, root_ + "/a", "new", root_ + "/a").ok());
  EXPECT_TRUE(Fires(changed));

  auto gone = std::make_shared<std::atomic<int>>(0);
  EXPECT_TRUE(Watch(*session, root_ + "/a", gone).ok());
  ASSERT_TRUE(Delete(*other, root_ + "/a").ok());
  EXPECT_TRUE(Fires(gone));
  EXPECT_EQ(*made, 1);
  EXPECT_EQ(*changed, 1);
}

TEST_P(CoordinatorContract, EphemeralNodesGoWithTheirSession) {
  auto session = Open();
  auto other = Open();
  ASSERT_TRUE(Create(*session, root_ + "/a", CreateMode::kEphemeral).ok());
  auto gone = std::make_shared<std::atomic<int>>(0);
  ASSERT_TRUE(Watch(*other, root_ + "/a", gone).ok());
  session.reset();
  EXPECT_TRUE(Fires(gone));
}

TEST_P(CoordinatorContract, WhoKnowsASessionCanEndItForItsOwner) {
  auto states = std::make_shared<States>();
  auto session = Open({}, states);
  auto other = Open();
  ASSERT_TRUE(Create(*session, root_ + "/a", CreateMode::kEphemeral).ok());
  auto gone = std::make_shared<std::atomic<int>>(0);
  ASSERT_TRUE(Watch(*other, root_ + "/a", gone).ok());

  SessionId wrong = session->session();
  wrong.password.assign(16, 'x');
  EXPECT_EQ(Open(wrong)->state(), SessionState::kExpired);
  EXPECT_EQ(*gone, 0);

  auto again = Open(session->session());
  EXPECT_EQ(again->state(), SessionState::kConnected);
  EXPECT_EQ(again->session().id, session->session().id);
  again.reset();
  EXPECT_TRUE(Fires(gone));
  EXPECT_TRUE(world_->Until([&] { return states->Saw(SessionState::kExpired); }, kPatience));
  EXPECT_TRUE(Get(*session, "/").status().Is(StatusCode::kAborted));
  EXPECT_EQ(session->state(), SessionState::kExpired);
}

TEST_P(CoordinatorContract, ASessionOutlivesALostConnection) {
  auto states = std::make_shared<States>();
  auto session = Open({}, states);
  ASSERT_TRUE(Create(*session, root_ + "/a", CreateMode::kEphemeral).ok());
  const int64_t id = session->session().id;
  EXPECT_EQ(session->timeout(), kTimeout);
  world_->CutOff();
  Answer<Result<Node>> lost;
  session->Get(root_, lost.Take());
  EXPECT_TRUE(Wait(lost).status().Is(StatusCode::kUnavailable));
  EXPECT_TRUE(world_->Until([&] { return states->Saw(SessionState::kConnecting); }, kPatience));
  world_->Restore();
  EXPECT_TRUE(world_->Until([&] { return session->state() == SessionState::kConnected; },
                            kPatience));
  EXPECT_EQ(session->session().id, id);
  EXPECT_TRUE(Get(*session, root_ + "/a").ok());
}

TEST_P(CoordinatorContract, CallsUnderWayAreCancelledByTheEnd) {
  auto session = Open();
  world_->CutOff();
  Answer<Result<Node>> answer;
  session->Get(root_, answer.Take());
  session.reset();
  EXPECT_TRUE(answer.there());
  EXPECT_TRUE(answer.value().status().Is(StatusCode::kCancelled));
  world_->Restore();
}

}  // namespace alluxio::coord
