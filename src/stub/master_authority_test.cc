#include "stub/master_authority.h"

#include <gtest/gtest.h>

#include "conf/configuration.h"

namespace alluxio::stub {
namespace {

TEST(MasterAuthorityTest, WhatIsNoAuthorityIsRefused) {
  for (const char* uri : {"alluxio://host/p", "alluxio://h:1,h2/p", "alluxio://h:x/p",
                          "alluxio://zk@h:1,h2/p", "alluxio://zk@nobody/p", "alluxio://zk@/p",
                          "alluxio://ebj@name/p", "alluxio://h1:1,,h2:2/p"}) {
    conf::Configuration conf = conf::Configuration::ForTest();
    EXPECT_TRUE(ApplyAuthority(uri, &conf).Is(StatusCode::kInvalidArgument)) << uri;
  }
}

TEST(MasterAuthorityTest, WithoutOneTheConfigurationStays) {
  conf::Configuration conf = conf::Configuration::ForTest({{"alluxio.master.hostname", "here"}});
  for (const char* uri : {"/p", "alluxio:///p", "file:///p", ""}) {
    EXPECT_TRUE(ApplyAuthority(uri, &conf).ok()) << uri;
  }
  EXPECT_EQ(conf.GetString("alluxio.master.hostname"), "here");
}

TEST(MasterAuthorityTest, OneMasterReplacesWhateverElseIsConfigured) {
  conf::Configuration conf =
      conf::Configuration::ForTest({{"alluxio.zookeeper.enabled", "true"},
                                    {"alluxio.zookeeper.address", "z:1"},
                                    {"alluxio.master.rpc.addresses", "a:1,b:2"}});
  ASSERT_TRUE(ApplyAuthority("alluxio://host:19997/p", &conf).ok());
  EXPECT_EQ(conf.GetString("alluxio.master.hostname"), "host");
  EXPECT_EQ(conf.GetInt("alluxio.master.rpc.port"), 19997);
  EXPECT_FALSE(conf.GetBool("alluxio.zookeeper.enabled"));
  EXPECT_TRUE(conf.GetList("alluxio.master.rpc.addresses").empty());
}

TEST(MasterAuthorityTest, SeveralMastersAndZooKeeperByAnySeparator) {
  for (const char* separator : {",", ";", "+"}) {
    conf::Configuration conf = conf::Configuration::ForTest();
    const std::string list = std::string("h1:1") + separator + "h2:2";
    ASSERT_TRUE(ApplyAuthority("alluxio://" + list, &conf).ok());
    EXPECT_EQ(conf.GetList("alluxio.master.rpc.addresses"),
              (std::vector<std::string>{"h1:1", "h2:2"}));
    ASSERT_TRUE(ApplyAuthority("alluxio://zk@" + list + "/p", &conf).ok());
    EXPECT_TRUE(conf.GetBool("alluxio.zookeeper.enabled"));
    EXPECT_EQ(conf.GetString("alluxio.zookeeper.address"), "h1:1,h2:2");
  }
}

TEST(MasterAuthorityTest, ALogicalNameStandsForItsServers) {
  conf::Configuration conf = conf::Configuration::ForTest(
      {{"alluxio.master.zookeeper.nameservices.prod", "a,b"},
       {"alluxio.master.zookeeper.address.prod.a", "h1:1"},
       {"alluxio.master.zookeeper.address.prod.b", "h2:2"}});
  ASSERT_TRUE(ApplyAuthority("alluxio://zk@prod/p", &conf).ok());
  EXPECT_EQ(conf.GetString("alluxio.zookeeper.address"), "h1:1,h2:2");
}

}  // namespace
}  // namespace alluxio::stub
