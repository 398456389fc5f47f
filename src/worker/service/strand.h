// Strand: runs pieces of work one at a time, in order, on an executor shared with others. A stream
// has one, so thousands of idle streams need no thread. Thread-safe; copies are the same strand.
#pragma once

#include <memory>

#include "base/callback.h"
#include "base/status.h"
#include "env/executor.h"

namespace alluxio::worker {

class Strand {
 public:
  // `executor` must outlive the strand.
  explicit Strand(Executor& executor);

  // `work` gets OK on a thread of the executor. When the executor refuses, `work` gets the refusal
  // on the calling thread instead and must not do long I/O; it always runs exactly once.
  void Post(Callback<void(const Status&)> work);
  // The same, but on the calling thread when the strand is idle: waking another thread costs more
  // than most work does. With whatever is posted meanwhile, so not for threads that must not wait.
  void Dispatch(Callback<void(const Status&)> work);

 private:
  struct State;
  bool Queue(Callback<void(const Status&)> work);
  static void Drain(const std::shared_ptr<State>& state, const Status& status);

  std::shared_ptr<State> state_;  // Shared with work under way.
};

}  // namespace alluxio::worker
