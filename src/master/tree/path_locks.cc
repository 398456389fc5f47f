#include "master/tree/path_locks.h"

#include <utility>

#include "base/check.h"
#include "env/clock.h"

namespace alluxio::master {

namespace {

bool Exclusive(PathLockKind a, PathLockKind b) {
  return a != PathLockKind::kRead || b != PathLockKind::kRead;
}

// "/" is above everything; any other path is above what begins with it and a slash.
std::string BelowPrefix(std::string_view path) {
  return path == "/" ? "/" : std::string(path) + "/";
}

}  // namespace

PathLockHold::PathLockHold(PathLockHold&& other) noexcept
    : locks_(std::exchange(other.locks_, nullptr)), held_(std::move(other.held_)) {}

PathLockHold& PathLockHold::operator=(PathLockHold&& other) noexcept {
  if (this == &other) return *this;
  Release();
  locks_ = std::exchange(other.locks_, nullptr);
  held_ = std::move(other.held_);
  return *this;
}

void PathLockHold::Release() {
  if (locks_ == nullptr) return;
  std::exchange(locks_, nullptr)->Return(held_);
  held_.clear();
}

std::string PathLocks::Conflict(std::string_view path, PathLockKind kind) const {
  if (held_.empty()) return {};
  // The same path.
  if (auto same = held_.find(path); same != held_.end()) {
    for (int held = 0; held < 3; ++held) {
      if (same->second.of[held] > 0 && Exclusive(static_cast<PathLockKind>(held), kind)) {
        return same->first;
      }
    }
  }
  // A held kTree above.
  for (std::string_view at = path; at != "/";) {
    size_t slash = at.rfind('/');
    at = slash == 0 ? std::string_view("/") : at.substr(0, slash);
    auto above = held_.find(at);
    if (above != held_.end() && above->second.of[static_cast<int>(PathLockKind::kTree)] > 0) {
      return above->first;
    }
  }
  // Anything held below a wanted kTree.
  if (kind != PathLockKind::kTree) return {};
  std::string prefix = BelowPrefix(path);
  auto below = held_.lower_bound(prefix);
  if (below != held_.end() && below->first == path) ++below;  // "/" is its own prefix
  if (below != held_.end() && below->first.compare(0, prefix.size(), prefix) == 0) {
    return below->first;
  }
  return {};
}

std::string PathLocks::ConflictOfAny(const std::vector<PathLockRequest>& wanted) const {
  for (const PathLockRequest& request : wanted) {
    std::string conflict = Conflict(request.path, request.kind);
    if (!conflict.empty()) return conflict;
  }
  return {};
}

void PathLocks::Take(const std::vector<PathLockRequest>& wanted) {
  for (const PathLockRequest& request : wanted) {
    ++held_[request.path].of[static_cast<int>(request.kind)];
  }
  held_count_.fetch_add(wanted.size(), std::memory_order_acq_rel);
}

void PathLocks::Return(const std::vector<PathLockRequest>& held) {
  {
    MutexLock lock(mutex_);
    for (const PathLockRequest& request : held) {
      auto found = held_.find(request.path);
      CHECK(found != held_.end()) << "path lock on " << request.path << " is not held";
      Counts& counts = found->second;
      --counts.of[static_cast<int>(request.kind)];
      if (counts.of[0] + counts.of[1] + counts.of[2] == 0) held_.erase(found);
    }
    held_count_.fetch_sub(held.size(), std::memory_order_acq_rel);
  }
  returned_.NotifyAll();
}

Result<PathLockHold> PathLocks::Acquire(std::vector<PathLockRequest> wanted, Duration timeout) {
  // CondVar waits in real time, so the deadline is in real time as well.
  Duration deadline = Clock::Real().Monotonic() + timeout;
  MutexLock lock(mutex_);
  for (;;) {
    std::string conflict = ConflictOfAny(wanted);
    if (conflict.empty()) break;
    Duration left = deadline - Clock::Real().Monotonic();
    if (left <= Duration::zero()) {
      return DeadlineExceeded(wanted.front().path + ": another operation on " + conflict +
                              " is still running");
    }
    returned_.WaitFor(mutex_, left);
  }
  Take(wanted);
  return PathLockHold(this, std::move(wanted));
}

PathLockHold PathLocks::TryAcquire(std::vector<PathLockRequest> wanted) {
  MutexLock lock(mutex_);
  if (!ConflictOfAny(wanted).empty()) return PathLockHold();
  Take(wanted);
  return PathLockHold(this, std::move(wanted));
}

bool PathLocks::Blocked(std::string_view path, PathLockKind kind) const {
  if (held_count() == 0) return false;
  MutexLock lock(mutex_);
  return !Conflict(path, kind).empty();
}

}  // namespace alluxio::master
