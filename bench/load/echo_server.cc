#include "bench/load/echo_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"

namespace alluxio::bench {
namespace {

constexpr size_t kHead = 9;
constexpr size_t kAnswerBytes = 30;

void PutNumber(std::string* to, uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) to->push_back(static_cast<char>(number >> (8 * i)));
}

void PutFrame(std::string* to, int type, int flags, uint32_t stream, const std::string& payload) {
  PutNumber(to, payload.size(), 3);
  to->push_back(static_cast<char>(type));
  to->push_back(static_cast<char>(flags));
  PutNumber(to, stream, 4);
  to->append(payload);
}

class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {
    CHECK(nghttp2_hd_inflate_new(&inflater_) == 0);
    CHECK(nghttp2_hd_deflate_new(&deflater_, 4096) == 0);
    PutFrame(&out_, 4, 0, 0, "");
    std::string window;
    PutNumber(&window, 1 << 30, 4);
    PutFrame(&out_, 8, 0, 0, window);
  }
  ~Connection() {
    nghttp2_hd_inflate_del(inflater_);
    nghttp2_hd_deflate_del(deflater_);
    close(fd_);
  }

  // False when the peer is gone.
  bool Serve() {
    static char buffer[1 << 18];
    ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
    if (got <= 0) return got < 0 && (errno == EINTR || errno == EAGAIN);
    in_.append(buffer, static_cast<size_t>(got));
    size_t at = greeted_ ? 0 : 24;
    if (in_.size() < at) return true;
    greeted_ = true;
    while (in_.size() - at >= kHead) {
      size_t size = Number(at, 3);
      if (in_.size() - at < kHead + size) break;
      OnFrame(in_[at + 3], static_cast<uint8_t>(in_[at + 4]), Number(at + 5, 4), at + kHead, size);
      at += kHead + size;
    }
    in_.erase(0, at);
    bool sent = send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(out_.size());
    out_.clear();
    return sent;
  }

 private:
  uint32_t Number(size_t at, int bytes) const {
    uint32_t number = 0;
    for (int i = 0; i < bytes; ++i) {
      number = number << 8 | static_cast<uint8_t>(in_[at + static_cast<size_t>(i)]);
    }
    return number;
  }
  void OnFrame(int type, uint8_t flags, uint32_t stream, size_t at, size_t size) {
    if (type == 4 && (flags & 1) == 0) PutFrame(&out_, 4, 1, 0, "");
    if (type == 6 && (flags & 1) == 0) PutFrame(&out_, 6, 1, 0, in_.substr(at, size));
    if (type == 1) Inflate(at, size);
    // The handshake's stream stays open; it gets the same answer, without an end.
    if (type == 0) Answer(stream, (flags & 1) != 0);
  }
  void Inflate(size_t at, size_t size) {
    const auto* from = reinterpret_cast<const uint8_t*>(in_.data()) + at;
    const uint8_t* end = from + size;
    int flags = 0;
    while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
      nghttp2_nv field;
      ssize_t used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, from,
                                            static_cast<size_t>(end - from), 1);
      CHECK(used >= 0);
      from += used;
    }
    nghttp2_hd_inflate_end_headers(inflater_);
  }
  std::string Deflate(const char* name, const char* value) {
    nghttp2_nv field = {reinterpret_cast<uint8_t*>(const_cast<char*>(name)),
                        reinterpret_cast<uint8_t*>(const_cast<char*>(value)), strlen(name),
                        strlen(value), NGHTTP2_NV_FLAG_NONE};
    std::string block(nghttp2_hd_deflate_bound(deflater_, &field, 1), '\0');
    ssize_t size = nghttp2_hd_deflate_hd(deflater_, reinterpret_cast<uint8_t*>(block.data()),
                                         block.size(), &field, 1);
    CHECK(size > 0);
    block.resize(static_cast<size_t>(size));
    return block;
  }
  void Answer(uint32_t stream, bool end) {
    static const std::string kBody =
        std::string("\0\0\0\0\x1e", 5) + std::string(kAnswerBytes, 'x');
    PutFrame(&out_, 1, 4, stream, Deflate(":status", "200"));
    PutFrame(&out_, 0, 0, stream, kBody);
    if (end) PutFrame(&out_, 1, 5, stream, Deflate("grpc-status", "0"));
  }

  const int fd_;
  bool greeted_ = false;
  std::string in_;
  std::string out_;
  nghttp2_hd_inflater* inflater_ = nullptr;
  nghttp2_hd_deflater* deflater_ = nullptr;
};

[[noreturn]] void ServeForever(int listener) {
  int poll = epoll_create1(0);
  epoll_event event{.events = EPOLLIN, .data = {.fd = listener}};
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  std::map<int, std::unique_ptr<Connection>> connections;
  while (true) {
    epoll_event events[64];
    int count = epoll_wait(poll, events, 64, -1);
    for (int i = 0; i < count; ++i) {
      int fd = events[i].data.fd;
      if (fd != listener) {
        if (!connections.at(fd)->Serve()) connections.erase(fd);
        continue;
      }
      int accepted = accept(listener, nullptr, nullptr);
      if (accepted < 0) continue;
      int on = 1;
      setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      epoll_event added{.events = EPOLLIN, .data = {.fd = accepted}};
      epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &added);
      connections[accepted] = std::make_unique<Connection>(accepted);
    }
  }
}

}  // namespace

Result<EchoServer> EchoServer::Start() {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) return FromErrno(errno, "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, generic, size) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    int error = errno;
    close(listener);
    return FromErrno(error, "listen on loopback");
  }
  pid_t pid = fork();
  if (pid == 0) ServeForever(listener);
  close(listener);
  if (pid < 0) return FromErrno(errno, "fork");
  return EchoServer(pid, ntohs(address.sin_port));
}

EchoServer::EchoServer(EchoServer&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), port_(other.port_) {}

EchoServer::~EchoServer() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace alluxio::bench
