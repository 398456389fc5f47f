#include "worker/process/cluster_conf.h"

#include <gtest/gtest.h>

#include "env/disk.h"
#include "proto/grpc/meta_master.pb.h"
#include "proto/grpc/version.pb.h"
#include "rpc/service.h"
#include "tests/fixtures/fake_clock.h"

namespace alluxio::worker {
namespace {

using grpc::meta::GetConfigurationPOptions;
using grpc::meta::GetConfigurationPResponse;

// A master that knows its configuration and nothing else.
class ClusterConfTest : public ::testing::Test {
 protected:
  ClusterConfTest() {
    using grpc::version::GetServiceVersionPRequest;
    using grpc::version::GetServiceVersionPResponse;
    methods_.Unary<GetServiceVersionPRequest, GetServiceVersionPResponse>(
        "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion",
        rpc::MethodOptions{false},
        [](rpc::CallPtr, const GetServiceVersionPRequest&,
           rpc::Reply<GetServiceVersionPResponse> reply) {
          GetServiceVersionPResponse response;
          response.set_version(2);
          reply(response);
        });
    methods_.Unary<GetConfigurationPOptions, GetConfigurationPResponse>(
        "/alluxio.grpc.meta.MetaMasterConfigurationService/GetConfiguration",
        rpc::MethodOptions{false},
        [this](rpc::CallPtr, const GetConfigurationPOptions& request,
               rpc::Reply<GetConfigurationPResponse> reply) {
          EXPECT_TRUE(request.rawvalue());
          EXPECT_TRUE(request.ignorepathconf());
          reply(configuration_);
        });
  }
  void StartMaster(int port) {
    rpc::ServerOptions options;
    options.bind_host = "127.0.0.1";
    options.port = port;
    auto server = rpc::Server::Start(options, methods_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  void Say(const std::string& name, const std::string& value,
           const std::string& source = "SITE_PROPERTY (/opt/alluxio/conf)") {
    grpc::ConfigProperty* property = configuration_.add_clusterconfigs();
    property->set_name(name);
    property->set_value(value);
    property->set_source(source);
  }
  conf::Configuration Conf(int port, const conf::Configuration::Pairs& more = {}) {
    conf::Configuration::Pairs pairs = {{"alluxio.master.hostname", "127.0.0.1"},
                                        {"alluxio.master.rpc.port", std::to_string(port)}};
    pairs.insert(pairs.end(), more.begin(), more.end());
    return conf::Configuration::ForTest(pairs);
  }

  GetConfigurationPResponse configuration_;
  rpc::MethodTable methods_;
  std::unique_ptr<rpc::Server> server_;
  FakeClock clock_;
};

bool Never(Duration) { return false; }

TEST_F(ClusterConfTest, AMasterThatStaysAwayIsAnErrorInTheEnd) {
  conf::Configuration conf =
      Conf(1, {{"alluxio.worker.master.connect.retry.timeout", "10s"}});  // nobody is there
  int pauses = 0;
  Status taken = TakeClusterDefaults(conf, clock_, [&](Duration pause) {
    EXPECT_LE(pause, std::chrono::seconds(3));
    clock_.Advance(std::chrono::seconds(4));
    ++pauses;
    return true;
  });
  EXPECT_EQ(taken.code(), StatusCode::kUnavailable) << taken;
  EXPECT_EQ(pauses, 3);
}

TEST_F(ClusterConfTest, WaitingEndsWhenTheProcessIsToEnd) {
  conf::Configuration conf = Conf(1);
  EXPECT_EQ(TakeClusterDefaults(conf, clock_, Never).code(), StatusCode::kCancelled);
}

TEST_F(ClusterConfTest, AValueThatDoesNotParseStopsTheStart) {
  Say("alluxio.worker.ramdisk.size", "plenty");
  StartMaster(0);
  conf::Configuration conf = Conf(server_->port());
  Status taken = TakeClusterDefaults(conf, clock_, Never);
  EXPECT_EQ(taken.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(taken.message().find("configuration of the master: "), std::string::npos) << taken;
  EXPECT_NE(taken.message().find("alluxio.worker.ramdisk.size"), std::string::npos) << taken;
}

TEST_F(ClusterConfTest, WhatTheMasterSetsCountsUnlessItIsSetHere) {
  Say("alluxio.worker.block.heartbeat.interval", "7s");
  Say("alluxio.worker.ramdisk.size", "7MB");
  Say("alluxio.worker.management.tier.align.enabled", "false", "DEFAULT");
  Say("alluxio.master.journal.folder", "/elsewhere");
  Say("alluxio.user.file.readtype.default", "NO_CACHE");
  Say("alluxio.version", "2.9.0", "DEFAULT");
  StartMaster(0);
  conf::Configuration conf =
      Conf(server_->port(), {{"alluxio.worker.ramdisk.size", "1MB"}});
  Status taken = TakeClusterDefaults(conf, clock_, Never);
  ASSERT_TRUE(taken.ok()) << taken;
  EXPECT_EQ(conf.GetDuration("alluxio.worker.block.heartbeat.interval"), std::chrono::seconds(7));
  EXPECT_EQ(conf.SourceOf("alluxio.worker.block.heartbeat.interval").ToString(),
            "CLUSTER_DEFAULT");
  EXPECT_EQ(conf.GetString("alluxio.worker.ramdisk.size"), "1MB");
  EXPECT_TRUE(conf.GetBool("alluxio.worker.management.tier.align.enabled"));
  EXPECT_NE(conf.GetString("alluxio.master.journal.folder"), "/elsewhere");
  EXPECT_EQ(conf.GetString("alluxio.user.file.readtype.default"), "CACHE");
  EXPECT_NE(conf.GetString("alluxio.version"), "2.9.0");
}

TEST_F(ClusterConfTest, AMasterThatComesLateIsAsked) {
  Say("alluxio.worker.block.heartbeat.interval", "7s");
  StartMaster(0);
  int port = server_->port();
  server_.reset();
  conf::Configuration conf = Conf(port);
  int pauses = 0;
  Status taken = TakeClusterDefaults(conf, clock_, [&](Duration) {
    if (++pauses == 2) StartMaster(port);
    return pauses < 10;
  });
  ASSERT_TRUE(taken.ok()) << taken;
  EXPECT_GE(pauses, 2);  // more when a busy machine lets an attempt time out
  EXPECT_EQ(conf.GetDuration("alluxio.worker.block.heartbeat.interval"), std::chrono::seconds(7));
}

TEST_F(ClusterConfTest, NobodyIsAskedWhenTheSettingSaysSo) {
  conf::Configuration conf = Conf(1, {{"alluxio.user.conf.cluster.default.enabled", "false"}});
  EXPECT_TRUE(TakeClusterDefaults(conf, clock_, Never).ok());
}

}  // namespace
}  // namespace alluxio::worker
