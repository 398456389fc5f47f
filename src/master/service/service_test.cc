// Methods called through the table, as the transport does, without a transport.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include "auth/user_groups.h"
#include "conf/configuration.h"
#include "env/lane_pool.h"
#include "master/block/block_master.h"
#include "master/chores/persist_queue.h"
#include "master/meta/meta_master.h"
#include "master/ops/fs_operations.h"
#include "master/ops/fs_parts.h"
#include "master/service/cluster_metrics.h"
#include "master/service/config_updates.h"
#include "master/service/method_runner.h"
#include "master/service/server_configs.h"
#include "master/service/service_parts.h"
#include "master/state/serving_gate.h"
#include "metrics/registry.h"
#include "proto/grpc/block_master.pb.h"
#include "proto/grpc/meta_master.pb.h"
#include "proto/grpc/metric_master.pb.h"
#include "proto/grpc/version.pb.h"
#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/memory_journal.h"

namespace alluxio::master {
namespace {

class FakeCall final : public rpc::Call {
 public:
  const std::string& method() const override { return method_; }
  const auth::User& user() const override { return user_; }
  const std::string& peer() const override { return peer_; }
  bool cancelled() const override { return cancelled_; }
  void Cancel() { cancelled_ = true; }

 private:
  const std::string method_ = "/test";
  const auth::User user_{"alice", "alice"};
  const std::string peer_ = "ipv4:127.0.0.1:1";
  std::atomic<bool> cancelled_ = false;
};

// Answers are kept until somebody looks.
struct Answer {
  std::optional<Status> status;
  Bytes bytes;
};

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest()
      : conf_(conf::Configuration::ForTest()),
        groups_(auth::GroupSource::Identity(), {}, clock_),
        blocks_(BlockMasterOptions{}, ledger_, clock_, Rng::Real()),
        meta_(ledger_),
        blocking_(LanePool::Create({.name = "blocking"})) {
    ledger_.journal = &journal_;
    ledger_.block = &blocks_;
    ledger_.meta = &meta_;
    parts_.blocks = &blocks_;
    parts_.persist = &persist_;
    parts_.meta = &meta_;
    parts_.journal = &journal_;
    parts_.gate = &gate_;
    parts_.blocking = blocking_.get();
    parts_.groups = &groups_;
    parts_.conf = &conf_;
    parts_.clock = &clock_;
    parts_.throughputs = &throughputs_;
    parts_.server_configs = &server_configs_;
    parts_.updates = &updates_;
    parts_.host = "m1";
    parts_.version = "2.9.4";
    AddMasterServices(parts_, &table_);
  }

  void Serve() {
    gate_.Enter(ServingGate::Phase::kServing);
    std::thread disk([this] {
      while (journal_.appended() == 0) std::this_thread::yield();
      journal_.MakeAllDurable();
    });
    EXPECT_TRUE(blocks_.StartServing().ok());
    disk.join();
  }

  std::shared_ptr<Answer> Send(const std::string& path,
                               const google::protobuf::MessageLite& request) {
    auto answer = std::make_shared<Answer>();
    const rpc::MethodTable::Method* method = table_.Find(path);
    EXPECT_NE(method, nullptr) << path;
    if (method == nullptr) return answer;
    method->unary(std::make_shared<FakeCall>(), Bytes::FromString(request.SerializeAsString()),
                  [answer](Status status, Bytes bytes) {
                    answer->bytes = std::move(bytes);
                    answer->status = std::move(status);
                  });
    return answer;
  }
  template <typename Response>
  Response Ask(const std::string& path, const google::protobuf::MessageLite& request) {
    Response response;
    std::shared_ptr<Answer> answer = Send(path, request);
    EXPECT_TRUE(answer->status.has_value()) << path;
    EXPECT_TRUE(answer->status.value_or(OkStatus()).ok()) << *answer->status;
    EXPECT_TRUE(response.ParseFromArray(answer->bytes.data(),
                                        static_cast<int>(answer->bytes.size())));
    return response;
  }

  FakeClock clock_;
  journal::MemoryJournal journal_{journal::MemoryJournal::Durability::kManual};
  conf::Configuration conf_;
  auth::UserGroups groups_;
  ServingGate gate_;
  Ledger ledger_;
  BlockMaster blocks_;
  FsParts no_files_;  // nothing here touches the namespace
  FsOperations operations_{no_files_};
  PersistQueue persist_{PersistQueueOptions{}, operations_, clock_};
  MetaMaster meta_;
  std::unique_ptr<LanePool> blocking_;
  metrics::ThroughputGauges throughputs_{metrics::Registry::Process(), clock_,
                                         ClusterThroughputs()};
  ServerConfigs server_configs_;
  ConfigUpdates updates_{conf_, clock_};
  ServiceParts parts_;
  rpc::MethodTable table_;
};

constexpr char kVersion[] = "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion";
constexpr char kConfig[] = "/alluxio.grpc.meta.MetaMasterConfigurationService/";
constexpr char kBlockWorker[] = "/alluxio.grpc.block.BlockMasterWorkerService/";
constexpr char kBlockClient[] = "/alluxio.grpc.block.BlockMasterClientService/";

TEST_F(ServiceTest, NothingIsAnsweredBeforeTheMasterServes) {
  std::shared_ptr<Answer> answer =
      Send(kVersion, grpc::version::GetServiceVersionPRequest());
  EXPECT_EQ(answer->status->code(), StatusCode::kUnavailable);
}

TEST_F(ServiceTest, AStandbyTellsItsMetrics) {
  gate_.Enter(ServingGate::Phase::kStandby);
  auto answer = Send("/alluxio.grpc.metric.MetricsMasterClientService/GetMetrics",
                     grpc::metric::GetMetricsPOptions());
  EXPECT_TRUE(answer->status.value_or(Unavailable("no answer")).ok()) << *answer->status;
}

TEST_F(ServiceTest, EveryMethodOfEveryServiceIsAnswered) {
  Serve();
  for (const auto& [path, method] : table_.methods()) {
    bool one = (method.unary != nullptr) + (method.server_stream != nullptr) +
                   (method.stream != nullptr) == 1;
    EXPECT_TRUE(one) << path;
  }
  EXPECT_EQ(table_.methods().size(), 35u + 4 + 2 + 9 + 8 + 5 + 6 + 3 + 1 + 3 + 6 + 12 + 1);
}

TEST_F(ServiceTest, MissingPartsSaySoAndAreNotUnimplemented) {
  Serve();
  std::shared_ptr<Answer> answer = Send("/alluxio.grpc.table.TableMasterClientService/GetTable",
                                        grpc::meta::BackupPRequest());
  EXPECT_EQ(answer->status->code(), StatusCode::kFailedPrecondition);
}

TEST_F(ServiceTest, VersionsAreExact) {
  Serve();
  grpc::version::GetServiceVersionPRequest request;
  auto version = [&](grpc::version::ServiceType type) {
    request.set_servicetype(type);
    return Ask<grpc::version::GetServiceVersionPResponse>(kVersion, request).version();
  };
  EXPECT_EQ(version(grpc::version::FILE_SYSTEM_MASTER_CLIENT_SERVICE), 2);
  EXPECT_EQ(version(grpc::version::META_MASTER_MASTER_SERVICE), 1);
  EXPECT_EQ(version(grpc::version::UNKNOWN_SERVICE), -1);
  request.set_servicetype(grpc::version::JOB_MASTER_CLIENT_SERVICE);
  EXPECT_EQ(Send(kVersion, request)->status->ToString(),
            "NOT_FOUND: Service JOB_MASTER_CLIENT_SERVICE is not found.");
  EXPECT_FALSE(table_.Find(kVersion)->options.needs_authentication);
}

TEST_F(ServiceTest, ConfigurationHasWhatClientsReadBlindly) {
  Serve();
  auto response = Ask<grpc::meta::GetConfigurationPResponse>(
      std::string(kConfig) + "GetConfiguration", grpc::meta::GetConfigurationPOptions());
  std::map<std::string, std::string> values;
  for (const auto& property : response.clusterconfigs()) {
    values[property.name()] = property.value();
  }
  EXPECT_EQ(values["alluxio.version"], "2.9.4");
  EXPECT_FALSE(values["alluxio.underfs.version"].empty());
  auto hashes = Ask<grpc::meta::GetConfigHashPResponse>(
      std::string(kConfig) + "GetConfigHash", grpc::meta::GetConfigHashPOptions());
  EXPECT_EQ(hashes.clusterconfighash(), response.clusterconfighash());
  EXPECT_EQ(hashes.pathconfighash(), response.pathconfighash());
}

TEST_F(ServiceTest, AStandbyTellsItsOwnSettingsOnly) {
  gate_.Enter(ServingGate::Phase::kStandby);
  grpc::meta::GetConfigurationPOptions request;
  const std::string path = std::string(kConfig) + "GetConfiguration";
  EXPECT_EQ(Send(path, request)->status->code(), StatusCode::kUnavailable);
  request.set_ignorepathconf(true);
  EXPECT_GT(Ask<grpc::meta::GetConfigurationPResponse>(path, request).clusterconfigs_size(), 100);
}

TEST_F(ServiceTest, PropertiesAreChangedOnlyWhereThatIsAllowed) {
  Serve();
  grpc::meta::UpdateConfigurationPRequest request;
  (*request.mutable_properties())["alluxio.user.file.readtype.default"] = "NO_CACHE";
  auto response = Ask<grpc::meta::UpdateConfigurationPResponse>(
      std::string(kConfig) + "UpdateConfiguration", request);
  EXPECT_EQ(response.status_size(), 1);
  EXPECT_FALSE(response.status().at("alluxio.user.file.readtype.default"));
}

TEST_F(ServiceTest, SettingsOfWorkersAreComparedWithTheMasters) {
  Serve();
  grpc::block::GetWorkerIdPRequest ask;
  ask.mutable_workernetaddress()->set_host("w1");
  ask.mutable_workernetaddress()->set_rpcport(29999);
  grpc::block::RegisterWorkerPRequest registration;
  registration.set_workerid(Ask<grpc::block::GetWorkerIdPResponse>(
      std::string(kBlockWorker) + "GetWorkerId", ask).workerid());
  registration.add_storagetiers("MEM");
  grpc::ConfigProperty* property = registration.mutable_options()->add_configs();
  property->set_name("alluxio.zookeeper.election.path");
  property->set_value("/elsewhere");
  std::promise<Status> registered;
  table_.Find(std::string(kBlockWorker) + "RegisterWorker")->unary(
      std::make_shared<FakeCall>(), Bytes::FromString(registration.SerializeAsString()),
      [&](Status status, Bytes) { registered.set_value(std::move(status)); });
  Status status = registered.get_future().get();
  ASSERT_TRUE(status.ok()) << status;
  auto report = Ask<grpc::meta::GetConfigReportPResponse>(
      "/alluxio.grpc.meta.MetaMasterClientService/GetConfigReport",
      grpc::meta::GetConfigReportPOptions()).report();
  EXPECT_EQ(report.status(), grpc::meta::FAILED);
  const auto& errors = report.errors().at("SERVER").properties();
  auto found = std::find_if(errors.begin(), errors.end(), [](const auto& one) {
    return one.name() == "alluxio.zookeeper.election.path";
  });
  ASSERT_NE(found, errors.end());
  EXPECT_EQ(found->values().at("/elsewhere").values(0), "w1:29999");
  EXPECT_EQ(found->values().at("/alluxio/election").values(0), "m1:0");
}

TEST_F(ServiceTest, MetricsBeginAnewWhenTold) {
  Serve();
  metrics::Counter& bytes = metrics::Registry::Process().counter("Cluster.BytesReadDomain");
  bytes.Add(7);
  Ask<grpc::metric::ClearMetricsPResponse>(
      "/alluxio.grpc.metric.MetricsMasterClientService/ClearMetrics",
      grpc::metric::ClearMetricsPRequest());
  EXPECT_EQ(bytes.Value(), 0);
}

TEST_F(ServiceTest, AnEditIsAnsweredWhenItIsDurable) {
  Serve();
  grpc::meta::SetPathConfigurationPRequest request;
  request.set_path("/a/");
  (*request.mutable_properties())["alluxio.user.file.readtype.default"] = "CACHE";
  std::shared_ptr<Answer> answer = Send(std::string(kConfig) + "SetPathConfiguration", request);
  EXPECT_FALSE(answer->status.has_value());
  journal_.MakeAllDurable();
  ASSERT_TRUE(answer->status.has_value());
  EXPECT_TRUE(answer->status->ok());
  EXPECT_EQ(meta_.GetPathProperties().by_path.count("/a"), 1u);
}

TEST_F(ServiceTest, AnEditThatCannotBecomeDurableIsUnavailable) {
  Serve();
  grpc::meta::SetPathConfigurationPRequest request;
  request.set_path("/a");
  (*request.mutable_properties())["alluxio.user.file.readtype.default"] = "CACHE";
  std::shared_ptr<Answer> answer = Send(std::string(kConfig) + "SetPathConfiguration", request);
  journal_.Fail(Unavailable("disk"));
  EXPECT_EQ(answer->status->code(), StatusCode::kUnavailable);
}

TEST_F(ServiceTest, AWorkerRegistersAndIsListedAfterSafeMode) {
  Serve();
  grpc::block::GetWorkerIdPRequest id_request;
  id_request.mutable_workernetaddress()->set_host("w");
  int64_t id = Ask<grpc::block::GetWorkerIdPResponse>(std::string(kBlockWorker) + "GetWorkerId",
                                                      id_request)
                   .workerid();
  grpc::block::RegisterWorkerPRequest request;
  request.set_workerid(id);
  (*request.mutable_totalbytesontiers())["MEM"] = 64;
  auto* list = request.add_currentblocks();
  list->mutable_key()->set_tieralias("MEM");
  list->mutable_value()->add_blockid(MakeId(5, 0));
  std::shared_ptr<Answer> answer = Send(std::string(kBlockWorker) + "RegisterWorker", request);
  EXPECT_TRUE(blocking_->Stop(std::chrono::seconds(20)));
  ASSERT_TRUE(answer->status.has_value());
  EXPECT_TRUE(answer->status->ok()) << *answer->status;
  grpc::block::GetWorkerInfoListPOptions options;
  EXPECT_EQ(Send(std::string(kBlockClient) + "GetWorkerInfoList", options)->status->code(),
            StatusCode::kUnavailable);
  clock_.Advance(std::chrono::seconds(6));
  auto workers = Ask<grpc::block::GetWorkerInfoListPResponse>(
      std::string(kBlockClient) + "GetWorkerInfoList", options);
  ASSERT_EQ(workers.workerinfos_size(), 1);
  EXPECT_EQ(workers.workerinfos(0).capacitybytes(), 64);
  EXPECT_EQ(workers.workerinfos(0).state(), "ACTIVE");
  EXPECT_EQ(blocks_.TakeStrayBlocks(10).size(), 1u);
}

TEST_F(ServiceTest, NoWorkerFreesABlockBeforeItsDeletionIsDurable) {
  Serve();
  const BlockId block = MakeId(5, 0);
  grpc::block::GetWorkerIdPRequest id_request;
  id_request.mutable_workernetaddress()->set_host("w");
  int64_t id = Ask<grpc::block::GetWorkerIdPResponse>(std::string(kBlockWorker) + "GetWorkerId",
                                                      id_request)
                   .workerid();
  grpc::block::RegisterWorkerPRequest registration;
  registration.set_workerid(id);
  Send(std::string(kBlockWorker) + "RegisterWorker", registration);
  EXPECT_TRUE(blocking_->Stop(std::chrono::seconds(20)));
  OpContextOptions options;
  options.clock = &clock_;
  OpContext context(std::move(options));
  BlockCommit commit;
  commit.worker = id;
  commit.block = block;
  commit.length = 1;
  commit.tier = "MEM";
  ASSERT_TRUE(blocks_.CommitBlock(context, commit).ok());
  journal_.MakeAllDurable();
  ASSERT_TRUE(blocks_.RemoveBlocks(context, std::span(&block, 1)).ok());
  grpc::block::BlockHeartbeatPRequest heartbeat;
  heartbeat.set_workerid(id);
  std::shared_ptr<Answer> answer = Send(std::string(kBlockWorker) + "BlockHeartbeat", heartbeat);
  EXPECT_FALSE(answer->status.has_value());
  journal_.MakeAllDurable();
  ASSERT_TRUE(answer->status.has_value());
  grpc::block::BlockHeartbeatPResponse response;
  ASSERT_TRUE(response.ParseFromArray(answer->bytes.data(),
                                      static_cast<int>(answer->bytes.size())));
  ASSERT_EQ(response.command().data_size(), 1);
  EXPECT_EQ(response.command().data(0), block);
}

// The file was deleted while a worker wrote the block: its delete found no block to free.
TEST_F(ServiceTest, ABlockThatIsCommittedAfterItsFileIsGoneIsFreed) {
  Serve();
  const BlockId kept = MakeId(5, 0);
  const BlockId late = MakeId(6, 0);
  parts_.has_file = [kept](BlockId block) { return block == kept; };
  grpc::block::GetWorkerIdPRequest id_request;
  id_request.mutable_workernetaddress()->set_host("w");
  const int64_t worker = Ask<grpc::block::GetWorkerIdPResponse>(
                             std::string(kBlockWorker) + "GetWorkerId", id_request)
                             .workerid();
  grpc::block::RegisterWorkerPRequest registration;
  registration.set_workerid(worker);
  (*registration.mutable_totalbytesontiers())["MEM"] = 64;
  Send(std::string(kBlockWorker) + "RegisterWorker", registration);
  EXPECT_TRUE(blocking_->Stop(std::chrono::seconds(20)));
  for (BlockId block : {kept, late}) {
    grpc::block::CommitBlockPRequest commit;
    commit.set_workerid(worker);
    commit.set_blockid(block);
    commit.set_length(1);
    commit.set_tieralias("MEM");
    std::shared_ptr<Answer> answer = Send(std::string(kBlockWorker) + "CommitBlock", commit);
    journal_.MakeAllDurable();
    ASSERT_TRUE(answer->status.has_value());
    EXPECT_TRUE(answer->status->ok()) << *answer->status;
  }
  grpc::block::BlockHeartbeatPRequest heartbeat;
  heartbeat.set_workerid(worker);
  auto response = Ask<grpc::block::BlockHeartbeatPResponse>(
      std::string(kBlockWorker) + "BlockHeartbeat", heartbeat);
  ASSERT_EQ(response.command().data_size(), 1);
  EXPECT_EQ(response.command().data(0), late);
  EXPECT_TRUE(blocks_.GetBlockInfo(kept).ok());
  EXPECT_FALSE(blocks_.GetBlockInfo(late).ok());

  // Where the look for the file may read the disk, only the executor does it, which takes nothing
  // any more.
  parts_.reads_disk = [](const std::string&) { return false; };
  parts_.has_file = [](BlockId) -> bool { ADD_FAILURE(); return true; };
  grpc::block::CommitBlockPRequest commit;
  commit.set_workerid(worker);
  commit.set_blockid(kept);
  commit.set_tieralias("MEM");
  std::shared_ptr<Answer> refused = Send(std::string(kBlockWorker) + "CommitBlock", commit);
  ASSERT_TRUE(refused->status.has_value());
  EXPECT_FALSE(refused->status->ok());
}

// A method that has to block is run again, with a context that may.
Status BlocksFirst(const ServiceParts&, OpContext& context,
                   const grpc::meta::GetConfigHashPOptions&,
                   grpc::meta::GetConfigHashPResponse* response) {
  if (!context.may_block()) return WouldBlock();
  response->set_pathconfighash(context.user());
  return OkStatus();
}

TEST_F(ServiceTest, AMethodThatWouldBlockRunsOnTheExecutor) {
  Serve();
  MethodSpec spec;
  spec.path = "/test/BlocksFirst";
  AddMethod<grpc::meta::GetConfigHashPOptions, grpc::meta::GetConfigHashPResponse>(
      parts_, &table_, spec, &BlocksFirst);
  std::shared_ptr<Answer> answer = Send(spec.path, grpc::meta::GetConfigHashPOptions());
  EXPECT_TRUE(blocking_->Stop(std::chrono::seconds(20)));
  ASSERT_TRUE(answer->status.has_value());
  EXPECT_TRUE(answer->status->ok());
  EXPECT_NE(answer->bytes.view().find("alice"), std::string_view::npos);
  // The executor takes nothing now: the caller hears of it.
  EXPECT_FALSE(Send(spec.path, grpc::meta::GetConfigHashPOptions())->status->ok());
}

// Messages are used again by the thread: nothing of one call may show in the next.
Status Echo(const ServiceParts&, OpContext&,
            const grpc::meta::SetPathConfigurationPRequest& request,
            grpc::meta::GetConfigHashPResponse* response) {
  if (request.has_path()) response->set_clusterconfighash(request.path());
  if (request.path() == "/fails") return NotFound("after it wrote into its answer");
  response->set_pathconfighash(std::to_string(request.properties_size()));
  return OkStatus();
}

TEST_F(ServiceTest, NothingOfACallShowsInTheNext) {
  Serve();
  MethodSpec spec;
  spec.path = "/test/Echo";
  AddMethod<grpc::meta::SetPathConfigurationPRequest, grpc::meta::GetConfigHashPResponse>(
      parts_, &table_, spec, &Echo);
  grpc::meta::SetPathConfigurationPRequest full;
  full.set_path("/secret");
  (*full.mutable_properties())["a"] = "b";
  grpc::meta::SetPathConfigurationPRequest failing;
  failing.set_path("/fails");
  for (const auto* before : {&full, &failing}) {
    Send(spec.path, *before);
    auto next = Ask<grpc::meta::GetConfigHashPResponse>(
        spec.path, grpc::meta::SetPathConfigurationPRequest());
    EXPECT_FALSE(next.has_clusterconfighash()) << before->path();
    EXPECT_EQ(next.pathconfighash(), "0");
  }
}

TEST_F(ServiceTest, BytesThatAreNoMessageAreAnInvalidArgument) {
  Serve();
  std::optional<Status> answer;
  table_.Find(kVersion)->unary(std::make_shared<FakeCall>(), Bytes::FromString("\xff\xff"),
                               [&](Status status, Bytes) { answer = std::move(status); });
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->code(), StatusCode::kInvalidArgument);
}

TEST(ReusedMessageTest, SmallMessagesAreUsedAgainAndLargeOnesAreNot) {
  using Request = grpc::meta::SetPathConfigurationPRequest;
  const Request* first = nullptr;
  {
    ReusedMessage<Request> message;
    first = message.get();
    message->set_path("/a");
    message.KeepIfSmall(4);
    ReusedMessage<Request> second;  // while the first is in use
    EXPECT_NE(second.get(), first);
  }
  size_t small = 0;
  {
    ReusedMessage<Request> message;
    EXPECT_EQ(message.get(), first);
    EXPECT_FALSE(message->has_path());
    small = message->SpaceUsedLong();
    message->set_path(std::string(100'000, 'x'));
    message.KeepIfSmall(message->ByteSizeLong());
  }
  ReusedMessage<Request> message;
  EXPECT_LE(message->SpaceUsedLong(), small) << "the memory of a large one is not held on to";
}

}  // namespace
}  // namespace alluxio::master
