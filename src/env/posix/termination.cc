#include "env/termination.h"

#include <signal.h>
#include <time.h>

#include <cerrno>
#include <chrono>

#include "base/check.h"

namespace alluxio {
namespace {

sigset_t EndingSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

Termination::Termination() {
  sigset_t set = EndingSignals();
  CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  signal(SIGPIPE, SIG_IGN);
}

bool Termination::Came() const {
  sigset_t pending;
  CHECK(sigpending(&pending) == 0);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

int Termination::Wait() {
  sigset_t set = EndingSignals();
  int number = 0;
  CHECK(sigwait(&set, &number) == 0);
  return number;
}

std::optional<int> Termination::WaitFor(Duration limit) {
  sigset_t set = EndingSignals();
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  timespec most{};
  most.tv_sec = static_cast<time_t>(seconds.count());
  most.tv_nsec = static_cast<long>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(limit - seconds).count());
  int number = sigtimedwait(&set, nullptr, &most);
  if (number > 0) return number;
  CHECK(errno == EAGAIN || errno == EINTR) << "sigtimedwait: " << errno;
  return std::nullopt;
}

}  // namespace alluxio
