// Servers and channels on sockets that are files, on every transport, and what is in the way.
#include "rpc/internal/lean/unix_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <tuple>

#include "proto/grpc/version.pb.h"
#include "rpc/channel.h"
#include "rpc/service.h"
#include "tests/fixtures/test_certificates.h"

namespace alluxio::rpc {
namespace {

using grpc::version::GetServiceVersionPRequest;
using grpc::version::GetServiceVersionPResponse;
using testing::HasSubstr;

constexpr char kMethod[] = "/test.Service/Version";

class UnixSocketTest : public testing::Test {
 protected:
  UnixSocketTest() {
    methods_.Unary<GetServiceVersionPRequest, GetServiceVersionPResponse>(
        kMethod, {},
        [](CallPtr call, const GetServiceVersionPRequest&,
           Reply<GetServiceVersionPResponse> reply) {
          GetServiceVersionPResponse response;
          response.set_version(call->peer().starts_with("unix:") ? 1 : 2);
          reply(response);
        });
    options_.bind_host = "127.0.0.1";
    options_.unix_path = folder_.path() + "/socket";
  }
  Status Start() {
    Result<std::unique_ptr<Server>> server = Server::Start(options_, methods_);
    if (server.ok()) server_ = std::move(*server);
    return server.status();
  }
  // 1: through the file, 2: through the port.
  Result<int64_t> Ask(ChannelOptions channel) {
    channel.host = "127.0.0.1";
    channel.port = server_->port();
    channel.connect_timeout = std::chrono::seconds(10);
    GetServiceVersionPResponse response;
    Status status = Channel::Create(channel)->Call(kMethod, GetServiceVersionPRequest(),
                                                   &response, std::chrono::seconds(20));
    if (!status.ok()) return status;
    return response.version();
  }

  TempFolder folder_;
  MethodTable methods_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

TEST_F(UnixSocketTest, EveryTransportTalksThroughTheFile) {
  const TestCertificates certificates;
  for (Transport transport : {Transport::kLean, Transport::kGrpc}) {
    for (Transport other : {Transport::kLean, Transport::kGrpc}) {
      for (bool tls : {false, true}) {
        options_.transport = transport;
        options_.tls = tls ? certificates.ForServer() : TlsOptions();
        ASSERT_TRUE(Start().ok());
        struct stat found {};
        ASSERT_EQ(::stat(options_.unix_path.c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777, 0777u);
        ChannelOptions channel;
        channel.transport = other;
        channel.tls = tls ? certificates.ForClient() : TlsOptions();
        channel.unix_path = options_.unix_path;
        Result<int64_t> answer = Ask(channel);
        ASSERT_TRUE(answer.ok()) << answer.status() << static_cast<int>(transport) << tls;
        EXPECT_EQ(*answer, 1);
        channel.unix_path.clear();
        answer = Ask(channel);
        ASSERT_TRUE(answer.ok()) << answer.status();
        EXPECT_EQ(*answer, 2);
        server_->Stop(Duration::zero());
        EXPECT_FALSE(IsUnixSocket(options_.unix_path));
      }
    }
  }
}

TEST_F(UnixSocketTest, WithoutTheFileThePortIsTaken) {
  ASSERT_TRUE(Start().ok());
  for (Transport transport : {Transport::kLean, Transport::kGrpc}) {
    ChannelOptions channel;
    channel.transport = transport;
    channel.unix_path = folder_.path() + "/another";
    Result<int64_t> answer = Ask(channel);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(*answer, 2);
  }
  // A file that nobody listens on any more is there all the same.
  Result<Socket> left = ListenUnix(folder_.path() + "/left");
  ASSERT_TRUE(left.ok());
  left->Close();
  ChannelOptions channel;
  channel.unix_path = folder_.path() + "/left";
  Result<int64_t> answer = Ask(channel);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(*answer, 2);
}

TEST_F(UnixSocketTest, TheFileOfAServerThatWasKilledIsReplaced) {
  for (Transport transport : {Transport::kLean, Transport::kGrpc}) {
    options_.transport = transport;
    Result<Socket> killed = ListenUnix(options_.unix_path);
    ASSERT_TRUE(killed.ok()) << killed.status();
    EXPECT_THAT(Start().message(), HasSubstr("another server listens there"));
    EXPECT_TRUE(IsUnixSocket(options_.unix_path));
    killed->Close();
    EXPECT_TRUE(Start().ok());
    server_.reset();
  }
}

TEST_F(UnixSocketTest, WhatIsNoSocketIsLeftAlone) {
  FILE* file = fopen(options_.unix_path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  fclose(file);
  EXPECT_THAT(Start().message(), HasSubstr(options_.unix_path + ": is there and no socket"));
  EXPECT_EQ(::access(options_.unix_path.c_str(), F_OK), 0);
  options_.unix_path = folder_.path();
  EXPECT_THAT(Start().message(), HasSubstr("is a folder"));
  options_.unix_path = "relative/path";
  EXPECT_THAT(Start().message(), HasSubstr("an absolute path is expected"));
  options_.unix_path = folder_.path() + "/none/socket";
  EXPECT_THAT(Start().message(), HasSubstr("the folder has to be there"));
  options_.unix_path = folder_.path() + "/" + std::string(kMaxUnixPath, 'x');
  EXPECT_THAT(Start().message(), HasSubstr("at most 107"));
}

TEST_F(UnixSocketTest, NamesOfEarlierStartsAreSwept) {
  const std::string old = folder_.path() + "/00000000-0000-4000-8000-000000000001";
  const std::string live = folder_.path() + "/00000000-0000-4000-8000-000000000002";
  const std::string named = folder_.path() + "/somebody-else";
  for (const std::string& path : {old, named}) ASSERT_TRUE(ListenUnix(path).ok());
  Result<Socket> listening = ListenUnix(live);
  ASSERT_TRUE(listening.ok());
  options_.unix_path = folder_.path() + "/00000000-0000-4000-8000-000000000003";
  ASSERT_TRUE(Start().ok());
  EXPECT_FALSE(IsUnixSocket(old));
  EXPECT_TRUE(IsUnixSocket(live) && IsUnixSocket(named));
}

}  // namespace
}  // namespace alluxio::rpc
