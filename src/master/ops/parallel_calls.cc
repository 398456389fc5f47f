#include "master/ops/parallel_calls.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "env/executor.h"

namespace alluxio::master {
namespace {

// The indexes are taken from one counter, so there is one piece of work a thread.
struct Run {
  const ParallelCalls& calls;
  const std::function<Status(size_t)>& call;
  std::vector<Status> results;
  std::atomic<size_t> next{0};        // relaxed: Stop() of the executor orders the results
  std::atomic<bool> failed{false};    // relaxed: a hint

  void Work() {
    while (true) {
      size_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= calls.count) return;
      if (calls.stop_at_error && failed.load(std::memory_order_relaxed)) return;
      results[index] = call(index);
      if (!results[index].ok()) failed.store(true, std::memory_order_relaxed);
    }
  }
};

}  // namespace

Status RunCalls(const ParallelCalls& calls, const std::function<Status(size_t)>& call) {
  Run run{calls, call, std::vector<Status>(calls.count)};
  size_t threads = std::min(calls.count, calls.at_once);
  if (threads > 1) {
    // The calling thread is one of them.
    auto executor = Executor::Create({"ufs-edit", threads - 1, threads});
    for (size_t i = 1; i < threads; ++i) {
      RETURN_IF_ERROR(executor->Submit([&run] { run.Work(); }));
    }
    run.Work();
    executor->Stop();
  } else {
    run.Work();
  }
  for (const Status& result : run.results) RETURN_IF_ERROR(result);
  return OkStatus();
}

}  // namespace alluxio::master
