#include "cli/admin/worker_addresses.h"

#include <gtest/gtest.h>

namespace alluxio::cli {
namespace {

TEST(WorkerAddressesTest, PortsAreTheDefaultWhereNoneIsNamed) {
  Result<std::vector<WorkerAddress>> addresses = WorkerAddressesOf("w1,w2:31000,,[::1]:5", 30000);
  ASSERT_TRUE(addresses.ok()) << addresses.status();
  ASSERT_EQ(addresses->size(), 3u);
  EXPECT_EQ((*addresses)[0].Text(), "w1:30000");
  EXPECT_EQ((*addresses)[1].Text(), "w2:31000");
  EXPECT_EQ((*addresses)[2].Text(), "[::1]:5");
}

TEST(WorkerAddressesTest, WrongOnesAreRefused) {
  for (const char* text : {"", ",", "w1:", "w1:web"}) {
    EXPECT_TRUE(WorkerAddressesOf(text, 30000).status().Is(StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace alluxio::cli
