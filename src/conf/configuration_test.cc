#include "conf/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(ConfigurationTest, WrongTypesAreRefusedAndChangeNothing) {
  Configuration conf = Configuration::ForTest();
  EXPECT_EQ(conf.Set("alluxio.master.rpc.port", "abc").code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(conf.Set("alluxio.master.rpc.port", "70000").ok());
  EXPECT_FALSE(conf.Set("alluxio.user.file.writetype.default", "SOMETIMES").ok());
  EXPECT_FALSE(conf.Set("alluxio.security.authorization.permission.enabled", "maybe").ok());
  EXPECT_EQ(conf.GetInt("alluxio.master.rpc.port"), 19998);
  EXPECT_EQ(conf.SourceOf("alluxio.master.rpc.port").kind, SourceKind::kDefault);
}

TEST(ConfigurationTest, CirclesAreRefused) {
  Configuration conf = Configuration::ForTest({{"alluxio.home", "/a"}});
  EXPECT_FALSE(conf.Set("alluxio.home", "${alluxio.work.dir}").ok());
  EXPECT_FALSE(conf.Set("alluxio.home", "${alluxio.home}/x").ok());
  EXPECT_FALSE(conf.Set("alluxio.home", "${alluxio.conf.dir").ok());
  EXPECT_FALSE(conf.Set("alluxio.home", "${no.such.name}").ok());
  EXPECT_EQ(conf.GetString("alluxio.conf.dir"), "/a/conf");
}

TEST(ConfigurationTest, AValueThatOthersReferToMustSuitThemToo) {
  Configuration conf = Configuration::ForTest(
      {{"my.port", "1"}, {"alluxio.master.rpc.port", "${my.port}"}});
  EXPECT_FALSE(conf.Set("my.port", "one").ok());
  EXPECT_EQ(conf.GetInt("alluxio.master.rpc.port"), 1);
}

TEST(ConfigurationDeathTest, ProgrammerErrorsEndTheProcess) {
  Configuration conf = Configuration::ForTest();
  EXPECT_DEATH(conf.GetInt("alluxio.no.such.key"), "no property is called");
  EXPECT_DEATH(conf.GetInt("alluxio.home"), "whole number");
  EXPECT_DEATH(conf.GetBytes("alluxio.worker.tieredstore.level1.dirs.quota"), "no value");
}

TEST(ConfigurationTest, ReferencesNest) {
  Configuration conf = Configuration::ForTest({{"alluxio.home", "/opt/a"},
                                               {"my.part", "home"},
                                               {"my.path", "<${alluxio.${my.part}}|${my.part}>"}});
  EXPECT_EQ(conf.GetString("my.path"), "</opt/a|home>");
  EXPECT_EQ(conf.GetString("alluxio.site.conf.dir"),
            "/opt/a/conf/,/home/tester/.alluxio/,/etc/alluxio/");
  EXPECT_EQ(conf.FindRaw("alluxio.conf.dir"), "${alluxio.home}/conf");
}

TEST(ConfigurationTest, ReferenceToAnUnsetNameLeavesADefaultUnset) {
  Configuration conf = Configuration::ForTest();
  EXPECT_FALSE(conf.Has("alluxio.worker.tieredstore.level1.dirs.mediumtype"));
  ASSERT_TRUE(conf.Set("alluxio.worker.tieredstore.level1.alias", "SSD").ok());
  EXPECT_EQ(conf.GetString("alluxio.worker.tieredstore.level1.dirs.mediumtype"), "SSD");
}

TEST(ConfigurationTest, AccessorsConvert) {
  Configuration conf = Configuration::ForTest({{"alluxio.tmp.dirs", "/a, /b"}});
  EXPECT_EQ(conf.GetBytes("alluxio.user.block.size.bytes.default"), 64 << 20);
  EXPECT_EQ(conf.GetDuration("alluxio.user.conf.sync.interval"), 60s);
  EXPECT_TRUE(conf.GetBool("alluxio.security.authorization.permission.enabled"));
  EXPECT_DOUBLE_EQ(conf.GetDouble("alluxio.worker.tieredstore.level0.watermark.high.ratio"), 0.95);
  EXPECT_THAT(conf.GetList("alluxio.tmp.dirs"), ElementsAre("/a", "/b"));
}

TEST(ConfigurationTest, ComputedDefaultsFollowTheMachine) {
  Configuration conf = Configuration::ForTest();  // 4 processors, 3 GB
  EXPECT_EQ(conf.GetInt("alluxio.master.rpc.executor.fjp.parallelism"), 8);
  EXPECT_EQ(conf.GetBytes("alluxio.worker.ramdisk.size"), 2LL << 30);
}

TEST(ConfigurationTest, TemplatesTakeNumbersAndHaveDefaults) {
  Configuration conf = Configuration::ForTest();
  std::string name =
      Configuration::NameOf("alluxio.worker.tieredstore.level{}.watermark.low.ratio", 7);
  EXPECT_EQ(name, "alluxio.worker.tieredstore.level7.watermark.low.ratio");
  EXPECT_DOUBLE_EQ(conf.GetDouble(name), 0.7);
}

TEST(ConfigurationTest, BelowListsWhatFollowsAPrefix) {
  Configuration conf =
      Configuration::ForTest({{"alluxio.master.mount.table.root.option.b", "2"},
                              {"alluxio.master.mount.table.root.option.a", "1"}});
  EXPECT_THAT(conf.Below("alluxio.master.mount.table.root.option."),
              ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(ConfigurationTest, SecretsAreMaskedWhereTheyAreListed) {
  Configuration conf = Configuration::ForTest({{"s3a.secretKey", "hush"}});
  for (const Entry& entry : conf.Entries()) {
    EXPECT_EQ(entry.raw.find("hush"), std::string::npos);
    EXPECT_EQ(entry.value.find("hush"), std::string::npos);
  }
  EXPECT_EQ(conf.GetString("s3a.secretKey"), "hush");
}

TEST(ConfigurationTest, EmptyValueHidesTheDefault) {
  Configuration conf =
      Configuration::ForTest({{"alluxio.security.login.impersonation.username", ""}});
  EXPECT_EQ(conf.GetString("alluxio.security.login.impersonation.username"), "");
}

TEST(ConfigurationTest, HashFollowsValues) {
  Configuration a = Configuration::ForTest();
  Configuration b = Configuration::ForTest();
  EXPECT_EQ(a.Hash().size(), 32u);
  EXPECT_EQ(a.Hash(), b.Hash());
  ASSERT_TRUE(b.Set("alluxio.master.rpc.port", "1").ok());
  EXPECT_NE(a.Hash(), b.Hash());
}

TEST(ConfigurationTest, ClusterDefaultsGiveWayAndKeepToTheirScope) {
  Configuration conf =
      Configuration::ForTest({{"alluxio.user.file.writetype.default", "THROUGH"}});
  const Configuration::Pairs sent = {{"alluxio.user.file.writetype.default", "MUST_CACHE"},
                                     {"alluxio.user.file.readtype.default", "NO_CACHE"},
                                     {"alluxio.worker.ramdisk.size", "7MB"},
                                     {"alluxio.master.journal.folder", "/elsewhere"},
                                     {"alluxio.unheard.of", "1"}};
  Configuration worker = conf;
  ASSERT_TRUE(conf.MergeClusterDefaults(sent, Role::kClient).ok());
  EXPECT_EQ(conf.GetString("alluxio.user.file.writetype.default"), "THROUGH");
  EXPECT_EQ(conf.GetString("alluxio.user.file.readtype.default"), "NO_CACHE");
  EXPECT_NE(conf.GetString("alluxio.worker.ramdisk.size"), "7MB");
  EXPECT_NE(conf.GetString("alluxio.master.journal.folder"), "/elsewhere");
  EXPECT_EQ(conf.SourceOf("alluxio.user.file.readtype.default").ToString(), "CLUSTER_DEFAULT");
  ASSERT_TRUE(worker.MergeClusterDefaults(sent, Role::kWorker).ok());
  EXPECT_EQ(worker.GetString("alluxio.worker.ramdisk.size"), "7MB");
  EXPECT_EQ(worker.SourceOf("alluxio.worker.ramdisk.size").ToString(), "CLUSTER_DEFAULT");
  EXPECT_NE(worker.GetString("alluxio.master.journal.folder"), "/elsewhere");
}

TEST(ConfigurationTest, AWrongClusterDefaultIsRefusedAndTakesNothing) {
  Configuration conf = Configuration::ForTest();
  Status merged = conf.MergeClusterDefaults({{"alluxio.user.file.readtype.default", "NO_CACHE"},
                                             {"alluxio.user.block.size.bytes.default", "big"}},
                                            Role::kClient);
  EXPECT_EQ(merged.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(merged.message().find("alluxio.user.block.size.bytes.default"), std::string::npos);
  EXPECT_EQ(conf.GetString("alluxio.user.file.readtype.default"), "CACHE");
}

TEST(ConfigurationTest, PathDefaultsComeBeforeTheSiteButNotBeforeTheProgram) {
  Configuration conf = Configuration::ForTest();
  ASSERT_TRUE(conf.MergeClusterDefaults({{"alluxio.user.file.writetype.default", "THROUGH"},
                                         {"alluxio.user.file.readtype.default", "NO_CACHE"}},
                                        Role::kClient)
                  .ok());
  ASSERT_TRUE(conf.Set("alluxio.user.file.replication.max", "5").ok());
  auto below = conf.WithPathDefaults({{"alluxio.user.file.writetype.default", "MUST_CACHE"},
                                      {"alluxio.user.file.replication.max", "2"}});
  ASSERT_TRUE(below.ok()) << below.status();
  EXPECT_EQ(below->GetString("alluxio.user.file.writetype.default"), "MUST_CACHE");
  EXPECT_EQ(below->SourceOf("alluxio.user.file.writetype.default").ToString(), "PATH_DEFAULT");
  EXPECT_EQ(below->GetString("alluxio.user.file.readtype.default"), "NO_CACHE");
  EXPECT_EQ(below->GetInt("alluxio.user.file.replication.max"), 5);
  EXPECT_EQ(conf.GetString("alluxio.user.file.writetype.default"), "THROUGH");
  EXPECT_FALSE(conf.WithPathDefaults({{"alluxio.user.file.writetype.default", "x"}}).ok());
}

}  // namespace
}  // namespace alluxio::conf
