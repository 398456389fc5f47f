#include "election/internal/guard_message.h"

#include <gtest/gtest.h>

namespace alluxio::election {
namespace {

TEST(GuardMessageTest, WhatIsNoMessageIsRefusedWithoutItsText) {
  for (const char* text : {"", "end", "1 0g 10 h:1", "1 0 10 h:1", "1 00 ten h:1", "1 00 10"}) {
    Result<GuardMessage> message = GuardMessage::Parse(text);
    ASSERT_FALSE(message.ok()) << text;
    EXPECT_EQ(message.status().message(), "guardian: not a message");
  }
}

TEST(GuardMessageTest, ComesBackAsItWas) {
  GuardMessage sent;
  sent.session.id = -5;
  sent.session.password = std::string("\x00\xff ab\n0123456789", 16);
  sent.timeout = std::chrono::seconds(10);
  sent.address = "h1:2181,h2:2181/chroot";
  Result<GuardMessage> got = GuardMessage::Parse(sent.ToText());
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->session.id, sent.session.id);
  EXPECT_EQ(got->session.password, sent.session.password);
  EXPECT_EQ(got->timeout, sent.timeout);
  EXPECT_EQ(got->address, sent.address);
}

}  // namespace
}  // namespace alluxio::election
