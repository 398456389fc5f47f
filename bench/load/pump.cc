#include "bench/load/pump.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace alluxio::bench {
namespace {

constexpr int64_t kLookAtClock = 16;  // operations between two looks

}  // namespace

double NowSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double CpuSeconds(const std::vector<int>& pids) {
  double ticks = 0;
  for (int pid : pids) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    size_t at = text.rfind(')');
    if (at == std::string::npos) continue;
    long long user = 0, system = 0;
    // After the name: state and ten numbers, then utime and stime.
    if (sscanf(text.c_str() + at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld",
               &user, &system) == 2) {
      ticks += static_cast<double>(user + system);
    }
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

Result<RowResult> Pump::Run(const RowOptions& options) {
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  if (options.outstanding == 1) take_times_ = true;
  Start(options.outstanding, options.seconds);
  RETURN_IF_ERROR(channel_.Drive([this] { return running_ == 0; }));
  if (!error_.ok()) return error_;
  RowResult result;
  result.operations = static_cast<double>(finished_);
  result.seconds = NowSeconds() - begin;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  AddTimes(&result);
  return result;
}

void Pump::Start(int outstanding, double seconds) {
  end_ = NowSeconds() + seconds;
  running_ = outstanding;
  for (int i = 0; i < outstanding; ++i) Next();
}

void Pump::Next() {
  const int64_t number = started_++;
  bool late = (take_times_ || number % kLookAtClock == 0) && NowSeconds() > end_;
  if (late) limit_ = 0;
  if (number >= limit_ || !error_.ok()) {
    --running_;
    return;
  }
  const double begin = take_times_ ? NowSeconds() : 0;
  operation_(number, [this, begin](Status status) {
    if (status.ok()) ++finished_;
    else error_ = status;
    if (take_times_) times_us_.push_back(static_cast<float>((NowSeconds() - begin) * 1e6));
    Next();
  });
}

void AddPercentiles(std::vector<float>* times_us, RowResult* result) {
  if (times_us->empty()) return;
  std::sort(times_us->begin(), times_us->end());
  auto at = [&](double share) {
    auto last = static_cast<double>(times_us->size() - 1);
    return (*times_us)[static_cast<size_t>(last * share)];
  };
  result->extra["p50_us"] = at(0.5);
  result->extra["p99_us"] = at(0.99);
  result->extra["p999_us"] = at(0.999);
  result->extra["max_us"] = times_us->back();
}

}  // namespace alluxio::bench
