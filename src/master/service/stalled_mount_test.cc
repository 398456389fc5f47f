// One mount whose store never answers, and everybody else: no thread that others need is held up.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>

#include "auth/user_groups.h"
#include "conf/configuration.h"
#include "env/lane_pool.h"
#include "master/service/method_runner.h"
#include "master/service/service_parts.h"
#include "master/state/serving_gate.h"
#include "proto/grpc/file_system_master.pb.h"
#include "tests/fixtures/flat_ufs.h"
#include "tests/fixtures/master_harness.h"
#include "ufs/guard/guarded_factory.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;
using namespace std::chrono_literals;

constexpr char kGetStatus[] = "/alluxio.grpc.file.FileSystemMasterClientService/GetStatus";

class RootCall final : public rpc::Call {
 public:
  const std::string& method() const override { return method_; }
  const auth::User& user() const override { return user_; }
  const std::string& peer() const override { return method_; }
  bool cancelled() const override { return false; }

 private:
  const std::string method_ = "/test";
  const auth::User user_{"root", "root"};
};

class StalledMountTest : public ::testing::Test {
 protected:
  StalledMountTest()
      : local_(folder_.path() + "/ufs"),
        conf_(conf::Configuration::ForTest()),
        groups_(auth::GroupSource::Identity(), {}, Clock::Real()) {
    std::filesystem::create_directories(local_);
    master_ = std::make_unique<MasterHarness>(journal_, local_);
    ufs::BulkheadParts parts;
    parts.name = "flat://stalled";
    parts.metrics = "Test";
    parts.pool = store_threads_;
    parts.clock = &Clock::Real();
    parts.rng = &Rng::Real();
    parts.pause = [](Duration) {};
    ufs::GuardOptions limits;
    limits.call_timeout = 1min;  // Longer than the test: nobody is saved by a deadline.
    master_->factory.stores["flat://stalled"] =
        ufs::GuardedFactory::Guard(store_, std::make_shared<ufs::Bulkhead>(parts, limits));
    Status mounted = master_->ops.Mount(*master_->Context(), "/bad", "flat://stalled", {});
    CHECK(mounted.ok()) << mounted;
    gate_.Enter(ServingGate::Phase::kServing);
    parts_.operations = &master_->ops;
    parts_.mounts = &master_->mounts;
    parts_.blocks = &master_->blocks;
    parts_.journal = &journal_;
    parts_.gate = &gate_;
    parts_.blocking = blocking_.get();
    parts_.groups = &groups_;
    parts_.conf = &conf_;
    parts_.clock = &Clock::Real();
    AddMasterServices(parts_, &table_);
  }
  ~StalledMountTest() override {
    opener_.set_value();
    EXPECT_TRUE(blocking_->Stop(20s));
    EXPECT_TRUE(store_threads_->Stop(20s));
  }

  void Stall() {
    store_->SetHook([open = open_](std::string_view, const std::string&) {
      open.wait();
      return Unavailable("too late");
    });
  }
  std::future<Status> GetStatus(const std::string& path) {
    file::GetStatusPRequest request;
    request.set_path(path);
    auto answer = std::make_shared<std::promise<Status>>();
    table_.Find(kGetStatus)->unary(
        std::make_shared<RootCall>(), Bytes::FromString(request.SerializeAsString()),
        [answer](Status status, Bytes) { answer->set_value(std::move(status)); });
    return answer->get_future();
  }

  TempFolder folder_;
  const std::string local_;
  std::promise<void> opener_;
  std::shared_future<void> open_ = opener_.get_future().share();
  std::shared_ptr<FlatUfs> store_ = std::make_shared<FlatUfs>("flat://stalled");
  std::shared_ptr<LanePool> store_threads_ = LanePool::Create({.name = "ufs"});
  journal::MemoryJournal journal_;
  conf::Configuration conf_;
  auth::UserGroups groups_;
  ServingGate gate_;
  std::unique_ptr<LanePool> blocking_ = LanePool::Create({.name = "blocking"});
  std::unique_ptr<MasterHarness> master_;
  ServiceParts parts_;
  rpc::MethodTable table_;
};

TEST_F(StalledMountTest, OtherMountsAreServedWhileOneNeverAnswers) {
  Stall();
  std::vector<std::future<Status>> stuck;
  for (int i = 0; i < 300; ++i) stuck.push_back(GetStatus("/bad/f" + std::to_string(i)));
  for (int i = 0; i < 50; ++i) {
    // Each has to ask the root's store, on a thread that may block.
    std::string name = "here" + std::to_string(i);
    std::ofstream(local_ + "/" + name) << "x";
    std::future<Status> answer = GetStatus("/" + name);
    ASSERT_EQ(answer.wait_for(60s), std::future_status::ready) << "held up by the other mount";
    EXPECT_TRUE(answer.get().ok());
  }
  for (std::future<Status>& answer : stuck) {
    EXPECT_NE(answer.wait_for(0s), std::future_status::ready);
  }
}

TEST_F(StalledMountTest, AClientIsNotToldToTryAStoreThatIsDownForMinutes) {
  store_->SetHook([](std::string_view, const std::string&) {
    return Unavailable("connection refused");
  });
  std::future<Status> answer = GetStatus("/bad/f");
  ASSERT_EQ(answer.wait_for(60s), std::future_status::ready);
  Status status = answer.get();
  EXPECT_EQ(status.ToString(),
            "UNKNOWN: under store flat://stalled is unreachable: stat f: connection refused");
}

}  // namespace
}  // namespace alluxio::master
