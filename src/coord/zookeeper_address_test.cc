#include "coord/zookeeper_address.h"

#include <gtest/gtest.h>

namespace alluxio::coord {
namespace {

TEST(ZooKeeperAddressTest, WhatIsNoAddressIsRefusedByName) {
  for (const char* text : {"", ",", "h1:x", "h1:0", "h1:70000", ":2181", "/a", "h1/a/", "h1//a"}) {
    Result<ZooKeeperAddress> address = ZooKeeperAddress::Parse(text);
    ASSERT_FALSE(address.ok()) << text;
    EXPECT_TRUE(address.status().Is(StatusCode::kInvalidArgument)) << text;
    EXPECT_NE(address.status().message().find("alluxio.zookeeper.address"), std::string::npos);
  }
}

TEST(ZooKeeperAddressTest, ServersAndChrootAreTakenApart) {
  Result<ZooKeeperAddress> address = ZooKeeperAddress::Parse("h1:2181, h2:2182 ,h3/a/b");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->ServerList(), "h1:2181,h2:2182,h3:2181");
  EXPECT_EQ(address->chroot, "/a/b");
}

TEST(ZooKeeperAddressTest, TheSeparatorsOfUrisAreTaken) {
  Result<ZooKeeperAddress> address = ZooKeeperAddress::Parse("h1:1;h2:2+[::1]:3/");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->ServerList(), "h1:1,h2:2,[::1]:3");
  EXPECT_EQ(address->chroot, "");
}

}  // namespace
}  // namespace alluxio::coord
