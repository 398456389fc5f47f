// PathLocks: logical locks on paths, for operations that span under-store I/O or several slices.
//
// held \ wanted on:   the same path        below it            above it
//   kRead             kWrite kTree         -                   kTree
//   kWrite            kRead kWrite kTree   -                   kTree
//   kTree             everything           everything          kTree
//
// (A cell lists what conflicts.) kRead keeps a node as it is, kWrite is for changing one node,
// kTree for changing everything below it: delete, rename, recursive attributes, mount. The path
// need not exist.
//
// An operation that does all its work in one step under the tree lock takes no path lock: it only
// asks Blocked() while it holds the tree lock. That is enough, because whoever holds a path lock
// took it before its own first step under the tree lock.
//
// Thread-safe; the inner lock is a leaf, so all but Acquire may be called under any other lock.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/mutex.h"
#include "base/result.h"

namespace alluxio::master {

enum class PathLockKind : uint8_t { kRead, kWrite, kTree };

struct PathLockRequest {
  std::string path;  // clean
  PathLockKind kind = PathLockKind::kRead;
};

class PathLocks;

// Holds a set of path locks until destroyed or released. Move-only; may be released by another
// thread than the one that took it. PathLocks outlives it.
class PathLockHold {
 public:
  PathLockHold() = default;
  PathLockHold(PathLockHold&& other) noexcept;
  PathLockHold& operator=(PathLockHold&& other) noexcept;
  ~PathLockHold() { Release(); }
  void Release();
  explicit operator bool() const { return locks_ != nullptr; }

 private:
  friend class PathLocks;
  PathLockHold(PathLocks* locks, std::vector<PathLockRequest> held)
      : locks_(locks), held_(std::move(held)) {}

  PathLocks* locks_ = nullptr;
  std::vector<PathLockRequest> held_;
};

class PathLocks {
 public:
  PathLocks() = default;
  PathLocks(const PathLocks&) = delete;
  PathLocks& operator=(const PathLocks&) = delete;

  // Takes all or, after `timeout`, none: DEADLINE_EXCEEDED that names the path in the way. Waits,
  // so never on a transport thread and with no lock held. A set never conflicts with itself.
  Result<PathLockHold> Acquire(std::vector<PathLockRequest> wanted, Duration timeout);
  // Takes all or none, at once: a hold that is false when something is in the way.
  PathLockHold TryAcquire(std::vector<PathLockRequest> wanted);
  // Would TryAcquire fail? One relaxed load when nothing is held.
  bool Blocked(std::string_view path, PathLockKind kind) const;

  size_t held_count() const { return held_count_.load(std::memory_order_acquire); }

 private:
  friend class PathLockHold;
  struct Counts {
    uint32_t of[3] = {0, 0, 0};  // by PathLockKind
  };
  // The path of a conflicting lock; empty when there is none.
  std::string Conflict(std::string_view path, PathLockKind kind) const REQUIRES(mutex_);
  std::string ConflictOfAny(const std::vector<PathLockRequest>& wanted) const REQUIRES(mutex_);
  void Take(const std::vector<PathLockRequest>& wanted) REQUIRES(mutex_);
  void Return(const std::vector<PathLockRequest>& held);

  mutable Mutex mutex_;
  CondVar returned_;
  std::map<std::string, Counts, std::less<>> held_ GUARDED_BY(mutex_);
  // Written under mutex_; read without it by Blocked (the tree lock orders what matters).
  std::atomic<size_t> held_count_{0};
};

}  // namespace alluxio::master
