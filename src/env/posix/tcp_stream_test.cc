#include "env/tcp_stream.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace alluxio {
namespace {

TEST(TcpStreamTest, APortIsFreeUntilSomebodyListens) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  int yes = 1;  // as servers do
  ASSERT_EQ(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  socklen_t size = sizeof at;
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&at), size), 0);
  ASSERT_EQ(::listen(fd, 4), 0);
  ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size), 0);
  int port = ntohs(at.sin_port);
  EXPECT_EQ(TryListening(port).code(), StatusCode::kAlreadyExists);
  auto stream = TcpStream::Connect("127.0.0.1", port, std::chrono::seconds(60));
  ASSERT_TRUE(stream.ok()) << stream.status();
  int peer = ::accept(fd, nullptr, nullptr);
  ASSERT_TRUE((*stream)->Write("ping").ok());
  char got[8];
  ASSERT_EQ(::recv(peer, got, sizeof got, 0), 4);
  ASSERT_EQ(::send(peer, "pong!", 5, 0), 5);
  ::close(peer);
  Result<size_t> read = (*stream)->Read(got);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::string(got, *read), "pong!");
  read = (*stream)->Read(got);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, 0u);
  ::close(fd);
  EXPECT_TRUE(TryListening(port).ok());
}

}  // namespace
}  // namespace alluxio
