#include "cli/progress.h"

#include <fmt/format.h>

#include "cli/units.h"

namespace alluxio::cli {
namespace {
constexpr Duration kFirstAfter = 1s;
constexpr Duration kRedrawAfter = 250ms;
}  // namespace

Progress::Progress(Printer& printer, Clock& clock, std::string what, int64_t total_bytes)
    : printer_(printer),
      clock_(clock),
      what_(std::move(what)),
      total_(total_bytes),
      start_(clock.Monotonic()),
      last_drawn_(start_) {}

Progress::~Progress() {
  MutexLock lock(mutex_);
  // Back to the first column, and clear to the end of the line.
  if (drawn_) printer_.err() << "\r\x1b[K" << std::flush;
}

void Progress::Add(int64_t bytes) {
  if (!printer_.terminal()) return;
  MutexLock lock(mutex_);
  done_ += bytes;
  Duration now = clock_.Monotonic();
  if (now - start_ < kFirstAfter || now - last_drawn_ < kRedrawAfter) return;
  last_drawn_ = now;
  drawn_ = true;
  double seconds = static_cast<double>(ToMillis(now - start_)) / 1000.0;
  auto rate = static_cast<int64_t>(static_cast<double>(done_) / seconds);
  std::string share = total_ > 0 ? fmt::format(" of {} ({}%)", SizeText(total_),
                                               done_ >= total_ ? 100 : done_ * 100 / total_)
                                 : std::string();
  printer_.err() << fmt::format("\r\x1b[K{}: {}{}, {}/s", what_, SizeText(done_), share,
                                SizeText(rate))
                 << std::flush;
}

}  // namespace alluxio::cli
