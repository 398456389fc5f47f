// TokenBucket: so many events at once, so many a second after that. Thread-compatible.
#pragma once

#include <algorithm>

#include "base/duration.h"

namespace alluxio::rpc {

class TokenBucket {
 public:
  TokenBucket(int64_t burst, int64_t per_second)
      : burst_(burst), per_second_(per_second), tokens_(burst) {}

  // False when the event exceeds what is allowed. `now` never goes back.
  bool Take(Duration now) {
    if (tokens_ == 0) Refill(now);
    if (tokens_ == 0) return false;
    --tokens_;
    return true;
  }

 private:
  void Refill(Duration now) {
    const Duration gap = std::min<Duration>(now - filled_, std::chrono::hours(1));
    const int64_t fresh = std::chrono::duration_cast<std::chrono::milliseconds>(gap).count() *
                          per_second_ / 1000;
    if (fresh <= 0) return;
    tokens_ = std::min(burst_, fresh);
    filled_ = now;
  }

  const int64_t burst_;
  const int64_t per_second_;
  int64_t tokens_;
  Duration filled_{};
};

}  // namespace alluxio::rpc
