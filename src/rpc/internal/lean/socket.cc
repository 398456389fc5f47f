#include "rpc/internal/lean/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace alluxio::rpc {
namespace {

constexpr int kBacklog = 4096;
// How much may wait in a socket beyond what the network takes: more would only grow old there.
constexpr int kUnsentBytes = 512 * 1024;
constexpr size_t kReservedDescriptors = 512;

void SetInt(int fd, int level, int option, int value) {
  // Each is an improvement, none is needed.
  (void)::setsockopt(fd, level, option, &value, sizeof(value));
}

const sockaddr* AsSockaddr(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(address.bytes);
}

// The 32 bits of an IPv4 address, also when it is mapped into IPv6.
bool Ipv4Of(const SocketAddress& address, uint32_t* host) {
  if (AsSockaddr(address)->sa_family == AF_INET) {
    sockaddr_in in{};
    memcpy(&in, address.bytes, sizeof(in));
    *host = ntohl(in.sin_addr.s_addr);
    return true;
  }
  sockaddr_in6 in6{};
  memcpy(&in6, address.bytes, sizeof(in6));
  if (!IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) return false;
  uint32_t raw = 0;
  memcpy(&raw, in6.sin6_addr.s6_addr + 12, sizeof(raw));
  *host = ntohl(raw);
  return true;
}

// Same machine or same /24: no queue is far away, and pacing (as BBR does) only costs.
bool IsNear(int fd) {
  SocketAddress local;
  SocketAddress peer;
  socklen_t size = sizeof(local.bytes);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(local.bytes), &size) != 0) return false;
  size = sizeof(peer.bytes);
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(peer.bytes), &size) != 0) return false;
  uint32_t here = 0;
  uint32_t there = 0;
  if (Ipv4Of(local, &here) && Ipv4Of(peer, &there)) {
    return there >> 24 == 127 || here >> 8 == there >> 8;
  }
  sockaddr_in6 a{};
  sockaddr_in6 b{};
  memcpy(&a, local.bytes, sizeof(a));
  memcpy(&b, peer.bytes, sizeof(b));
  return memcmp(&a.sin6_addr, &b.sin6_addr, 8) == 0;  // the same /64, or ::1 on both sides
}

bool IsUnix(int fd) {
  int domain = 0;
  socklen_t size = sizeof(domain);
  return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

void PrepareConnected(int fd) {
  if (IsUnix(fd)) return;
  SetInt(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  SetInt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsentBytes);
  if (!IsNear(fd)) return;
  for (const char* name : {"cubic", "reno"}) {
    if (::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name,
                     static_cast<socklen_t>(strlen(name))) == 0) {
      return;
    }
  }
}

int PortOf(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  }
  return ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
}

void SetPort(SocketAddress* address, int port) {
  // The port is at the same place in both families.
  const uint16_t wire = htons(static_cast<uint16_t>(port));
  memcpy(address->bytes + offsetof(sockaddr_in, sin_port), &wire, sizeof(wire));
}

// 0 and a socket, or the errno.
int ListenOn(const SocketAddress& address, Socket* out) {
  const int family = AsSockaddr(address)->sa_family;
  Socket listener(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.valid()) return errno;
  SetInt(listener.fd(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (family == AF_INET6) SetInt(listener.fd(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(listener.fd(), AsSockaddr(address), address.size) != 0) return errno;
  if (::listen(listener.fd(), kBacklog) != 0) return errno;
  *out = std::move(listener);
  return 0;
}

}  // namespace

void Socket::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string SocketAddress::ToString() const {
  if (AsSockaddr(*this)->sa_family == AF_UNIX) return "unix:";  // clients have no names
  char text[INET6_ADDRSTRLEN] = "";
  uint32_t host = 0;
  const uint16_t port = ntohs(reinterpret_cast<const sockaddr_in*>(bytes)->sin_port);
  if (Ipv4Of(*this, &host)) {
    in_addr in{htonl(host)};
    ::inet_ntop(AF_INET, &in, text, sizeof(text));
    return "ipv4:" + std::string(text) + ":" + std::to_string(port);
  }
  ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(bytes)->sin6_addr, text,
              sizeof(text));
  return "ipv6:[" + std::string(text) + "]:" + std::to_string(port);
}

Result<std::vector<SocketAddress>> Resolve(const std::string& host, int port,
                                           const ResolveOptions& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_family = AF_UNSPEC;
  hints.ai_flags = AI_NUMERICSERV | (options.passive ? AI_PASSIVE : 0) |
                   (options.numeric ? AI_NUMERICHOST : 0);
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failed != 0) return Unavailable(host + ": unknown host: " + ::gai_strerror(failed));
  std::vector<SocketAddress> addresses;
  for (addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (at->ai_addrlen > sizeof(SocketAddress::bytes)) continue;
    SocketAddress& address = addresses.emplace_back();
    memcpy(address.bytes, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return Unavailable(host + ": has no address");
  return addresses;
}

Result<std::vector<Socket>> Listen(const std::string& host, int* port) {
  const std::string name = host + ":" + std::to_string(*port);
  std::vector<SocketAddress> addresses;
  if (host == "0.0.0.0" || host.empty()) {
    // One socket that takes both families, where the machine has both.
    Result<std::vector<SocketAddress>> both = Resolve("::", *port, {true, true});
    Socket listener;
    if (both.ok() && ListenOn((*both)[0], &listener) == 0) {
      *port = PortOf(listener.fd());
      std::vector<Socket> listeners;
      listeners.push_back(std::move(listener));
      return listeners;
    }
    ASSIGN_OR_RETURN(addresses, Resolve("0.0.0.0", *port, {true, true}));
  } else {
    ASSIGN_OR_RETURN(addresses, Resolve(host, *port, {true, false}));
  }
  std::vector<Socket> listeners;
  int failed = 0;
  for (SocketAddress& address : addresses) {
    SetPort(&address, *port);
    Socket listener;
    const int error = ListenOn(address, &listener);
    if (error != 0) {
      failed = error;
      if (error == EADDRINUSE) break;  // half of a port would take half of the clients
      continue;
    }
    *port = PortOf(listener.fd());
    listeners.push_back(std::move(listener));
  }
  if (failed == EADDRINUSE || listeners.empty()) {
    return Unavailable(name + ": cannot listen: the address is in use or not of this host: " +
                       strerror(failed));
  }
  return listeners;
}

Accepted Accept(int listener) {
  SocketAddress address;
  socklen_t size = sizeof(address.bytes);
  Accepted accepted;
  accepted.socket = Socket(::accept4(listener, reinterpret_cast<sockaddr*>(address.bytes), &size,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!accepted.socket.valid()) {
    accepted.error = errno;
    return accepted;
  }
  PrepareConnected(accepted.socket.fd());
  accepted.peer = address.ToString();
  return accepted;
}

Result<Socket> StartConnect(const SocketAddress& address) {
  Socket socket(::socket(AsSockaddr(address)->sa_family,
                         SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return FromErrno(errno, "socket");
  // EAGAIN is a file's socket whose server does not come to accepting.
  if (::connect(socket.fd(), AsSockaddr(address), address.size) != 0 && errno != EINPROGRESS) {
    return Unavailable("connect: " + std::string(strerror(errno)));
  }
  return socket;
}

int SocketError(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  if (error == 0) PrepareConnected(fd);
  return error;
}

void ShutdownWrites(int fd) { (void)::shutdown(fd, SHUT_WR); }

IoOutcome ReadSome(int fd, const iovec* vectors, int vector_count, size_t* count, int* error) {
  while (true) {
    const ssize_t got = ::readv(fd, vectors, vector_count);
    if (got > 0) {
      *count = static_cast<size_t>(got);
      return IoOutcome::kDone;
    }
    *error = got == 0 ? 0 : errno;
    if (got == 0) return IoOutcome::kFailed;
    if (errno == EINTR) continue;
    return errno == EAGAIN ? IoOutcome::kWouldBlock : IoOutcome::kFailed;
  }
}

IoOutcome WriteSome(int fd, const iovec* vectors, int vector_count, size_t* count, int* error) {
  while (true) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(vectors);
    message.msg_iovlen = static_cast<size_t>(vector_count);
    // A peer that is gone is an error here, not a signal of the process.
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent >= 0) {
      *count = static_cast<size_t>(sent);
      return IoOutcome::kDone;
    }
    *error = errno;
    if (errno == EINTR) continue;
    return errno == EAGAIN ? IoOutcome::kWouldBlock : IoOutcome::kFailed;
  }
}

size_t DescriptorBudget() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const auto most = static_cast<size_t>(std::min<rlim_t>(limit.rlim_cur, 1u << 20));
  return most > 2 * kReservedDescriptors ? most - kReservedDescriptors : most / 2;
}

}  // namespace alluxio::rpc
