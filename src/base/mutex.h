// Mutex, SharedMutex, their scoped locks and CondVar: std's, with thread-safety annotations and,
// in debug builds, a rank check: a thread may only take a lock of a strictly lower rank than the
// lowest it holds. Ranks are listed here so that the order of the whole product is on one page.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

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
#ifdef NDEBUG
inline void Acquired(LockRank) {}
inline void Released(LockRank) {}
#else
void Acquired(LockRank rank);  // CHECKs that ranks fall.
void Released(LockRank rank);
#endif
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

class CAPABILITY("mutex") SharedMutex {
 public:
  explicit SharedMutex(LockRank rank = LockRank::kLeaf) : rank_(rank) {}
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;

  void Lock() ACQUIRE() {
    mutex_internal::Acquired(rank_);
    mutex_.lock();
  }
  void Unlock() RELEASE() {
    const LockRank rank = rank_;  // whoever gets the lock next may destroy it
    mutex_.unlock();
    mutex_internal::Released(rank);
  }
  void LockShared() ACQUIRE_SHARED() {
    mutex_internal::Acquired(rank_);
    mutex_.lock_shared();
  }
  void UnlockShared() RELEASE_SHARED() {
    const LockRank rank = rank_;  // whoever gets the lock next may destroy it
    mutex_.unlock_shared();
    mutex_internal::Released(rank);
  }

 private:
  std::shared_mutex mutex_;
  const LockRank rank_;
};

class SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~WriterLock() RELEASE() { mutex_.Unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  SharedMutex& mutex_;
};

class SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) ACQUIRE_SHARED(mutex) : mutex_(mutex) {
    mutex_.LockShared();
  }
  ~ReaderLock() RELEASE_GENERIC() { mutex_.UnlockShared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
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
