// EchoServer: the least that answers a gRPC call over HTTP/2: one thread, epoll, nghttp2's header
// coder, one write for each readable batch, and an answer that is always the same. What a real
// server takes beyond it is the price of its work. In a process of its own.
#pragma once

#include <sys/types.h>

#include "base/result.h"

namespace alluxio::bench {

class EchoServer {
 public:
  // Forks: call it before there are threads.
  static Result<EchoServer> Start();
  EchoServer(EchoServer&& other) noexcept;
  EchoServer& operator=(EchoServer&&) = delete;
  ~EchoServer();

  int port() const { return port_; }
  pid_t pid() const { return pid_; }

 private:
  EchoServer(pid_t pid, int port) : pid_(pid), port_(port) {}
  pid_t pid_;
  int port_;
};

}  // namespace alluxio::bench
