#include "http/ask.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "http/server.h"

namespace alluxio::http {
namespace {

using ::testing::HasSubstr;

// Answers one connection with bytes the test chooses; with none it only takes the connection.
class Mouth {
 public:
  explicit Mouth(std::string says) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&at), size);
    ::listen(fd_, 4);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    if (says.empty()) return;
    thread_ = std::thread([this, says] {
      int peer = ::accept(fd_, nullptr, nullptr);
      char asked[4096];
      if (::recv(peer, asked, sizeof asked, 0) > 0) {
        EXPECT_EQ(::send(peer, says.data(), says.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(says.size()));
      }
      ::close(peer);
    });
  }
  ~Mouth() {
    if (thread_.joinable()) thread_.join();
    ::close(fd_);
  }
  int port() const { return port_; }

 private:
  int fd_;
  int port_ = 0;
  std::thread thread_;
};

Question To(int port) {
  Question question;
  question.host = "127.0.0.1";
  question.port = port;
  question.target = "/x?name=" + QueryValue("a b&c=%\xc3\xa9");
  question.patience = std::chrono::seconds(60);
  return question;
}

TEST(AskTest, GetsTheAnswerOfOurServer) {
  ServerOptions options;
  options.bind_host = "127.0.0.1";
  auto server = Server::Start(options, [](const Request& request) {
    if (request.method == "POST") return Response::Text(404, "no");
    return Response::Json(request.Query("name") + std::string(100'000, 'x'));
  });
  ASSERT_TRUE(server.ok()) << server.status();
  Question question = To((*server)->port());
  Result<Answer> answer = Ask(question);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), 100'009u);
  EXPECT_EQ(answer->body.substr(0, 9), "a b&c=%\xc3\xa9");
  question.body_bytes = 1000;
  EXPECT_EQ(Ask(question).status().code(), StatusCode::kResourceExhausted);
  question.method = "POST";
  ASSERT_TRUE((answer = Ask(question)).ok()) << answer.status();
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "no");
}

TEST(AskTest, NobodyThereIsUnavailable) {
  int port = 0;
  { port = Mouth("").port(); }
  Result<Answer> answer = Ask(To(port));
  EXPECT_EQ(answer.status().code(), StatusCode::kUnavailable);
  EXPECT_THAT(answer.status().message(), HasSubstr("127.0.0.1:" + std::to_string(port)));
  Question question = To(port);
  question.host = "no-such-host.invalid";
  EXPECT_EQ(Ask(question).status().code(), StatusCode::kNotFound);
}

TEST(AskTest, OneThatNeverAnswersIsGivenUp) {
  Mouth silent("");
  Question question = To(silent.port());
  question.patience = std::chrono::milliseconds(50);
  EXPECT_EQ(Ask(question).status().code(), StatusCode::kDeadlineExceeded);
}

TEST(AskTest, WhatIsNoHttpOrEndsEarlyIsDataLoss) {
  for (const char* says : {"SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 x\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"}) {
    Mouth mouth(says);
    EXPECT_EQ(Ask(To(mouth.port())).status().code(), StatusCode::kDataLoss) << says;
  }
  Mouth mouth("HTTP/1.1 200 OK\r\n\r\nno length");
  Result<Answer> answer = Ask(To(mouth.port()));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->body, "no length");
}

}  // namespace
}  // namespace alluxio::http
