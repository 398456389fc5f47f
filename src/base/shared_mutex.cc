#include "base/shared_mutex.h"

namespace alluxio {
namespace {

// A few microseconds: as long as an edit of the tree takes, less than it takes to sleep and wake.
constexpr int kSpins = 100;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

size_t SharedMutex::NextNumber() {
  static std::atomic<size_t> threads{0};
  return threads.fetch_add(1, std::memory_order_relaxed) + 1;
}

void SharedMutex::WaitForWriter(std::atomic<int>& readers) {
  Leave(readers);
  for (int spin = 0; spin < kSpins; ++spin) {
    Pause();
    if (writing_.load(std::memory_order_relaxed)) continue;
    readers.fetch_add(1, std::memory_order_seq_cst);
    if (!writing_.load(std::memory_order_seq_cst)) return;
    Leave(readers);
  }
  queued_.fetch_add(1, std::memory_order_relaxed);
  {
    std::lock_guard<std::mutex> no_writer(writers_);
    readers.fetch_add(1, std::memory_order_seq_cst);
  }
  queued_.fetch_sub(1, std::memory_order_relaxed);
  queued_.notify_all();
}

void SharedMutex::Lock() {
  mutex_internal::Acquired(rank_);
  // A writer that comes back at once would get the mutex before a sleeper has woken up. Once: one
  // reader more is in then, and writers are not to wait for readers without end either.
  const int queued = queued_.load(std::memory_order_relaxed);
  if (queued != 0) queued_.wait(queued, std::memory_order_relaxed);
  writers_.lock();
  writing_.store(true, std::memory_order_seq_cst);
  for (Slot& slot : slots_) {
    int readers = slot.readers.load(std::memory_order_seq_cst);
    for (int spin = 0; readers != 0 && spin < kSpins; ++spin) {
      Pause();
      readers = slot.readers.load(std::memory_order_seq_cst);
    }
    while (readers != 0) {
      slot.readers.wait(readers, std::memory_order_seq_cst);
      readers = slot.readers.load(std::memory_order_seq_cst);
    }
  }
}

void SharedMutex::Unlock() {
  const LockRank rank = rank_;  // whoever gets the lock next may destroy it
  writing_.store(false, std::memory_order_release);
  writers_.unlock();
  mutex_internal::Released(rank);
}

}  // namespace alluxio
