// Bulkhead: everything that one mount may take of this process, and what is done when its store
// does not answer. Calls run on threads of the mount's own lane, and are given up at their deadline
// whether the store comes back or not.
//
//   caller: breaker? -> lane (bounded, queued) -> store, deadline -> again? (safe, UNAVAILABLE)
//
// A call that was given up keeps its thread until the store lets go of it; it owns all it touches.
// UNAVAILABLE and DEADLINE_EXCEEDED count as failures of the store; every other answer, errors as
// well, shows that it is there. What is left of them after the retries is UNAVAILABLE with a text
// that IsUnreachable() knows. No error that leaves holds one of `secrets`.
// Thread-safe. Shared by the Ufs objects of one mount and their calls.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "env/clock.h"
#include "env/lane_pool.h"
#include "env/rng.h"
#include "metrics/counter.h"
#include "metrics/timer.h"
#include "ufs/guard/circuit_breaker.h"
#include "ufs/guard/guard_options.h"

namespace alluxio::ufs {

// Did a bulkhead give up on a store? The text may have got more context on its way.
bool IsUnreachable(const Status& status);

struct BulkheadParts {
  std::string name;        // the root URI, shown in errors and metrics; without secrets
  std::string metrics;     // prefix of the metrics: "Master", "Worker"
  std::shared_ptr<LanePool> pool;  // shared by all bulkheads of the process
  const Clock* clock = nullptr;
  Rng* rng = nullptr;
  std::function<void(Duration)> pause;  // waits between attempts
  std::vector<std::string> secrets;     // values that no error text may show
  std::function<bool()> stopping;       // true: nobody waits for a store any more; may be empty
};

// What a call is, for its treatment and its error text.
struct UfsCall {
  const char* operation = "";
  const std::string& key;
  bool repeatable = false;  // doing it twice is the same as doing it once
  bool apart = true;    // on a thread of the lane; else on the caller's, which the store may keep
  bool lengthy = false;  // many requests in one call: long_timeout
  bool brief = false;    // nobody needs the answer badly: a few seconds at most
};

namespace bulkhead_internal {

inline const Status& StatusOf(const Status& status) { return status; }
template <typename T>
const Status& StatusOf(const Result<T>& result) {
  return result.status();
}

// The answer of a call on its way; the caller may have gone when it comes.
template <typename R>
struct Pending {
  Mutex mutex;
  CondVar changed;
  bool started GUARDED_BY(mutex) = false;
  bool given_up GUARDED_BY(mutex) = false;
  std::optional<R> answer GUARDED_BY(mutex);
};

}  // namespace bulkhead_internal

class Bulkhead {
 public:
  // How often a caller that waits looks whether the process is stopping.
  static constexpr Duration kLookUp = std::chrono::milliseconds(200);

  Bulkhead(BulkheadParts parts, const GuardOptions& options);
  Bulkhead(const Bulkhead&) = delete;
  Bulkhead& operator=(const Bulkhead&) = delete;

  // R is Status or a Result. `work` owns what it uses: it may run on when this has returned.
  template <typename R>
  R Run(const UfsCall& call, const std::function<R()>& work) {
    Duration until = parts_.clock->Monotonic() + TimeoutOf(call);
    std::string earlier;  // what the store said the last time
    for (int attempt = 0;; ++attempt) {
      CircuitBreaker::Admission admitted = Admit();
      if (admitted == CircuitBreaker::Admission::kRefused) return Refusal(call);
      Duration began = parts_.clock->Monotonic();
      R answer = call.apart ? RunApart<R>(call, admitted, until, work) : work();
      const Status& outcome = bulkhead_internal::StatusOf(answer);
      Settle(call, admitted, outcome, began);
      if (outcome.ok()) return answer;
      if (!TryAgain(call, outcome, attempt, until)) return Explained(call, outcome, earlier);
      earlier = outcome.message();
    }
  }

  CircuitBreaker::State state() const { return breaker_.state(); }
  const GuardOptions& options() const { return options_; }

  // Bytes that came or went: <prefix>.BytesReadPerUfs.UFS:<name> and ...WrittenPerUfs...
  void NoteRead(size_t bytes) {
    bytes_read_.Add(static_cast<int64_t>(bytes));
    all_read_.Add(static_cast<int64_t>(bytes));
  }
  void NoteWritten(size_t bytes) {
    bytes_written_.Add(static_cast<int64_t>(bytes));
    all_written_.Add(static_cast<int64_t>(bytes));
  }

 private:
  template <typename R>
  R RunApart(const UfsCall& call, CircuitBreaker::Admission admitted, Duration until,
             const std::function<R()>& work) {
    auto pending = std::make_shared<bulkhead_internal::Pending<R>>();
    Status accepted = parts_.pool->Submit(LaneOf(admitted), [pending, work] {
      {
        MutexLock lock(pending->mutex);
        if (pending->given_up) return;
        pending->started = true;
      }
      R answer = work();
      MutexLock lock(pending->mutex);
      pending->answer.emplace(std::move(answer));
      pending->changed.NotifyAll();
    });
    if (!accepted.ok()) return TooMany();
    MutexLock lock(pending->mutex);
    while (!pending->answer) {
      Duration left = until - parts_.clock->Monotonic();
      if (left <= Duration::zero()) {
        pending->given_up = true;
        return pending->started ? NoAnswer(call) : NoTurn();
      }
      if (parts_.stopping && parts_.stopping()) {
        pending->given_up = true;
        return Unavailable("the process is stopping");
      }
      pending->changed.WaitFor(pending->mutex, std::min(left, kLookUp));
    }
    return *std::move(pending->answer);
  }

  Duration TimeoutOf(const UfsCall& call) const;
  CircuitBreaker::Admission Admit();
  Lane LaneOf(CircuitBreaker::Admission admitted) const;
  Status Refusal(const UfsCall& call);
  Status TooMany() const;
  Status NoTurn() const;
  Status NoAnswer(const UfsCall& call) const;
  void Settle(const UfsCall& call, CircuitBreaker::Admission admitted, const Status& outcome,
              Duration began);
  bool TryAgain(const UfsCall& call, const Status& outcome, int attempt, Duration until);
  Status Explained(const UfsCall& call, const Status& outcome, const std::string& earlier) const;
  std::string WithoutSecrets(std::string text) const;

  const BulkheadParts parts_;
  const GuardOptions options_;
  const int64_t lane_;
  CircuitBreaker breaker_;
  metrics::Counter& calls_;  // of the process registry, which lives forever
  metrics::Counter& failures_;
  metrics::Counter& refusals_;
  metrics::Counter& retries_;
  metrics::Counter& openings_;
  metrics::Timer& times_;
  metrics::Counter& bytes_read_;
  metrics::Counter& bytes_written_;
  metrics::Counter& all_read_;  // of every store
  metrics::Counter& all_written_;
  Mutex mutex_;
  std::string last_failure_ GUARDED_BY(mutex_);
  Duration last_slow_log_ GUARDED_BY(mutex_) = Duration::min();
};

}  // namespace alluxio::ufs
