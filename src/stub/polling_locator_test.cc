#include "stub/polling_locator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "proto/grpc/version.pb.h"
#include "rpc/service.h"

namespace alluxio::stub {
namespace {

// A master that answers whether it is the primary.
class SomeMaster {
 public:
  SomeMaster() {
    using grpc::version::GetServiceVersionPRequest;
    using grpc::version::GetServiceVersionPResponse;
    methods_.Unary<GetServiceVersionPRequest, GetServiceVersionPResponse>(
        "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion",
        rpc::MethodOptions{false},
        [this](rpc::CallPtr, const GetServiceVersionPRequest& request,
               rpc::Reply<GetServiceVersionPResponse> reply) {
          ++asked_;
          EXPECT_FALSE(request.allowedonstandbymasters());
          EXPECT_EQ(request.servicetype(), grpc::version::META_MASTER_CLIENT_SERVICE);
          if (!answer_.ok()) return reply(answer_);
          GetServiceVersionPResponse response;
          response.set_version(2);
          reply(response);
        });
    rpc::ServerOptions options;
    options.bind_host = "127.0.0.1";
    server_ = rpc::Server::Start(options, methods_).value();
  }
  MasterAddress address() const { return {"127.0.0.1", server_->port()}; }

  Status answer_ = Unavailable("GetServiceVersion is not supported on standby master");
  std::atomic<int> asked_{0};

 private:
  rpc::MethodTable methods_;
  std::unique_ptr<rpc::Server> server_;
};

class PollingLocatorTest : public ::testing::Test {
 protected:
  SomeMaster first_;
  SomeMaster second_;
  // Nobody listens at the port in the middle.
  PollingLocator locator_{{first_.address(), {"127.0.0.1", 1}, second_.address()}, {}};
};

TEST_F(PollingLocatorTest, WithoutAPrimaryEveryReasonIsTold) {
  Result<MasterAddress> primary = locator_.Primary();
  EXPECT_TRUE(primary.status().Is(StatusCode::kUnavailable));
  EXPECT_NE(primary.status().message().find("standby"), std::string::npos);
  EXPECT_NE(primary.status().message().find("127.0.0.1:1: "), std::string::npos);
}

TEST_F(PollingLocatorTest, AnotherErrorEndsTheRound) {
  first_.answer_ = PermissionDenied("not you");
  EXPECT_TRUE(locator_.Primary().status().Is(StatusCode::kPermissionDenied));
  EXPECT_EQ(second_.asked_, 0);
}

TEST_F(PollingLocatorTest, ThePrimaryIsKeptUntilItFails) {
  second_.answer_ = OkStatus();
  EXPECT_EQ(*locator_.Primary(), second_.address());
  EXPECT_EQ(*locator_.Primary(), second_.address());
  EXPECT_EQ(second_.asked_, 1);
  first_.answer_ = OkStatus();
  second_.answer_ = Unavailable("standby");
  locator_.Invalidate(first_.address());  // of somebody who asked before
  EXPECT_EQ(*locator_.Primary(), second_.address());
  locator_.Invalidate(second_.address());
  EXPECT_EQ(*locator_.Primary(), first_.address());
  EXPECT_EQ(locator_.All().size(), 3u);
}

TEST_F(PollingLocatorTest, APrimaryThatDoesNotAnswerIsLeftForOneThatDoes) {
  first_.answer_ = OkStatus();
  EXPECT_EQ(*locator_.Primary(), first_.address());
  EXPECT_FALSE(locator_.HasMoved(first_.address()));
  second_.answer_ = OkStatus();
  EXPECT_TRUE(locator_.HasMoved(first_.address()));
  EXPECT_EQ(*locator_.Primary(), second_.address());
}

}  // namespace
}  // namespace alluxio::stub
