#include "env/termination.h"

#include <signal.h>

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

int Termination::Wait() {
  sigset_t set = EndingSignals();
  int number = 0;
  CHECK(sigwait(&set, &number) == 0);
  return number;
}

}  // namespace alluxio
