#include "master/service/config_updates.h"

#include <gmock/gmock.h>

#include "conf/key.h"
#include "tests/fixtures/fake_clock.h"

namespace alluxio::master {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kWriteType[] = "alluxio.user.file.writetype.default";
constexpr char kTtl[] = "alluxio.master.ttl.checker.interval";

TEST(ConfigUpdatesTest, NothingUnlessItIsAllowed) {
  FakeClock clock;
  ConfigUpdates updates(conf::Configuration::ForTest(), clock);
  EXPECT_THAT(updates.Update({{kWriteType, "THROUGH"}}),
              UnorderedElementsAre(Pair(kWriteType, false)));
  EXPECT_EQ(updates.Now()->GetString(kWriteType), "ASYNC_THROUGH");
}

class AllowedUpdatesTest : public ::testing::Test {
 protected:
  AllowedUpdatesTest() {
    updates_.SetListener([this](const conf::Configuration& conf) {
      seen_.push_back(conf.GetString(kTtl));
    });
  }
  FakeClock clock_;
  ConfigUpdates updates_{
      conf::Configuration::ForTest({{"alluxio.conf.dynamic.update.enabled", "true"}}), clock_};
  std::vector<std::string> seen_;
};

TEST_F(AllowedUpdatesTest, WhatClientsGetChangesAndWhoHasACopyKeepsIt) {
  auto before = updates_.Now();
  std::string hash = before->Hash();
  clock_.Advance(std::chrono::seconds(5));
  EXPECT_THAT(updates_.Update({{kWriteType, "THROUGH"}}),
              UnorderedElementsAre(Pair(kWriteType, true)));
  EXPECT_EQ(before->GetString(kWriteType), "ASYNC_THROUGH");
  EXPECT_EQ(updates_.Now()->GetString(kWriteType), "THROUGH");
  EXPECT_EQ(updates_.Now()->SourceOf(kWriteType).ToString(), "RUNTIME");
  EXPECT_NE(updates_.Now()->Hash(), hash);
  EXPECT_EQ(updates_.updated_ms(), clock_.NowMs());
  EXPECT_TRUE(seen_.empty());
}

TEST_F(AllowedUpdatesTest, EachByItselfAndTheMasterHearsOfItsOwn) {
  EXPECT_THAT(updates_.Update({{kTtl, "5s"},
                               {kWriteType, "SOMETIMES"},
                               {"alluxio.master.rpc.port", "1"},
                               {"alluxio.security.authentication.type", "NOSASL"},
                               {"alluxio.nosuch", "1"},
                               {"alluxio.master.daily.backup.time", "noon"},
                               {"alluxio.underfs.cleanup.interval", "soon"}}),
              UnorderedElementsAre(Pair(kTtl, true), Pair(kWriteType, false),
                                   Pair("alluxio.master.rpc.port", false),
                                   Pair("alluxio.security.authentication.type", false),
                                   Pair("alluxio.nosuch", false),
                                   Pair("alluxio.master.daily.backup.time", false),
                                   Pair("alluxio.underfs.cleanup.interval", false)));
  EXPECT_THAT(seen_, ::testing::ElementsAre("5s"));
}

TEST(ConfigUpdatesTest, WhatIsReadAgainIsKnownAndWorks) {
  int count = 0;
  for (const conf::Key* key : conf::AllKeys()) {
    if (!ConfigUpdates::IsReadAgain(key->name)) continue;
    ++count;
    EXPECT_EQ(key->effect, conf::Effect::Works) << key->name;
  }
  EXPECT_EQ(count, 13);
}

}  // namespace
}  // namespace alluxio::master
