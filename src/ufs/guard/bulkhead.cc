#include "ufs/guard/bulkhead.h"

#include <algorithm>
#include <atomic>

#include "base/log.h"
#include "conf/secret_name.h"
#include "metrics/registry.h"

namespace alluxio::ufs {
namespace {

constexpr std::string_view kUnreachable = " is unreachable: ";
constexpr Duration kBriefTimeout = std::chrono::seconds(5);
constexpr Duration kSlowLogInterval = std::chrono::seconds(10);

// Two lanes a bulkhead: probes have one of their own, so that calls which never came back and fill
// the first do not keep the mount from being found well again.
int64_t NextLane() {
  static std::atomic<int64_t> next = 0;  // relaxed: only has to be unique
  return next.fetch_add(2, std::memory_order_relaxed);
}

// As Alluxio writes a URI into the name of a metric.
std::string Escaped(std::string_view uri) {
  std::string text;
  for (char c : uri) {
    if (c == '/') text += "%2F";
    else if (c == '.') text += "%2E";
    else text += c;
  }
  return text;
}

metrics::Counter& CounterOf(const BulkheadParts& parts, const char* what) {
  return metrics::Registry::Process().counter(parts.metrics + "." + what +
                                              ".UFS:" + Escaped(parts.name));
}

bool IsFailure(const Status& status) {
  return status.Is(StatusCode::kUnavailable) || status.Is(StatusCode::kDeadlineExceeded);
}

std::string SecondsText(Duration time) {
  return std::to_string((ToMillis(time) + 999) / 1000) + " s";
}

std::string NameOf(const UfsCall& call) {
  return call.key.empty() ? std::string(call.operation) : call.operation + (" " + call.key);
}

}  // namespace

bool IsUnreachable(const Status& status) {
  return status.Is(StatusCode::kUnavailable) &&
         status.message().find(kUnreachable) != std::string::npos;
}

Bulkhead::Bulkhead(BulkheadParts parts, const GuardOptions& options)
    : parts_(std::move(parts)),
      options_(options),
      lane_(NextLane()),
      breaker_(options.breaker),
      calls_(CounterOf(parts_, "UfsCalls")),
      failures_(CounterOf(parts_, "UfsFailures")),
      refusals_(CounterOf(parts_, "UfsRefusals")),
      retries_(CounterOf(parts_, "UfsRetries")),
      openings_(CounterOf(parts_, "UfsBreakerOpenings")),
      times_(metrics::Registry::Process().timer(parts_.metrics + ".UfsCallTime.UFS:" +
                                                Escaped(parts_.name))),
      bytes_read_(CounterOf(parts_, "BytesReadPerUfs")),
      bytes_written_(CounterOf(parts_, "BytesWrittenPerUfs")),
      all_read_(metrics::Registry::Process().counter(parts_.metrics + ".BytesReadUfsAll")),
      all_written_(metrics::Registry::Process().counter(parts_.metrics + ".BytesWrittenUfsAll")) {}

Duration Bulkhead::TimeoutOf(const UfsCall& call) const {
  if (call.lengthy) return options_.long_timeout;
  return call.brief ? std::min(options_.call_timeout, kBriefTimeout) : options_.call_timeout;
}

CircuitBreaker::Admission Bulkhead::Admit() { return breaker_.Admit(parts_.clock->Monotonic()); }

Lane Bulkhead::LaneOf(CircuitBreaker::Admission admitted) const {
  int64_t id = admitted == CircuitBreaker::Admission::kProbe ? lane_ + 1 : lane_;
  return {.id = id, .threads = options_.concurrency, .queue = options_.queue};
}

Status Bulkhead::Refusal(const UfsCall& call) {
  refusals_.Add();
  Duration left = breaker_.TimeLeft(parts_.clock->Monotonic());
  std::string last;
  {
    MutexLock lock(mutex_);
    last = last_failure_;
  }
  std::string when = left == Duration::zero() ? "it is being tried just now"
                                              : "it is tried again in " + SecondsText(left);
  return Unavailable("under store " + parts_.name + std::string(kUnreachable) + NameOf(call) +
                     " was not tried, " + when + "; the last error was: " + last);
}

Status Bulkhead::TooMany() const {
  return ResourceExhausted("under store " + parts_.name + ": " + std::to_string(options_.queue) +
                           " calls wait for it already");
}

Status Bulkhead::NoTurn() const {
  return DeadlineExceeded("all " + std::to_string(options_.concurrency) +
                          " calls that may run at once have been waiting for the store");
}

Status Bulkhead::NoAnswer(const UfsCall& call) const {
  return DeadlineExceeded("no answer within " + SecondsText(TimeoutOf(call)));
}

void Bulkhead::Settle(const UfsCall& call, CircuitBreaker::Admission admitted,
                      const Status& outcome, Duration began) {
  Duration now = parts_.clock->Monotonic();
  calls_.Add();
  times_.Record(now - began);
  bool failed = IsFailure(outcome);
  bool log_slow = false;
  {
    MutexLock lock(mutex_);
    if (failed) last_failure_ = WithoutSecrets(NameOf(call) + ": " + outcome.message());
    if (now - began >= options_.slow_log && now >= last_slow_log_ + kSlowLogInterval) {
      last_slow_log_ = now;
      log_slow = true;
    }
  }
  if (log_slow) {
    LOG_WARN("ufs: slow call store={} call={} millis={} outcome={}", parts_.name, NameOf(call),
             ToMillis(now - began), WithoutSecrets(outcome.ToString()));
  }
  if (failed) failures_.Add();
  if (breaker_.Report(admitted, !failed, now)) {
    openings_.Add();
    LOG_WARN("ufs: store unreachable store={} pause_millis={} error={}", parts_.name,
             ToMillis(breaker_.TimeLeft(now)), WithoutSecrets(outcome.ToString()));
  } else if (admitted == CircuitBreaker::Admission::kProbe && !failed) {
    LOG_INFO("ufs: store reachable again store={}", parts_.name);
  }
}

bool Bulkhead::TryAgain(const UfsCall& call, const Status& outcome, int attempt, Duration until) {
  if (!call.repeatable || attempt >= options_.retries) return false;
  if (!outcome.Is(StatusCode::kUnavailable)) return false;
  if (breaker_.state() != CircuitBreaker::State::kClosed) return false;
  Duration pause = std::min(options_.retry_base * (int64_t{1} << std::min(attempt, 20)),
                            options_.retry_max);
  // Half of it at random, so that callers that failed together do not come back together.
  auto half = static_cast<uint64_t>(std::max<int64_t>(pause.count() / 2, 1));
  pause = pause / 2 + Duration(static_cast<int64_t>(parts_.rng->Below(half)));
  if (parts_.clock->Monotonic() + pause >= until) return false;
  retries_.Add();
  parts_.pause(pause);
  return true;
}

Status Bulkhead::Explained(const UfsCall& call, const Status& outcome,
                           const std::string& earlier) const {
  std::string text = outcome.message();
  // That time ran out is not the reason.
  if (outcome.Is(StatusCode::kDeadlineExceeded) && !earlier.empty()) {
    text += "; before that: " + earlier;
  }
  text = WithoutSecrets(std::move(text));
  if (!IsFailure(outcome)) return Status(outcome.code(), std::move(text));
  return Unavailable("under store " + parts_.name + std::string(kUnreachable) + NameOf(call) +
                     ": " + text);
}

std::string Bulkhead::WithoutSecrets(std::string text) const {
  return conf::WithoutSecrets(std::move(text), parts_.secrets);
}

}  // namespace alluxio::ufs
