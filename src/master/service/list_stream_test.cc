// The stream of a listing, called through the table, as the transport does.
#include "master/service/list_stream.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "auth/user_groups.h"
#include "conf/configuration.h"
#include "env/lane_pool.h"
#include "master/service/method_runner.h"
#include "master/service/service_parts.h"
#include "master/state/serving_gate.h"
#include "proto/grpc/file_system_master.pb.h"
#include "tests/fixtures/master_harness.h"
#include "tests/fixtures/recording_sink.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;

class ListStreamTest : public ::testing::Test {
 protected:
  ListStreamTest() {
    parts_.operations = &master_.ops;
    parts_.mounts = &master_.mounts;
    parts_.journal = &journal_;
    parts_.gate = &gate_;
    parts_.blocking = blocking_.get();
    parts_.groups = &groups_;
    parts_.conf = &conf_;
    parts_.clock = &Clock::Real();
    gate_.Enter(ServingGate::Phase::kServing);
    AddListStatus(parts_, &table_, "/list");
    for (const char* path : {"/d", "/d/e"}) {
      CHECK(master_.ops.CreateDirectory(*master_.Context(), path, {}).ok());
    }
    // For everybody: the calls are of somebody else.
    SetAttributeOptions options;
    options.mode = Mode{0777};
    CHECK(master_.ops.SetAttribute(*master_.Context(), "/d", options).ok());
  }
  ~ListStreamTest() override { EXPECT_TRUE(blocking_->Stop(std::chrono::seconds(20))); }

  static std::string MakeFolder(const std::string& path) {
    std::filesystem::create_directories(path);
    return path;
  }
  std::shared_ptr<RecordingSink> List(const std::string& path, bool recursive) {
    file::ListStatusPRequest request;
    request.set_path(path);
    request.mutable_options()->set_recursive(recursive);
    auto sink = std::make_shared<RecordingSink>();
    table_.Find("/list")->server_stream(
        sink->call(), Bytes::FromString(request.SerializeAsString()), sink);
    return sink;
  }

  TempFolder folder_;
  journal::MemoryJournal journal_;
  MasterHarness master_{journal_, MakeFolder(folder_.path() + "/ufs")};
  conf::Configuration conf_ = conf::Configuration::ForTest();
  auth::UserGroups groups_{auth::GroupSource::Identity(), {}, Clock::Real()};
  ServingGate gate_;
  std::unique_ptr<LanePool> blocking_ = LanePool::Create({.name = "blocking"});
  ServiceParts parts_;
  rpc::MethodTable table_;
};

TEST_F(ListStreamTest, SendsWhatIsThere) {
  for (const bool recursive : {false, true}) {
    auto sink = List("/d", recursive);
    ASSERT_TRUE(sink->AwaitFinish().ok());
    ASSERT_EQ(sink->messages().size(), 1u);
    file::ListStatusPResponse response;
    ASSERT_TRUE(response.ParseFromString(sink->messages()[0]));
    ASSERT_EQ(response.fileinfos_size(), 1);
    EXPECT_EQ(response.fileinfos(0).path(), "/d/e");
  }
}

// The edit that nothing is there for may still be taken back.
TEST_F(ListStreamTest, NothingIsShownOnlyWhenThatIsDurable) {
  journal_.Hold();
  ASSERT_TRUE(master_.ops.Delete(*master_.Context(), "/d/e", {}).ok());
  auto waits = List("/d", true);
  auto refused = List("/d/e", true);
  EXPECT_FALSE(waits->finished());
  EXPECT_FALSE(refused->finished());
  journal_.Fail(Unavailable("the disk is gone"));
  for (const auto& sink : {waits, refused, List("/d", true), List("/d", false)}) {
    EXPECT_TRUE(sink->AwaitFinish().Is(StatusCode::kUnavailable)) << sink->AwaitFinish();
    EXPECT_TRUE(sink->messages().empty());
  }
}

}  // namespace
}  // namespace alluxio::master
