#include <time.h>

#include "env/clock.h"

namespace alluxio {
namespace {

class RealClock final : public Clock {
 public:
  int64_t NowMs() const override { return ToMillis(Read(CLOCK_REALTIME)); }
  Duration Monotonic() const override { return Read(CLOCK_MONOTONIC); }

 private:
  static Duration Read(clockid_t id) {
    timespec now{};
    clock_gettime(id, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  }
};

}  // namespace

Clock& Clock::Real() {
  static RealClock clock;
  return clock;
}

}  // namespace alluxio
