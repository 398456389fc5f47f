#include "worker/service/strand.h"

#include <deque>
#include <utility>

#include "base/mutex.h"

namespace alluxio::worker {

struct Strand::State {
  explicit State(Executor& executor) : executor(executor) {}
  Executor& executor;
  Mutex mutex;
  std::deque<Callback<void(const Status&)>> queue GUARDED_BY(mutex);
  bool running GUARDED_BY(mutex) = false;
};

Strand::Strand(Executor& executor) : state_(std::make_shared<State>(executor)) {}

// Whether whoever asks has to run the queue.
bool Strand::Queue(Callback<void(const Status&)> work) {
  MutexLock lock(state_->mutex);
  state_->queue.push_back(std::move(work));
  return !std::exchange(state_->running, true);
}

void Strand::Dispatch(Callback<void(const Status&)> work) {
  std::shared_ptr<State> state = state_;
  if (Queue(std::move(work))) Drain(state, OkStatus());
}

void Strand::Post(Callback<void(const Status&)> work) {
  std::shared_ptr<State> state = state_;
  if (!Queue(std::move(work))) return;
  Status submitted = state->executor.Submit([state] { Drain(state, OkStatus()); });
  if (!submitted.ok()) Drain(state, submitted);
}

void Strand::Drain(const std::shared_ptr<State>& state, const Status& status) {
  while (true) {
    Callback<void(const Status&)> work;
    {
      MutexLock lock(state->mutex);
      if (state->queue.empty()) {
        state->running = false;
        return;
      }
      work = std::move(state->queue.front());
      state->queue.pop_front();
    }
    work(status);
  }
}

}  // namespace alluxio::worker
