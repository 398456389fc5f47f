// AppendQueue: entries on their way to the disk, as frames in one buffer per component, and the
// callers that wait for them. Thread-safe.
#pragma once

#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/mutex.h"
#include "journal/journal.h"

namespace alluxio::journal {

inline constexpr size_t kComponentCount = std::size(kComponents);
inline size_t IndexOf(Component component) { return static_cast<size_t>(component); }

class AppendQueue {
 public:
  // What one flush writes.
  struct Batch {
    std::string frames[kComponentCount];
    int64_t end[kComponentCount] = {};  // sequence number after the last frame
    Position position = 0;              // durable once all of it is written
  };

  // Called before the first Append, and by Append's single caller per component.
  void SetNext(Component component, int64_t next);
  int64_t Next(Component component) const;

  Position Append(Component component, std::string_view payload);
  // See journal.h.
  void BeginTogether(Component component);
  void EndTogether(Component component);
  Position appended() const { return appended_.load(std::memory_order_acquire); }
  Position durable() const { return durable_.load(std::memory_order_acquire); }
  size_t queued_bytes() const { return queued_bytes_.load(std::memory_order_relaxed); }

  // Runs `done` at once, or hands it out when Publish() reaches it, or runs it in Fail().
  void WhenDurable(Position position, Callback<void(Status)> done);

  // For the flusher. Waits for entries, and comes with none (position 0) after `limit`; false when
  // Stop() was called and nothing is left. Takes what is whole: up to the first entry of the oldest
  // operation that is not ended yet, over all components, because their order counts. Once there
  // are entries it gives others `patience` to come along: until as many callers wait as did when
  // the last batch was published, those included that got their answers then.
  bool Take(Batch* batch, Duration limit, Duration patience = {});
  // Everything up to batch.position is durable. Returns the waiters this reaches, in order; the
  // caller runs them.
  [[nodiscard]] std::vector<Callback<void(Status)>> Publish(const Batch& batch);
  // Nothing more will be durable: all waiters, and those to come, get `failure`.
  void Fail(const Status& failure);
  Status failure() const;
  // Take() returns false once the queue is empty.
  void Stop();
  // Waits, at most `time`; returns early when Stop() was called.
  void Pause(Duration time);
  bool stopped() const;

 private:
  struct Waiter {
    Position position = 0;
    Callback<void(Status)> done;
  };

  // A place in filling_: so many bytes of each component lead to it.
  struct Mark {
    Position position = 0;
    size_t size[kComponentCount] = {};
    int64_t end[kComponentCount] = {};
  };
  // An operation whose entries stay together.
  struct Open {
    int depth = 0;
    std::optional<Mark> begin;  // before its first entry
  };

  Mark Now() const REQUIRES(mutex_);
  const Mark* FirstOpen() const REQUIRES(mutex_);  // null when all of it is whole
  Mark Whole() const REQUIRES(mutex_);
  bool HasWhole() const REQUIRES(mutex_) {
    const Mark* open = FirstOpen();
    return (open != nullptr ? open->position : filling_.position) > taken_;
  }
  void TakeUpTo(const Mark& cut, Batch* batch) REQUIRES(mutex_);
  void Shift(size_t index, const Mark& cut, size_t grown) REQUIRES(mutex_);

  mutable Mutex mutex_{LockRank::kJournal};
  CondVar ready_;
  Batch filling_ GUARDED_BY(mutex_);
  Position taken_ GUARDED_BY(mutex_) = 0;  // by the last Take()
  Open open_[kComponentCount] GUARDED_BY(mutex_);
  int64_t next_[kComponentCount] GUARDED_BY(mutex_) = {};
  std::deque<Waiter> waiting_ GUARDED_BY(mutex_);  // by position, then by arrival
  size_t before_ GUARDED_BY(mutex_) = 0;           // callers that waited at the last Publish()
  bool gathering_ GUARDED_BY(mutex_) = false;      // is the flusher waiting for so many?
  Status failure_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  // Written under mutex_, read without: released by the writer, acquired by the reader, so who
  // sees a position also sees what led to it.
  std::atomic<Position> appended_ = 0;
  std::atomic<Position> durable_ = 0;
  std::atomic<size_t> queued_bytes_ = 0;
};

}  // namespace alluxio::journal
