// What the scheduler of this machine alone makes of row `mixed`: calls of a gRPC server that only
// echoes, as many at a time as that row has, beside threads that are as busy as a listing is: one
// computes and sends, one receives. Four busy threads, as there; none waits for another's lock, for
// a disk or for memory.
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "base/crc32c.h"
#include "bench/load/echo_server.h"
#include "bench/load/lean_channel.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"
#include "bench/load/socket_pair.h"

namespace alluxio::bench {
namespace {

constexpr size_t kCallBytes = 64;
constexpr int kCalls = 10;  // those of row `mixed`: eight that read, two that create
// A message of a listing: 1,000 entries in slices of 200, each followed by a yield.
constexpr int kSlices = 5;
constexpr double kSliceSeconds = 60e-6;
constexpr size_t kMessageBytes = 220 * 1024;

double OwnCpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void Compute(const std::string& over) {
  uint32_t sum = 0;
  for (const double end = OwnCpuSeconds() + kSliceSeconds; OwnCpuSeconds() < end;) {
    sum = ExtendCrc32c(sum, over);
  }
  asm volatile("" : : "r"(sum));  // or nothing would be computed
}

[[noreturn]] void SendForever(int fd) {
  const std::string over(4096, 'c');
  const std::string message(kMessageBytes, 'm');
  while (true) {
    for (int i = 0; i < kSlices; ++i) {
      Compute(over);
      sched_yield();
    }
    for (size_t at = 0; at < message.size();) {
      const ssize_t put = write(fd, message.data() + at, message.size() - at);
      if (put <= 0) _exit(1);
      at += static_cast<size_t>(put);
    }
  }
}

// Reads what comes, as the client that lists does, and counts the messages.
[[noreturn]] void ReceiveForever(int fd, int64_t* messages) {
  std::vector<char> buffer(size_t{1} << 20);
  size_t got = 0;
  while (true) {
    const ssize_t more = read(fd, buffer.data(), buffer.size());
    if (more <= 0) _exit(1);
    got += static_cast<size_t>(more);
    *messages = static_cast<int64_t>(got / kMessageBytes);
  }
}

// The two busy processes; they end with it.
class BusyPair {
 public:
  static Result<std::unique_ptr<BusyPair>> Start() {
    std::unique_ptr<BusyPair> pair(new BusyPair);
    void* shared = mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return FromErrno(errno, "mmap");
    pair->messages_ = static_cast<int64_t*>(shared);
    int here = -1, there = -1;
    RETURN_IF_ERROR(ConnectPair(&here, &there));
    pair->pids_[0] = fork();
    if (pair->pids_[0] == 0) SendForever(here);
    pair->pids_[1] = fork();
    if (pair->pids_[1] == 0) ReceiveForever(there, pair->messages_);
    close(here);
    close(there);
    if (pair->pids_[0] < 0 || pair->pids_[1] < 0) return FromErrno(errno, "fork");
    return pair;
  }
  ~BusyPair() {
    for (pid_t pid : pids_) {
      if (pid <= 0) continue;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    if (messages_ != nullptr) munmap(messages_, sizeof(int64_t));
  }
  int64_t messages() const { return *static_cast<volatile int64_t*>(messages_); }

 private:
  pid_t pids_[2] = {-1, -1};
  int64_t* messages_ = nullptr;  // written by the one that receives
};

}  // namespace

Result<RowResult> LimitMixedRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(EchoServer server, EchoServer::Start());
  ASSIGN_OR_RETURN(auto channel, LeanChannel::Connect("127.0.0.1", server.port()));
  ASSIGN_OR_RETURN(auto busy, BusyPair::Start());
  const std::string request(kCallBytes, 'x');
  auto call = [&](int64_t, Callback<void(Status)> done) {
    channel->Call("/bench.Echo/Echo", request,
                  [done = std::move(done)](Result<std::string> answer) mutable {
                    done(answer.ok() ? OkStatus() : answer.status());
                  });
  };
  RowOptions own = options;
  own.server_pids = {server.pid()};
  own.outstanding = kCalls;
  own.seconds = options.seconds / 2;
  auto warmed = Pump(*channel, call, INT64_MAX).Run(own);
  if (!warmed.ok()) return warmed.status();
  own.seconds = options.seconds;
  Pump pump(*channel, call, INT64_MAX);
  pump.TakeTimes();
  const int64_t before = busy->messages();
  ASSIGN_OR_RETURN(RowResult result, pump.Run(own));
  result.extra["messages"] = static_cast<double>(busy->messages() - before);
  if (busy->messages() == before) return DataLoss("nothing was busy beside the calls");
  return result;
}

}  // namespace alluxio::bench
