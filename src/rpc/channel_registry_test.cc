#include "rpc/channel_registry.h"

#include <gtest/gtest.h>

#include <string>

namespace alluxio::rpc {
namespace {

auth::User Named(const std::string& name) {
  auth::User user;
  user.name = name;
  return user;
}

TEST(ChannelRegistryTest, AKnownChannelIsForgottenWithItsRegistration) {
  ChannelRegistry registry;
  KnownChannel known;
  EXPECT_EQ(known.Find(registry, "a"), nullptr);
  ChannelRegistry::Ticket ticket = 0;
  ASSERT_TRUE(registry.Add("a", Named("ann"), nullptr, &ticket).ok());
  ASSERT_NE(known.Find(registry, "a"), nullptr);
  EXPECT_EQ(known.Find(registry, "a")->name, "ann");
  EXPECT_EQ(known.Find(registry, "b"), nullptr);
  EXPECT_NE(known.Find(registry, "a"), nullptr);
  registry.Remove("a", ticket + 1);  // somebody else's
  EXPECT_NE(known.Find(registry, "a"), nullptr);
  registry.Remove("a", ticket);
  EXPECT_EQ(known.Find(registry, "a"), nullptr);
}

TEST(ChannelRegistryTest, AKnownChannelEndsWhenItsIdIsTakenTwice) {
  ChannelRegistry registry;
  KnownChannel known;
  ChannelRegistry::Ticket ticket = 0;
  ASSERT_TRUE(registry.Add("a", Named("ann"), nullptr, &ticket).ok());
  ASSERT_NE(known.Find(registry, "a"), nullptr);
  EXPECT_TRUE(registry.Add("a", Named("eve"), nullptr, &ticket).Is(StatusCode::kUnauthenticated));
  EXPECT_EQ(known.Find(registry, "a"), nullptr);
  ASSERT_TRUE(registry.Add("a", Named("eve"), nullptr, &ticket).ok());
  ASSERT_NE(known.Find(registry, "a"), nullptr);
  EXPECT_EQ(known.Find(registry, "a")->name, "eve");
}

}  // namespace
}  // namespace alluxio::rpc
