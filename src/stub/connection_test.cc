// MasterConnection, and the clients on it, against a scripted master on a real socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>

#include "env/executor.h"
#include "proto/grpc/block_master.pb.h"
#include "proto/grpc/file_system_master.pb.h"
#include "proto/grpc/meta_master.pb.h"
#include "proto/grpc/version.pb.h"
#include "rpc/service.h"
#include "stub/block_master_worker_client.h"
#include "stub/fs_master_client.h"
#include "stub/meta_master_client.h"

namespace alluxio::stub {
namespace {

namespace fs = grpc::file;
using std::chrono_literals::operator""ms;
using testing::HasSubstr;

const std::string kFs = "/alluxio.grpc.file.FileSystemMasterClientService/";
const std::string kBlocks = "/alluxio.grpc.block.BlockMasterWorkerService/";

// Takes a registration in parts.
class Registration : public rpc::StreamHandler {
 public:
  Registration(rpc::StreamSinkPtr sink, std::vector<int>* blocks)
      : sink_(std::move(sink)), blocks_(blocks) {}
  void OnMessage(Bytes message, Callback<void()> done) override {
    grpc::block::RegisterWorkerPRequest request;
    ASSERT_TRUE(request.ParseFromArray(message.data(), static_cast<int>(message.size())));
    int count = 0;
    for (const auto& list : request.currentblocks()) count += list.value().blockid_size();
    blocks_->push_back(count);
    rpc::SendMessage(*sink_, grpc::block::RegisterWorkerPResponse());
    done();
  }
  void OnHalfClose() override { sink_->Finish(OkStatus()); }
  void OnEnd(const Status&) override {}

 private:
  const rpc::StreamSinkPtr sink_;
  std::vector<int>* const blocks_;
};

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() {
    using grpc::version::GetServiceVersionPRequest;
    using grpc::version::GetServiceVersionPResponse;
    methods_.Unary<GetServiceVersionPRequest, GetServiceVersionPResponse>(
        "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion",
        rpc::MethodOptions{false},
        [this](rpc::CallPtr, const GetServiceVersionPRequest&,
               rpc::Reply<GetServiceVersionPResponse> reply) {
          ++version_checks_;
          if (services_missing_ > 0) {
            --services_missing_;
            return reply(NotFound("Service FILE_SYSTEM_MASTER_CLIENT_SERVICE is not found."));
          }
          GetServiceVersionPResponse response;
          response.set_version(version_);
          reply(response);
        });
    methods_.Unary<fs::ExistsPRequest, fs::ExistsPResponse>(
        kFs + "Exists", {},
        [this](rpc::CallPtr, const fs::ExistsPRequest& request,
               rpc::Reply<fs::ExistsPResponse> reply) {
          if (request.path() == "/paused" && KeepFirst(&reply, &paused_)) return;
          ++calls_;
          if (failures_ > 0) {
            --failures_;
            return reply(failure_);
          }
          fs::ExistsPResponse response;
          response.set_exists(true);
          reply(response);
        });
    methods_.Unary<fs::DeletePRequest, fs::DeletePResponse>(
        kFs + "Remove", {},
        [this](rpc::CallPtr, const fs::DeletePRequest& request,
               rpc::Reply<fs::DeletePResponse> reply) {
          ids_.push_back(request.options().commonoptions().operationid().SerializeAsString());
          if (ids_.size() < 3) return reply(Unavailable("not yet"));
          reply(fs::DeletePResponse());
        });
    methods_.ServerStream<fs::ListStatusPRequest>(
        kFs + "ListStatus", {},
        [this](rpc::CallPtr, const fs::ListStatusPRequest& request, rpc::StreamSinkPtr sink) {
          if (request.path() == "/paused" && KeepFirst(&sink, &paused_sink_)) return;
          ++calls_;
          if (failures_-- > 0) return sink->Finish(failure_);
          for (int i = 0; i < 3; ++i) {
            fs::ListStatusPResponse batch;
            fs::FileInfo* info = batch.add_fileinfos();
            info->set_name("f" + std::to_string(i));
            info->set_path(request.path() + "/f" + std::to_string(i));
            info->set_persistencestate("PERSISTED");
            rpc::SendMessage(*sink, batch);
          }
          sink->Finish(request.path() == "/broken" ? Unavailable("gone") : OkStatus());
        });
    using grpc::meta::GetConfigHashPOptions;
    using grpc::meta::GetConfigHashPResponse;
    methods_.Unary<GetConfigHashPOptions, GetConfigHashPResponse>(
        "/alluxio.grpc.meta.MetaMasterConfigurationService/GetConfigHash",
        rpc::MethodOptions{false},
        [](rpc::CallPtr call, const GetConfigHashPOptions&,
           rpc::Reply<GetConfigHashPResponse> reply) {
          GetConfigHashPResponse response;
          response.set_clusterconfighash(call->user().authenticated() ? "user" : "nobody");
          reply(response);
        });
    methods_.AddStream(kBlocks + "RegisterWorkerStream", {}, [this](rpc::StreamSinkPtr sink) {
      return std::make_unique<Registration>(std::move(sink), &registered_);
    });
    server_options_.bind_host = "127.0.0.1";
    StartServer();
    options_.user = "alice";
    options_.retry = RetryOptions{2ms, 10ms, 5000ms};
  }

  ~ConnectionTest() override {
    std::optional<rpc::Reply<fs::ExistsPResponse>> reply;
    std::optional<rpc::StreamSinkPtr> sink;
    {
      MutexLock lock(paused_mutex_);
      reply.swap(paused_);
      sink.swap(paused_sink_);
    }
    if (reply) (*reply)(Unavailable("awake"));
    if (sink) (*sink)->Finish(Unavailable("awake"));
  }

  // Keeps what the first paused call is answered by; whoever sees it counted finds it kept.
  template <typename Answer>
  bool KeepFirst(Answer* answer, std::optional<Answer>* kept) {
    MutexLock lock(paused_mutex_);
    if (kept->has_value()) return false;
    kept->emplace(std::move(*answer));
    ++calls_;
    return true;
  }

  void StartServer() {
    Result<std::unique_ptr<rpc::Server>> server = rpc::Server::Start(server_options_, methods_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
    server_options_.port = server_->port();
  }
  std::shared_ptr<MasterConnection> Connect() {
    return std::make_shared<MasterConnection>(
        PrimaryLocator::Single({"127.0.0.1", server_options_.port}), options_);
  }

  // Two names of one server: the first master has taken a call and is paused, the second is the
  // primary once it has.
  std::shared_ptr<MasterConnection> ConnectToTwo() {
    class Two final : public PrimaryLocator {
     public:
      Two(ConnectionTest& test) : test_(test) {}
      Result<MasterAddress> Primary() override {
        return MasterAddress{test_.calls_ > 0 ? "localhost" : "127.0.0.1",
                             test_.server_options_.port};
      }
      void Invalidate(const MasterAddress&) override {}
      bool HasMoved(const MasterAddress& from) override { return from.host != Primary()->host; }
      std::vector<MasterAddress> All() override { return {}; }

     private:
      ConnectionTest& test_;
    };
    options_.patience = 10ms;
    return std::make_shared<MasterConnection>(std::make_shared<Two>(*this), options_);
  }

  std::atomic<int> failures_{0};
  Mutex paused_mutex_;
  std::optional<rpc::Reply<fs::ExistsPResponse>> paused_;
  std::optional<rpc::StreamSinkPtr> paused_sink_;
  Status failure_ = Unavailable("safe mode");
  std::atomic<int> calls_{0};
  std::atomic<int> version_checks_{0};
  std::atomic<int> services_missing_{0};
  std::atomic<int64_t> version_{2};
  std::vector<std::string> ids_;
  std::vector<int> registered_;
  rpc::MethodTable methods_;
  rpc::ServerOptions server_options_;
  std::unique_ptr<rpc::Server> server_;
  ConnectionOptions options_;
};

TEST_F(ConnectionTest, AnswersThatAreFinalAreNotRepeated) {
  failures_ = 100;
  failure_ = NotFound("Path \"/a\" does not exist.");
  Result<bool> exists = FileSystemMasterClient(Connect()).Exists("/a");
  EXPECT_EQ(exists.status().ToString(), "NOT_FOUND: Path \"/a\" does not exist.");
  EXPECT_EQ(calls_, 1);
}

TEST_F(ConnectionTest, PassingTroubleIsRepeated) {
  failures_ = 3;
  Result<bool> exists = FileSystemMasterClient(Connect()).Exists("/a");
  ASSERT_TRUE(exists.ok()) << exists.status();
  EXPECT_TRUE(*exists);
  EXPECT_EQ(calls_, 4);
}

TEST_F(ConnectionTest, LastingTroubleEndsWithItsReasonAndTheNumberOfAttempts) {
  failures_ = 1000000;
  options_.retry.max_duration = 50ms;
  Result<bool> exists = FileSystemMasterClient(Connect()).Exists("/a");
  EXPECT_TRUE(exists.status().Is(StatusCode::kUnavailable));
  EXPECT_THAT(exists.status().message(), HasSubstr("Failed after "));
  EXPECT_THAT(exists.status().message(), HasSubstr(" attempts: safe mode"));
}

TEST_F(ConnectionTest, VersionIsCheckedOnceAChannelAndMustMatch) {
  auto connection = Connect();
  FileSystemMasterClient client(connection);
  ASSERT_TRUE(client.Exists("/a").ok());
  ASSERT_TRUE(client.Exists("/a").ok());
  EXPECT_EQ(version_checks_, 1);
  version_ = 3;
  Result<bool> exists = FileSystemMasterClient(Connect()).Exists("/a");
  EXPECT_THAT(exists.status().message(),
              HasSubstr("client version 2 is not compatible with server version 3"));
}

TEST_F(ConnectionTest, AMissingServiceIsWaitedForAtOneOfSeveralMasters) {
  services_missing_ = 2;
  Result<bool> exists = FileSystemMasterClient(ConnectToTwo()).Exists("/a");
  ASSERT_TRUE(exists.ok()) << exists.status();
  EXPECT_EQ(version_checks_, 3);
  services_missing_ = 1;
  exists = FileSystemMasterClient(Connect()).Exists("/a");
  EXPECT_TRUE(exists.status().Is(StatusCode::kNotFound)) << exists.status();
}

TEST_F(ConnectionTest, AttemptsOfOneOperationCarryOneId) {
  FileSystemMasterClient client(Connect());
  ASSERT_TRUE(client.Remove("/a").ok());
  ASSERT_EQ(ids_.size(), 3u);
  EXPECT_FALSE(ids_[0].empty());
  EXPECT_EQ(ids_[0], ids_[1]);
  EXPECT_EQ(ids_[0], ids_[2]);
  ASSERT_TRUE(client.Remove("/a").ok());
  EXPECT_NE(ids_[3], ids_[0]);
}

TEST_F(ConnectionTest, RestartedMasterIsFoundAgain) {
  FileSystemMasterClient client(Connect());
  ASSERT_TRUE(client.Exists("/a").ok());
  server_.reset();
  StartServer();
  Result<bool> exists = client.Exists("/a");
  EXPECT_TRUE(exists.ok()) << exists.status();
}

TEST_F(ConnectionTest, AnotherPrimaryIsAskedBeforeThePauseIsOver) {
  // The first answer is an address where nobody listens.
  class Moving final : public PrimaryLocator {
   public:
    explicit Moving(MasterAddress there) : there_(std::move(there)) {}
    Result<MasterAddress> Primary() override {
      return looks_ > 3 ? there_ : MasterAddress{"127.0.0.1", 1};
    }
    void Invalidate(const MasterAddress&) override {}
    bool HasMoved(const MasterAddress& from) override { return ++looks_ > 3 && from.port == 1; }
    std::vector<MasterAddress> All() override { return {}; }

   private:
    const MasterAddress there_;
    std::atomic<int> looks_{0};
  };
  options_.retry = RetryOptions{std::chrono::seconds(100), std::chrono::seconds(100),
                                std::chrono::seconds(1000)};
  auto connection = std::make_shared<MasterConnection>(
      std::make_shared<Moving>(MasterAddress{"127.0.0.1", server_options_.port}), options_);
  EXPECT_TRUE(FileSystemMasterClient(connection).Exists("/a").ok());
}

TEST_F(ConnectionTest, APausedMasterIsLeftWhenThereIsAnotherPrimary) {
  FileSystemMasterClient client(ConnectToTwo());
  Result<bool> exists = client.Exists("/paused");
  ASSERT_TRUE(exists.ok()) << exists.status();
  EXPECT_EQ(calls_, 2);
}

TEST_F(ConnectionTest, AListingIsAskedOfTheNextPrimaryToo) {
  FileSystemMasterClient client(ConnectToTwo());
  Result<std::vector<FileInfo>> all = client.ListAll("/paused");
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->size(), 3u);
  EXPECT_EQ(calls_, 2);
}

TEST_F(ConnectionTest, ASlowAnswerOfThePrimaryIsWaitedFor) {
  options_.patience = 5ms;
  options_.call_timeout = 100ms;
  options_.retry.max_duration = 0ms;
  Result<bool> exists = FileSystemMasterClient(Connect()).Exists("/paused");
  EXPECT_EQ(exists.status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(calls_, 1);
}

TEST_F(ConnectionTest, CloseEndsTheWaitForAnAnswer) {
  options_.patience = 5ms;
  auto connection = Connect();
  std::atomic<int> code{-1};
  auto caller = Executor::Create({"caller", 1, 1});
  ASSERT_TRUE(caller
                  ->Submit([&] {
                    Result<bool> exists = FileSystemMasterClient(connection).Exists("/paused");
                    code = static_cast<int>(exists.status().code());
                  })
                  .ok());
  Mutex mutex;
  CondVar never;
  while (calls_ == 0) {
    MutexLock lock(mutex);
    never.WaitFor(mutex, 5ms);
  }
  connection->Close();
  caller->Stop();
  EXPECT_EQ(code, static_cast<int>(StatusCode::kCancelled));
}

TEST_F(ConnectionTest, CloseEndsTheWaitForTheNextAttempt) {
  failures_ = 1000000;
  options_.retry = RetryOptions{std::chrono::seconds(100), std::chrono::seconds(100),
                                std::chrono::seconds(1000)};
  auto connection = Connect();
  std::atomic<int> code{-1};
  auto caller = Executor::Create({"caller", 1, 1});
  ASSERT_TRUE(caller
                  ->Submit([&] {
                    Result<bool> exists = FileSystemMasterClient(connection).Exists("/a");
                    code = static_cast<int>(exists.status().code());
                  })
                  .ok());
  Mutex mutex;
  CondVar never;
  while (calls_ == 0) {
    MutexLock lock(mutex);
    never.WaitFor(mutex, 5ms);
  }
  connection->Close();
  caller->Stop();
  EXPECT_EQ(code, static_cast<int>(StatusCode::kCancelled));
}

TEST_F(ConnectionTest, ListingArrivesInBatchesAndIsRepeatedOnlyBeforeTheFirst) {
  FileSystemMasterClient client(Connect());
  failures_ = 2;
  Result<std::vector<FileInfo>> all = client.ListAll("/dir");
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[2].path, "/dir/f2");
  EXPECT_EQ(calls_, 3);

  failures_ = 0;
  EXPECT_EQ(client.ListAll("/broken").status().ToString(), "UNAVAILABLE: gone");
  EXPECT_EQ(calls_, 4);
}

TEST_F(ConnectionTest, CallersErrorEndsAListing) {
  Status status = FileSystemMasterClient(Connect())
                      .ListStatus("/dir", {}, [](std::vector<FileInfo>) {
                        return Unavailable("disk of the caller");
                      });
  EXPECT_EQ(status.ToString(), "UNAVAILABLE: disk of the caller");
  EXPECT_EQ(calls_, 1);
}

TEST_F(ConnectionTest, ConfigurationIsReadWithoutAuthentication) {
  Result<ConfigHashes> hashes = MetaMasterClient(Connect()).GetConfigHash();
  ASSERT_TRUE(hashes.ok()) << hashes.status();
  EXPECT_EQ(hashes->cluster, "nobody");
}

TEST_F(ConnectionTest, RegistrationStreamsInBatches) {
  WorkerRegistration registration;
  registration.worker_id = 1;
  registration.blocks = {PlacedBlocks{{"MEM", "MEM"}, {1, 2, 3}},
                         PlacedBlocks{{"SSD", "SSD"}, {4, 5, 6, 7}}};
  BlockMasterWorkerClient client(Connect());
  Status status = client.RegisterWorkerStream(registration, 2);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(registered_, testing::ElementsAre(2, 2, 2, 1));
  registered_.clear();
  ASSERT_TRUE(client.RegisterWorkerStream(WorkerRegistration{}, 2).ok());
  EXPECT_THAT(registered_, testing::ElementsAre(0));
}

}  // namespace
}  // namespace alluxio::stub
