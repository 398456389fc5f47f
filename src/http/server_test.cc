#include "http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace alluxio::http {
namespace {

// A connection whose bytes the test chooses.
class Connection {
 public:
  explicit Connection(int port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~Connection() { ::close(fd_); }
  bool connected() const { return connected_; }
  bool Send(const std::string& text) {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  // Everything until the other side ends.
  std::string Rest() {
    std::string all;
    char buffer[4096];
    for (ssize_t got; (got = ::recv(fd_, buffer, sizeof buffer, 0)) > 0;) all.append(buffer, got);
    return all;
  }

 private:
  int fd_;
  bool connected_ = false;
};

class ServerTest : public testing::Test {
 protected:
  void Start(Handler handler, ServerOptions options = {}) {
    options.bind_host = "127.0.0.1";
    Result<std::unique_ptr<Server>> started = Server::Start(options, std::move(handler));
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }
  std::string Ask(const std::string& head) {
    Connection connection(server_->port());
    connection.Send(head + "Host: h\r\nConnection: close\r\n\r\n");
    return connection.Rest();
  }

  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, DecodesPathAndQuery) {
  Request seen;
  Start([&](const Request& request) {
    seen = request;
    return Response::Json("{}");
  });
  std::string answer = Ask("GET /a%20b/%2e%2e/%C3%A9?path=%2Fx%3Fy&e&n=a+b&n=2 HTTP/1.1\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_EQ(seen.path, "/a b/../\xC3\xA9");
  EXPECT_EQ(seen.Query("path"), "/x?y");
  EXPECT_EQ(seen.Query("n"), "a b");
  EXPECT_EQ(seen.Query("absent"), "");
  EXPECT_NE(answer.find("Content-Security-Policy: default-src 'self'"), std::string::npos);
  EXPECT_NE(answer.find("X-Frame-Options: DENY"), std::string::npos);
  EXPECT_NE(answer.find("Cache-Control: no-store"), std::string::npos);
}

TEST_F(ServerTest, HeadHasNoBodyAndOtherMethodsAreRefused) {
  Start([](const Request& request) { return Response::Text(200, request.method + " body"); });
  std::string head = Ask("HEAD / HTTP/1.1\r\n");
  EXPECT_NE(head.find("Content-Length: 8"), std::string::npos) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
  for (const char* method : {"TRACE", "OPTIONS", "PUT", "DELETE"}) {
    EXPECT_TRUE(Ask(std::string(method) + " / HTTP/1.1\r\n").starts_with("HTTP/1.1 405"));
  }
}

TEST_F(ServerTest, ErrorsCarryTheirCode) {
  Start([](const Request& request) {
    Result<int64_t> number = request.Number("n", 7, 10);
    return number.ok() ? Response::Text(200, std::to_string(*number))
                       : Response::Of(number.status());
  });
  EXPECT_TRUE(Ask("GET / HTTP/1.1\r\n").ends_with("\r\n\r\n7"));
  for (const char* wrong : {"-1", "11", "x", "1x", "99999999999999999999"}) {
    std::string answer = Ask("GET /?n=" + std::string(wrong) + " HTTP/1.1\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
    EXPECT_NE(answer.find("{\"statusCode\":\"INVALID_ARGUMENT\",\"message\":\"n="),
              std::string::npos);
  }
}

TEST_F(ServerTest, AStreamThatFailsIsNeverTakenForTheWhole) {
  Start([](const Request& request) {
    Response response;
    response.stream.length = 1 << 20;
    bool fails = request.path == "/fails";
    response.stream.read = [fails](int64_t offset, char* to, size_t limit) -> Result<size_t> {
      if (fails && offset > 1000) return DataLoss("a block is gone");
      size_t count = std::min<size_t>(limit, 1000);
      std::fill_n(to, count, 'x');
      return count;
    };
    return response;
  });
  EXPECT_GT(Ask("GET /whole HTTP/1.1\r\n").size(), size_t{1} << 20);
  std::string cut = Ask("GET /fails HTTP/1.1\r\n");
  EXPECT_NE(cut.find("Content-Length: 1048576"), std::string::npos);
  EXPECT_LT(cut.size(), size_t{1} << 20);
}

TEST_F(ServerTest, LongHeadsAndBodiesAreRefused) {
  std::atomic<int> calls = 0;
  Start([&](const Request&) {
    ++calls;
    return Response::Json("{}");
  });
  std::string long_answer = Ask("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n");
  EXPECT_FALSE(long_answer.starts_with("HTTP/1.1 2")) << long_answer;
  Connection body(server_->port());
  body.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
  for (int i = 0; i < 100 && body.Send(std::string(10'000, 'b')); ++i) continue;
  EXPECT_FALSE(body.Rest().starts_with("HTTP/1.1 2"));
  EXPECT_EQ(calls, 0);
}

TEST_F(ServerTest, ConnectionsAreBoundedAndIdleOnesEnd) {
  ServerOptions options;
  options.connections = 4;
  options.idle = std::chrono::seconds(1);
  Start([](const Request&) { return Response::Json("{}"); }, options);
  std::vector<std::unique_ptr<Connection>> idle;
  for (int i = 0; i < 8; ++i) idle.push_back(std::make_unique<Connection>(server_->port()));
  for (auto& connection : idle) EXPECT_EQ(connection->Rest(), "");  // ended by the other side
  // The other side ends a connection a moment before it counts it out.
  bool served = false;
  for (int i = 0; i < 6000 && !served; ++i) {
    served = Ask("GET / HTTP/1.1\r\n").starts_with("HTTP/1.1 200");
    if (!served) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(served);
}

TEST_F(ServerTest, StopWaitsForAHandler) {
  std::atomic<bool> entered = false, left = false;
  Start([&](const Request&) {
    entered = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    left = true;
    return Response::Json("{}");
  });
  std::thread asker([&] { Ask("GET / HTTP/1.1\r\n"); });
  while (!entered) std::this_thread::yield();
  server_->Stop();
  EXPECT_TRUE(left);
  asker.join();
}

TEST_F(ServerTest, APortThatIsTakenIsNamed) {
  Start([](const Request&) { return Response::Json("{}"); });
  ServerOptions options;
  options.bind_host = "127.0.0.1";
  options.port = server_->port();
  Status refused = Server::Start(options, [](const Request&) { return Response(); }).status();
  EXPECT_TRUE(refused.Is(StatusCode::kUnavailable)) << refused;
  EXPECT_NE(refused.message().find("127.0.0.1:" + std::to_string(options.port)), std::string::npos)
      << refused;
}

}  // namespace
}  // namespace alluxio::http
