// Mutex, its scoped lock and CondVar: std's, with thread-safety annotations and a rank check: a
// thread may only take a lock of a strictly lower rank than the lowest it holds. Ranks are listed
// here so that the order of the whole product is on one page. They are checked in builds without
// NDEBUG, and in every build while ALLUXIO_CHECK_LOCK_RANKS=1 is in the environment, as it is in
// all tests; a lock costs a test of one flag more for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/thread_annotations.h"

namespace alluxio {

// Outermost first. Leaf locks guard a few lines and call nothing.
enum class LockRank : int {
  kProcess = 100,     // start-up and shutdown of a process
  kPath = 90,         // master: logical path locks
  kMount = 80,        // master: mount table
  kTree = 70,         // master: inode tree
  kBlock = 60,        // master: block map and workers
  kStore = 55,        // worker: block store metadata
  kJournal = 50,      // journal buffers
  kClient = 45,       // client streams and caches
  kTransport = 40,    // rpc
  kLeaf = 10,
};

namespace mutex_internal {
extern bool checks_ranks;           // set before main
void CheckAcquired(LockRank rank);  // CHECKs that ranks fall.
void CheckReleased(LockRank rank);

inline void Acquired(LockRank rank) {
  if (checks_ranks) [[unlikely]] CheckAcquired(rank);
}
inline void Released(LockRank rank) {
  if (checks_ranks) [[unlikely]] CheckReleased(rank);
}
}  // namespace mutex_internal

class CAPABILITY("mutex") Mutex {
 public:
  explicit Mutex(LockRank rank = LockRank::kLeaf) : rank_(rank) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ACQUIRE() {
    mutex_internal::Acquired(rank_);
    mutex_.lock();
  }
  void Unlock() RELEASE() {
    const LockRank rank = rank_;  // whoever gets the lock next may destroy it
    mutex_.unlock();
    mutex_internal::Released(rank);
  }

 private:
  friend class CondVar;
  std::mutex mutex_;
  const LockRank rank_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits release and retake the Mutex; wake-ups may be spurious, so wait in a loop.
class CondVar {
 public:
  void Wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // Returns false when `timeout` passed first.
  bool WaitFor(Mutex& mutex, std::chrono::nanoseconds timeout) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    auto woken = condition_.wait_for(lock, timeout);
    lock.release();
    return woken == std::cv_status::no_timeout;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace alluxio
