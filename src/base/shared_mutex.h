// SharedMutex: one writer or any number of readers, with the annotations and rank check of Mutex.
//
// Made for what is read far more often than written (inodes, blocks, mounts). Readers of different
// processors write to no cache line in common: each thread counts itself in and out in a slot of
// its own, so that reading scales with the processors; std::shared_mutex has one counter that all
// of them fight for. A writer raises a flag and waits until every slot is empty (the "big-reader
// lock" of Linux 2.4; the order of flag and slots is Dekker's). Its price is a look at each slot,
// up to as many as threads of the process had at a time; one that ends gives its own back.
//
// Nobody is passed by forever: readers that come after a writer wait behind it, so an edit waits
// for the readers of that moment only, however many come; and a writer that comes after readers
// which have queued lets one in first. Both spin for a moment, then sleep.
//
// Thread-safe. A lock is released by the thread that took it, and outlives every call (also the
// UnlockShared that lets the last writer in). Not recursive.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>

#include "base/mutex.h"
#include "base/thread_annotations.h"

namespace alluxio {

class CAPABILITY("mutex") SharedMutex {
 public:
  explicit SharedMutex(LockRank rank = LockRank::kLeaf) : rank_(rank) {}
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;

  void Lock() ACQUIRE();
  void Unlock() RELEASE();

  void LockShared() ACQUIRE_SHARED() {
    mutex_internal::Acquired(rank_);
    std::atomic<int>& readers = OwnSlot().readers;
    readers.fetch_add(1, std::memory_order_seq_cst);
    if (writing_.load(std::memory_order_seq_cst)) [[unlikely]] WaitForWriter(readers);
  }
  void UnlockShared() RELEASE_SHARED() {
    Leave(OwnSlot().readers);
    mutex_internal::Released(rank_);
  }

  // At how many slots a writer looks, of any lock.
  static size_t SlotsUsed();

 private:
  // Threads beyond this number share slots.
  static constexpr size_t kSlots = 32;

  struct alignas(64) Slot {
    std::atomic<int> readers{0};
  };

  Slot& OwnSlot() {
    thread_local constinit size_t number = 0;  // 1 and up once it is known
    if (number == 0) [[unlikely]] number = NextNumber();
    return slots_[number - 1];
  }
  static size_t NextNumber();

  void Leave(std::atomic<int>& readers) {
    const bool last = readers.fetch_sub(1, std::memory_order_seq_cst) == 1;
    // A writer that sleeps has raised the flag before it looked at the slot.
    if (last && writing_.load(std::memory_order_seq_cst)) [[unlikely]] readers.notify_all();
  }
  // Counts the reader out, waits, and counts it in again when no writer is about.
  void WaitForWriter(std::atomic<int>& readers);

  const LockRank rank_;
  alignas(64) std::atomic<bool> writing_{false};  // of the one that has `writers_`
  std::atomic<int> queued_{0};                    // readers that sleep on it
  std::mutex writers_;
  std::array<Slot, kSlots> slots_;
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

}  // namespace alluxio
