#include <gtest/gtest.h>

#include "auth/impersonation.h"
#include "auth/login_user.h"
#include "auth/plain.h"
#include "auth/user_groups.h"
#include "tests/fixtures/fake_clock.h"

namespace alluxio::auth {
namespace {

using std::string_literals::operator""s;

class FakeGroups : public GroupSource {
 public:
  Result<std::vector<std::string>> GroupsOf(const std::string& user) override {
    ++lookups;
    if (!failure.ok()) return failure;
    auto found = groups.find(user);
    return found == groups.end() ? std::vector<std::string>() : found->second;
  }

  std::map<std::string, std::vector<std::string>> groups;
  Status failure;
  int lookups = 0;
};

class AuthTest : public testing::Test {
 protected:
  FakeClock clock_;
  FakeGroups source_;
  UserGroups groups_{source_, UserGroupsOptions{std::chrono::seconds(60), 3}, clock_};
};

TEST_F(AuthTest, PlainRefusesWhatIsNotThreeParts) {
  EXPECT_FALSE(ParsePlain("").ok());
  EXPECT_FALSE(ParsePlain("alice").ok());
  EXPECT_FALSE(ParsePlain("\0alice"s).ok());
  EXPECT_FALSE(ParsePlain("\0a\0b\0c"s).ok());
  EXPECT_FALSE(ParsePlain("\0" + std::string(kMaxPlainBytes, 'x') + "\0p"s).ok());
}

TEST_F(AuthTest, PlainRefusesEmptyUserOrPassword) {
  EXPECT_TRUE(ParsePlain("\0\0noPassword"s).status().Is(StatusCode::kUnauthenticated));
  EXPECT_TRUE(ParsePlain("\0alice\0"s).status().Is(StatusCode::kUnauthenticated));
}

TEST_F(AuthTest, PlainRoundTrips) {
  PlainCredentials sent{"bob", "alice", "noPassword"};
  Result<PlainCredentials> got = ParsePlain(FormatPlain(sent));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->impersonated, "bob");
  EXPECT_EQ(got->user, "alice");
  EXPECT_EQ(got->password, "noPassword");
}

TEST_F(AuthTest, GroupsAreAskedForOnceUntilTheyExpire) {
  source_.groups["alice"] = {"staff", "wheel"};
  EXPECT_TRUE(groups_.IsMember("alice", "wheel"));
  EXPECT_EQ(groups_.PrimaryGroup("alice"), "staff");
  EXPECT_EQ(source_.lookups, 1);
  clock_.Advance(std::chrono::seconds(61));
  source_.groups["alice"] = {"other"};
  EXPECT_FALSE(groups_.IsMember("alice", "wheel"));
  EXPECT_EQ(source_.lookups, 2);
}

TEST_F(AuthTest, FailedLookupsAreNotRemembered) {
  source_.failure = Unavailable("directory server down");
  EXPECT_FALSE(groups_.GroupsOf("alice").ok());
  EXPECT_FALSE(groups_.IsMember("alice", "staff"));
  source_.failure = OkStatus();
  source_.groups["alice"] = {"staff"};
  EXPECT_TRUE(groups_.IsMember("alice", "staff"));
}

TEST_F(AuthTest, UnknownUserHasNoGroups) {
  EXPECT_EQ(groups_.PrimaryGroup("nobody-knows"), "");
  EXPECT_TRUE(groups_.GroupsOf("nobody-knows").value()->empty());
}

TEST_F(AuthTest, LeastRecentlyUsedIsForgottenBeyondTheLimit) {
  for (const char* user : {"a", "b", "c", "a", "d"}) groups_.PrimaryGroup(user);
  EXPECT_EQ(source_.lookups, 4);
  groups_.PrimaryGroup("a");
  EXPECT_EQ(source_.lookups, 4);
  groups_.PrimaryGroup("b");
  EXPECT_EQ(source_.lookups, 5);
}

TEST_F(AuthTest, SystemKnowsTheUserOfThisProcess) {
  Result<std::string> user = LoginUser();
  ASSERT_TRUE(user.ok()) << user.status();
  Result<std::vector<std::string>> groups = GroupSource::System().GroupsOf(*user);
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_FALSE(groups->empty());
  EXPECT_TRUE(GroupSource::System().GroupsOf("no-such-user-here")->empty());
}

TEST_F(AuthTest, ConfiguredLoginNameWins) { EXPECT_EQ(*LoginUser("carol"), "carol"); }

TEST_F(AuthTest, NobodyImpersonatesWithoutARule) {
  Impersonation rules({}, groups_);
  Status denied = rules.Check("alice", "bob");
  EXPECT_TRUE(denied.Is(StatusCode::kUnauthenticated));
  EXPECT_NE(denied.message().find("is not configured to allow any impersonation"),
            std::string::npos);
  EXPECT_TRUE(rules.Check("alice", "alice").ok());
}

TEST_F(AuthTest, RulesAllowUsersGroupsAndEverybody) {
  source_.groups["bob"] = {"staff"};
  const std::string prefix = "alluxio.master.security.impersonation.";
  Impersonation rules({{prefix + "hive.users", "carol, dave"},
                       {prefix + "presto.svc.groups", "staff"},
                       {prefix + "root.users", "*"},
                       {prefix + "yarn.groups", "*"},
                       {"alluxio.master.hostname", "x"}},
                      groups_);
  EXPECT_TRUE(rules.Check("hive", "carol").ok());
  EXPECT_TRUE(rules.Check("hive", "dave").ok());
  EXPECT_FALSE(rules.Check("hive", "bob").ok());
  EXPECT_TRUE(rules.Check("presto.svc", "bob").ok());
  EXPECT_FALSE(rules.Check("presto.svc", "carol").ok());
  EXPECT_TRUE(rules.Check("root", "anyone").ok());
  EXPECT_TRUE(rules.Check("yarn", "anyone").ok());
}

}  // namespace
}  // namespace alluxio::auth
