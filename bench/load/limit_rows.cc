// What the machine can do, for the column "limit": a gRPC echo of a server that does nothing else,
// bytes to and fro over TCP, reads and writes of memory and tmpfs.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "base/crc32c.h"
#include "bench/load/echo_server.h"
#include "bench/load/lean_channel.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"
#include "bench/load/socket_pair.h"

namespace alluxio::bench {

Status ConnectPair(int* one, int* two) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  *one = socket(AF_INET, SOCK_STREAM, 0);
  bool well = bind(listener, generic, size) == 0 && listen(listener, 1) == 0 &&
              getsockname(listener, generic, &size) == 0 && connect(*one, generic, size) == 0;
  *two = well ? accept(listener, nullptr, nullptr) : -1;
  int error = errno;
  close(listener);
  if (*two < 0) return FromErrno(error, "a loopback connection");
  int on = 1;
  for (int fd : {*one, *two}) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return OkStatus();
}

namespace {

constexpr size_t kPingBytes = 64;
constexpr size_t kStreamChunk = size_t{1} << 20;

// As our own engine does for peers that are near (rpc/internal/lean/socket.cc).
void SetCongestion(int fd) {
  for (const char* name : {"cubic", "reno"}) {
    if (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name,
                   static_cast<socklen_t>(strlen(name))) == 0) {
      return;
    }
  }
}

// Reads to the end of the stream, all over `memory` again and again; with `sum`, sums what it
// reads, as a worker has to. False when it broke.
bool ReadInto(int fd, char* memory, size_t size, bool sum) {
  uint32_t crc32c = 0;
  for (size_t at = 0;;) {
    ssize_t got = read(fd, memory + at, std::min(kStreamChunk, size - at));
    if (got <= 0) {
      asm volatile("" : : "r"(crc32c));  // or nothing would be summed
      return got == 0;
    }
    if (sum) crc32c = ExtendCrc32c(crc32c, {memory + at, static_cast<size_t>(got)});
    at = (at + static_cast<size_t>(got)) % size;
  }
}

// `size` bytes of a file of a tmpfs without a name, its memory in place; null when there are none.
char* MapFile(size_t size) {
  int fd = open("/dev/shm", O_TMPFILE | O_RDWR, 0600);
  if (fd < 0) return nullptr;
  void* memory = MAP_FAILED;
  if (posix_fallocate(fd, 0, static_cast<off_t>(size)) == 0) {
    memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  }
  close(fd);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

// The receiving process of a stream. Says when its memory is there.
bool ReceiveStream(int fd, size_t size, bool into_file) {
  std::vector<char> memory;
  char* into = nullptr;
  if (into_file) {
    into = MapFile(size);
  } else {
    memory.assign(size, 'm');
    into = memory.data();
  }
  return into != nullptr && write(fd, "r", 1) == 1 && ReadInto(fd, into, size, into_file);
}

bool Exchange(int fd, bool write_first) {
  char bytes[kPingBytes] = {};
  auto put = [&] { return write(fd, bytes, kPingBytes) == static_cast<ssize_t>(kPingBytes); };
  auto get = [&] { return recv(fd, bytes, kPingBytes, MSG_WAITALL) ==
                          static_cast<ssize_t>(kPingBytes); };
  return write_first ? put() && get() : get() && put();
}

Result<RowResult> RunStream(const RowOptions& options, bool into_file) {
  int here = -1, there = -1;
  RETURN_IF_ERROR(ConnectPair(&here, &there));
  for (int fd : {here, there}) SetCongestion(fd);
  pid_t pid = fork();
  if (pid < 0) return FromErrno(errno, "fork");
  if (pid == 0) {
    close(here);
    _exit(ReceiveStream(there, static_cast<size_t>(options.bytes), into_file) ? 0 : 1);
  }
  close(there);
  const std::string chunk(kStreamChunk, 'w');
  char ready = 0;
  bool well = read(here, &ready, 1) == 1;
  RowResult result;
  const double begin = NowSeconds();
  while (well && NowSeconds() < begin + options.seconds) {
    ssize_t put = write(here, chunk.data(), chunk.size());
    well = put > 0;
    if (well) result.operations += static_cast<double>(put);
  }
  shutdown(here, SHUT_WR);
  int status = 0;
  waitpid(pid, &status, 0);
  result.seconds = NowSeconds() - begin;
  close(here);
  if (!well || status != 0) return Unavailable("the loopback connection broke");
  return result;
}

}  // namespace

Result<RowResult> EchoRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(EchoServer server, EchoServer::Start());
  ASSIGN_OR_RETURN(auto channel, LeanChannel::Connect("127.0.0.1", server.port()));
  const std::string request(kPingBytes, 'x');
  auto call = [&](int64_t, Callback<void(Status)> done) {
    channel->Call("/bench.Echo/Echo", request,
                  [done = std::move(done)](Result<std::string> answer) mutable {
                    done(answer.ok() ? OkStatus() : answer.status());
                  });
  };
  RowOptions own = options;
  own.server_pids = {server.pid()};
  own.seconds = options.seconds / 2;
  auto warmed = Pump(*channel, call, INT64_MAX).Run(own);
  if (!warmed.ok()) return warmed.status();
  own.seconds = options.seconds;
  return Pump(*channel, call, INT64_MAX).Run(own);
}

Result<RowResult> StreamRow(const RowOptions& options) { return RunStream(options, false); }

Result<RowResult> StreamFileRow(const RowOptions& options) { return RunStream(options, true); }

Result<RowResult> PingPongRow(const RowOptions& options) {
  int here = -1, there = -1;
  RETURN_IF_ERROR(ConnectPair(&here, &there));
  pid_t pid = fork();
  if (pid < 0) return FromErrno(errno, "fork");
  if (pid == 0) {
    close(here);
    while (Exchange(there, false)) {}
    _exit(0);
  }
  close(there);
  RowResult result;
  std::vector<float> times;
  const double begin = NowSeconds();
  bool well = true;
  while (well && NowSeconds() < begin + options.seconds) {
    const double sent = NowSeconds();
    well = Exchange(here, true);
    times.push_back(static_cast<float>((NowSeconds() - sent) * 1e6));
  }
  result.seconds = NowSeconds() - begin;
  close(here);
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  if (!well) return Unavailable("the loopback connection broke");
  result.operations = static_cast<double>(times.size());
  AddPercentiles(&times, &result);
  return result;
}

}  // namespace alluxio::bench
