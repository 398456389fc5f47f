#include "conf/service_address.h"

#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

TEST(ServiceAddressTest, NameOthersUseFallsBackToTheMachine) {
  Configuration conf = Configuration::ForTest();
  EXPECT_EQ(ServiceAddress::OfMasterRpc(conf).Connect(), "localhost:19998");
  EXPECT_EQ(ServiceAddress::OfWorkerRpc(conf).Bind(), "0.0.0.0:29999");
  ASSERT_TRUE(conf.Set("alluxio.master.bind.host", "10.0.0.7").ok());
  EXPECT_EQ(ServiceAddress::OfMasterRpc(conf).connect_host, "10.0.0.7");
  ASSERT_TRUE(conf.Set("alluxio.master.hostname", "m1").ok());
  EXPECT_EQ(ServiceAddress::OfMasterRpc(conf).connect_host, "m1");
}

}  // namespace
}  // namespace alluxio::conf
