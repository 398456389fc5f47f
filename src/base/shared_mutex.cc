#include "base/shared_mutex.h"

#include <bit>
#include <cstdint>

namespace alluxio {
namespace {

// A few microseconds: as long as an edit of the tree takes, less than it takes to sleep and wake.
constexpr int kSpins = 100;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// The slots that threads have, a bit each, and one more than the highest that ever had one: what
// writers look at. Both are of all locks.
std::atomic<uint32_t> taken{0};
std::atomic<size_t> used{0};

// A thread's slot, given back when it ends.
struct OwnedSlot {
  ~OwnedSlot() {
    if (owned) taken.fetch_and(~(uint32_t{1} << slot), std::memory_order_relaxed);
  }
  size_t slot = 0;
  bool owned = false;
};

// The lowest that nobody has, so that short-lived threads do not make writers look at them all.
// Without one (false) the slot is shared with somebody.
bool TakeSlot(size_t slots, size_t* slot) {
  static std::atomic<size_t> homeless{0};
  uint32_t now = taken.load(std::memory_order_relaxed);
  for (;;) {
    *slot = static_cast<size_t>(std::countr_one(now));
    if (*slot >= slots) {
      *slot = homeless.fetch_add(1, std::memory_order_relaxed) % slots;
      return false;
    }
    if (taken.compare_exchange_weak(now, now | uint32_t{1} << *slot,
                                    std::memory_order_relaxed)) {
      return true;
    }
  }
}

}  // namespace

size_t SharedMutex::NextNumber() {
  static_assert(kSlots <= 32, "a bit each");
  thread_local OwnedSlot own;
  own.owned = TakeSlot(kSlots, &own.slot);
  // In the one order of flag, slots and this: a writer that reads less than this thread's slot has
  // raised the flag before the thread looks at it.
  size_t most = used.load(std::memory_order_seq_cst);
  while (most <= own.slot &&
         !used.compare_exchange_weak(most, own.slot + 1, std::memory_order_seq_cst)) {
  }
  return own.slot + 1;
}

size_t SharedMutex::SlotsUsed() { return used.load(std::memory_order_seq_cst); }

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
  const size_t slots = SlotsUsed();
  for (size_t i = 0; i < slots; ++i) {
    Slot& slot = slots_[i];
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
