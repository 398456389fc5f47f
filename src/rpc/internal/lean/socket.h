// Socket and the few calls of the system that the transport makes. Thread-compatible.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

struct sockaddr_storage;
struct iovec;

namespace alluxio::rpc {

// Owns a descriptor.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() { Close(); }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    Close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int fd() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void Close();

 private:
  int fd_ = -1;
};

// An address as the system writes it.
struct SocketAddress {
  alignas(8) char bytes[128] = {};
  unsigned size = 0;

  // "ipv4:127.0.0.1:40000", "ipv6:[::1]:40000": how gRPC names a peer.
  std::string ToString() const;
};

// Blocks while names are looked up. UNAVAILABLE when the host is unknown. `passive`: to listen.
struct ResolveOptions {
  bool passive = false;
  bool numeric = false;  // no name: answers at once, or fails
};
Result<std::vector<SocketAddress>> Resolve(const std::string& host, int port,
                                           const ResolveOptions& options);

// Listening sockets for every address of the host, all on one port; `*port` gets it. UNAVAILABLE
// when the port is taken or the host is none of this machine's.
Result<std::vector<Socket>> Listen(const std::string& host, int* port);

enum class IoOutcome { kDone, kWouldBlock, kFailed };

// The next connection of a listening socket, prepared for use.
struct Accepted {
  Socket socket;
  std::string peer;
  int error = 0;  // errno when there is no socket; EAGAIN when nobody is waiting
};
Accepted Accept(int listener);

// Begins to connect; finished when the socket becomes writable, see SocketError().
Result<Socket> StartConnect(const SocketAddress& address);
// 0, or the errno a connecting socket ended with.
int SocketError(int fd);
// Nothing is ahead to be read any more, but what is written still goes out.
void ShutdownWrites(int fd);

// Moves bytes; `*count` says how many. kFailed at the end of input and on errors; `*error` is then
// the errno, 0 at the end.
IoOutcome ReadSome(int fd, const iovec* vectors, int vector_count, size_t* count, int* error);
IoOutcome WriteSome(int fd, const iovec* vectors, int vector_count, size_t* count, int* error);

// How many connections this process may have, less a reserve for files.
size_t DescriptorBudget();

}  // namespace alluxio::rpc
