#include "journal/ufs/flush_watch.h"

#include <algorithm>
#include <utility>

namespace alluxio::journal {
namespace {

constexpr Duration kLongestInterval = std::chrono::seconds(1);
constexpr Duration kShortestInterval = std::chrono::milliseconds(1);

}  // namespace

FlushWatch::FlushWatch(Duration limit, std::function<bool()> counts, std::function<void()> late)
    : counts_(std::move(counts)), late_(std::move(late)) {
  if (limit <= Duration::zero()) return;
  Duration interval = std::clamp<Duration>(limit / 10, kShortestInterval, kLongestInterval);
  allowed_ = (limit + limit / 10) / interval + 1;
  looking_ = std::make_unique<PeriodicTask>("flush-watch", interval, [this] { Look(); });
}

void FlushWatch::Look() {
  uint64_t running = flush_.load(std::memory_order_relaxed);
  if (running == 0 || running != seen_ || !counts_()) {
    seen_ = running;
    looks_ = 0;
    return;
  }
  if (++looks_ == allowed_) late_();
}

}  // namespace alluxio::journal
