#include "env/tcp_stream.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "env/clock.h"
#include "env/posix/descriptor.h"

namespace alluxio {
namespace {

class PosixTcpStream final : public TcpStream {
 public:
  PosixTcpStream(int fd, std::string name, Duration end)
      : fd_(fd), name_(std::move(name)), end_(end) {}

  Status Await(int16_t event) {
    while (true) {
      int64_t left = ToMillis(end_ - Clock::Real().Monotonic());
      if (left <= 0) return DeadlineExceeded(name_ + ": no answer in time");
      pollfd wanted{fd_.get(), event, 0};
      int ready = ::poll(&wanted, 1, static_cast<int>(std::min<int64_t>(left, 60'000)));
      if (ready > 0) return OkStatus();
      if (ready < 0 && errno != EINTR) return FromErrno(errno, name_);
    }
  }

  Status ConnectTo(const addrinfo& address) {
    if (::connect(fd_.get(), address.ai_addr, address.ai_addrlen) == 0) return OkStatus();
    if (errno != EINPROGRESS) return FromErrno(errno, name_);
    RETURN_IF_ERROR(Await(POLLOUT));
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) < 0) error = errno;
    return error == 0 ? OkStatus() : FromErrno(error, name_);
  }

  Status Write(std::string_view data) override {
    while (!data.empty()) {
      RETURN_IF_ERROR(Await(POLLOUT));
      ssize_t sent = ::send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return FromErrno(errno, name_);
      if (sent > 0) data.remove_prefix(static_cast<size_t>(sent));
    }
    return OkStatus();
  }

  Result<size_t> Read(std::span<char> into) override {
    while (true) {
      RETURN_IF_ERROR(Await(POLLIN));
      ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EAGAIN && errno != EINTR) return FromErrno(errno, name_);
    }
  }

 private:
  const Descriptor fd_;
  const std::string name_;
  const Duration end_;
};

}  // namespace

Result<std::unique_ptr<TcpStream>> TcpStream::Connect(const std::string& host, int port,
                                                      Duration patience) {
  const std::string name = host + ":" + std::to_string(port);
  const Duration end = Clock::Real().Monotonic() + patience;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return NotFound(name + ": " + ::gai_strerror(error));
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, &::freeaddrinfo);
  Status last = NotFound(name + ": no address");
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    int fd = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
      last = FromErrno(errno, name);
      continue;
    }
    auto stream = std::make_unique<PosixTcpStream>(fd, name, end);
    last = stream->ConnectTo(*address);
    if (last.ok()) return std::unique_ptr<TcpStream>(std::move(stream));
  }
  if (last.Is(StatusCode::kDeadlineExceeded)) return last;
  return Unavailable(last.message());
}

Status TryListening(int port) {
  const std::string name = "port " + std::to_string(port);
  Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return FromErrno(errno, name);
  // As the servers do, so that connections which have ended do not count.
  int yes = 1;
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0) {
    return FromErrno(errno, name);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(fd.get(), 1) == 0) {
    return OkStatus();
  }
  if (errno == EADDRINUSE) return AlreadyExists(name + " is in use");
  return FromErrno(errno, name);
}

}  // namespace alluxio
