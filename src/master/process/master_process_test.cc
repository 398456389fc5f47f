// A whole master on a real folder and a real port.
#include "master/process/master_process.h"

#include <gtest/gtest.h>

#include "env/clock.h"
#include "journal/ufs/format_journal.h"
#include "proto/grpc/file_system_master.pb.h"
#include "rpc/channel.h"
#include "tests/fixtures/temp_folder.h"
#include "ufs/all/all_adapters.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;

constexpr char kFs[] = "/alluxio.grpc.file.FileSystemMasterClientService/";
constexpr Duration kTimeout = std::chrono::seconds(20);

class MasterProcessTest : public ::testing::Test {
 protected:
  std::string Journal() const { return folder_.path() + "/journal"; }
  conf::Configuration Conf(const conf::Configuration::Pairs& more = {}) {
    conf::Configuration::Pairs pairs = {
        {"alluxio.master.journal.folder", Journal()},
        {"alluxio.master.mount.table.root.ufs", folder_.path() + "/ufs"},
        {"alluxio.master.rpc.port", "0"},
        {"alluxio.master.web.port", "0"},
        {"alluxio.master.bind.host", "127.0.0.1"},
        {"alluxio.master.worker.connect.wait.time", "0"},
    };
    pairs.insert(pairs.end(), more.begin(), more.end());
    return conf::Configuration::ForTest(pairs);
  }
  void Format() {
    std::unique_ptr<ufs::UfsFactory> factory = ufs::AllAdapters::Create();
    auto ufs = factory->Open(Journal(), {});
    ASSERT_TRUE(ufs.ok()) << ufs.status();
    Status formatted = journal::FormatJournal(**ufs, Clock::Real());
    ASSERT_TRUE(formatted.ok()) << formatted;
    ASSERT_TRUE(Disk::Real().MakeDirectories(folder_.path() + "/ufs").ok());
  }
  std::shared_ptr<rpc::Channel> Dial(const MasterProcess& master) {
    rpc::ChannelOptions options;
    options.host = "127.0.0.1";
    options.port = master.port();
    return rpc::Channel::Create(options);
  }
  TempFolder folder_;
};

TEST_F(MasterProcessTest, AJournalThatIsNotFormattedIsRefusedWithTheCure) {
  ASSERT_TRUE(Disk::Real().MakeDirectories(Journal()).ok());
  auto master = MasterProcess::Start(Conf());
  ASSERT_FALSE(master.ok());
  EXPECT_EQ(master.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(master.status().message().find("has not been formatted"), std::string::npos)
      << master.status();
}

TEST_F(MasterProcessTest, WhatIsNotSupportedIsRefused) {
  auto master = MasterProcess::Start(Conf({{"alluxio.master.journal.type", "EMBEDDED"}}));
  EXPECT_EQ(master.status().code(), StatusCode::kFailedPrecondition);
}

TEST_F(MasterProcessTest, ARootMountWithAPasswordIsRefusedAndThePasswordNotShown) {
  Format();
  auto master = MasterProcess::Start(
      Conf({{"alluxio.master.mount.table.root.ufs", "s3://id:geheim@bucket/a"}}));
  ASSERT_FALSE(master.ok());
  EXPECT_EQ(master.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(master.status().message().find("s3://id:******@bucket/a"), std::string::npos);
  EXPECT_EQ(master.status().message().find("geheim"), std::string::npos);
}

TEST_F(MasterProcessTest, OneMasterAJournal) {
  Format();
  auto first = MasterProcess::Start(Conf());
  ASSERT_TRUE(first.ok()) << first.status();
  auto second = MasterProcess::Start(Conf());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), StatusCode::kFailedPrecondition) << second.status();
}

TEST_F(MasterProcessTest, DirectoriesSurviveARestart) {
  Format();
  {
    auto master = MasterProcess::Start(Conf());
    ASSERT_TRUE(master.ok()) << master.status();
    file::CreateDirectoryPRequest request;
    request.set_path("/a/b");
    request.mutable_options()->set_recursive(true);
    request.mutable_options()->set_writetype(file::MUST_CACHE);
    file::CreateDirectoryPResponse response;
    Status made = Dial(**master)->Call(std::string(kFs) + "CreateDirectory", request, &response,
                                       kTimeout);
    ASSERT_TRUE(made.ok()) << made;
    ASSERT_TRUE((*master)->Stop().ok());
  }
  auto master = MasterProcess::Start(Conf());
  ASSERT_TRUE(master.ok()) << master.status();
  std::shared_ptr<rpc::Channel> channel = Dial(**master);
  file::GetStatusPRequest request;
  request.set_path("/a/b");
  file::GetStatusPResponse response;
  Status found = channel->Call(std::string(kFs) + "GetStatus", request, &response, kTimeout);
  ASSERT_TRUE(found.ok()) << found;
  EXPECT_TRUE(response.fileinfo().folder());
  request.set_path("/none");
  Status missing = channel->Call(std::string(kFs) + "GetStatus", request, &response, kTimeout);
  EXPECT_EQ(missing.ToString(), "NOT_FOUND: Path \"/none\" does not exist.");
}

}  // namespace
}  // namespace alluxio::master
