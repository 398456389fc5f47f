// Pump: keeps a number of operations going on one channel and counts them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/callback.h"
#include "bench/load/lean_channel.h"
#include "bench/load/row.h"

namespace alluxio::bench {

// {"p50_us", "p99_us", "p999_us", "max_us"} of times in microseconds, which it sorts; nothing of
// none.
void AddPercentiles(std::vector<float>* times_us, RowResult* result);

class Pump {
 public:
  // Starts the operation of this number and tells `done`.
  using Operation = std::function<void(int64_t number, Callback<void(Status)> done)>;

  // `channel` must outlive the pump.
  Pump(LeanChannel& channel, Operation operation, int64_t limit)
      : channel_(channel), operation_(std::move(operation)), limit_(limit) {}

  // Keeps options.outstanding going until the limit or options.seconds is over, and waits for the
  // last. The first error ends it.
  Result<RowResult> Run(const RowOptions& options);

  // The two parts of Run(), for several pumps on one channel: Start() each, Drive() the channel
  // until all are finished, Stop() to end one early.
  void Start(int outstanding, double seconds);
  void Stop() { limit_ = 0; }
  bool finished() const { return running_ == 0; }
  int64_t count() const { return finished_; }
  const Status& error() const { return error_; }

  // From now on how long each operation takes is kept.
  void TakeTimes() { take_times_ = true; }
  void AddTimes(RowResult* result) { AddPercentiles(&times_us_, result); }

 private:
  void Next();

  LeanChannel& channel_;
  const Operation operation_;
  int64_t limit_;
  double end_ = 0;
  int64_t started_ = 0;
  int64_t finished_ = 0;
  int running_ = 0;
  bool take_times_ = false;
  std::vector<float> times_us_;
  Status error_;
};

}  // namespace alluxio::bench
