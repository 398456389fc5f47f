#include "master/sync/path_turns.h"

#include <utility>

namespace alluxio::master {

namespace {
constexpr size_t kMostKept = 1000;  // paths nobody is at work on
}  // namespace

PathTurns::Turn::Turn(Turn&& other) noexcept
    : turns_(std::exchange(other.turns_, nullptr)),
      path_(std::move(other.path_)),
      began_(other.began_),
      served_(other.served_),
      succeeded_(other.succeeded_) {}

PathTurns::Turn::~Turn() {
  if (turns_ != nullptr) turns_->Return(*this);
}

uint64_t PathTurns::Now() {
  MutexLock lock(mutex_);
  return ++now_;
}

Result<PathTurns::Turn> PathTurns::Take(const std::string& path, uint64_t arrived,
                                        Duration timeout) {
  MutexLock lock(mutex_);
  State& state = paths_[path];
  ++state.waiting;
  while (state.busy) {
    // Woken for any path; a wait that a turn of another path cut short starts over, which is fine:
    // the limit is there against waiting for ever.
    if (!returned_.WaitFor(mutex_, timeout) && state.busy) {
      --state.waiting;
      return DeadlineExceeded("metadata sync of " + path + ": another one is still at work");
    }
  }
  --state.waiting;
  state.busy = true;
  return Turn(this, path, ++now_, state.served_since > arrived);
}

void PathTurns::Return(const Turn& turn) {
  {
    MutexLock lock(mutex_);
    auto found = paths_.find(turn.path_);
    State& state = found->second;
    state.busy = false;
    if (turn.succeeded_) state.served_since = turn.began_;
    // Who has arrived but not asked for a turn yet may still be served by this one.
    if (state.waiting == 0 && paths_.size() > kMostKept) paths_.erase(found);
  }
  returned_.NotifyAll();
}

}  // namespace alluxio::master
