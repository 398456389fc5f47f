// ComponentFollower: reads one component's checkpoint and logs and applies them, once or for as
// long as somebody else writes them. Changes nothing in the folder; a completed log that cannot be
// read to its end is settled, which changes nothing for who can read it.
//
//   Load()      newest checkpoint, completed logs, what is whole of the open log
//   Poll()      what came since; again and again
//   ReadTail()  after the writer was fenced: everything that can be read, judged strictly
//
// While it follows, the end of an open log that is short, zero or damaged means "not written yet".
// When a log that was read while it was open is completed, its end is compared with what was
// applied: a state with more in it has *diverged*, and so has one that a gap cuts off. diverged()
// says so and nothing is applied any more.
//
// One thread at a time calls Load, Poll, ReadTail and ApplyOwn; the numbers are thread-safe, and
// next() changes only inside `exclusive`, so it fits the state for whoever holds that lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "env/batch_lane.h"
#include "journal/journal.h"
#include "journal/ufs/journal_names.h"
#include "journal/ufs/log_reader.h"
#include "journal/ufs/tail_marks.h"
#include "proto/journal/journal.pb.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

// Runs its argument with the component's state locked.
using ApplyGuard = std::function<void(Component, const std::function<void()>&)>;

class ComponentFollower {
 public:
  // What ReadTail() found open.
  struct OpenLog {
    std::string key;
    int64_t start = 0;
    int64_t next = 0;        // after the last good entry; start = nothing to keep
    int64_t good_bytes = 0;
  };

  // `machine` may be null: then entries are only read and checked. `ufs` and `machine` outlive
  // this. Without `guard` the machine is called directly.
  ComponentFollower(ufs::Ufs& ufs, std::string_view component_name, StateMachine* machine,
                    ApplyGuard guard);

  // DATA_LOSS with file and offset for damage, gaps, and numbers that do not match names.
  Status Load();
  // True when something was applied. Any error but diverged() may pass: poll again.
  Result<bool> Poll(Duration now);
  // Leftovers that count for nothing come with next = start.
  Result<std::vector<OpenLog>> ReadTail();
  // Applies an entry that was made durable under the number next().
  Status ApplyOwn(const JournalEntry& entry);

  const Status& diverged() const { return diverged_; }  // for the thread that polls, as the next
  // Did the last Poll() meet bytes that are there and cannot be read yet?
  bool behind() const { return behind_; }
  // Everything that there was at this time is applied.
  Duration as_of() const { return as_of_; }

  const std::string& name() const { return name_; }
  int64_t next() const { return next_.load(std::memory_order_acquire); }
  int64_t checkpoint_end() const { return checkpoint_end_.load(std::memory_order_relaxed); }
  uint64_t entries() const { return entries_.load(std::memory_order_relaxed); }  // applied
  // Entries below this are durable and no takeover leaves them out.
  int64_t proven() const { return proven_.load(std::memory_order_acquire); }
  // Known to be in the folder and not applied yet.
  int64_t unread_entries() const;
  int64_t unread_bytes() const { return unread_bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr int64_t kManyBytes = 1 << 20;  // unread: worth a thread that applies
  static constexpr size_t kPrefetchAhead = 8;  // entries: a miss takes about as long as one
  static constexpr int kPollsPerListing = 16;
  static constexpr int kAttempts = 20;  // to read what a listing named

  struct Read {
    JournalEntry entry;
    int64_t offset = 0;  // in its log
  };
  // The open log that was read last.
  struct Tail {
    std::string key;  // "" = none
    int64_t start = 0;
    int64_t next = 0;
    int64_t offset = 0;  // of what comes after `next` - 1
    int64_t last_offset = 0;  // of entry `next` - 1, if there is one
    uint32_t last_crc = 0;
  };

  Status LoadCheckpoint(const JournalFile& file);
  Status Advance(std::vector<OpenLog>* open);
  Status ReadListed(const ComponentFiles& files, std::vector<OpenLog>* open);
  Status CheckTail(const ComponentFiles& files);
  Status ReadCompleted(const JournalFile& log, const ComponentFiles& files);
  Status ReadOpen(const JournalFile& log, std::vector<OpenLog>* open);
  Status CheckOpenEnd(LogReader& reader);
  Result<LogReader::Step> ReadEntries(LogReader& reader, int64_t end, Tail* at);
  bool IsTail(const JournalFile& log) const;
  Status CheckLast(const JournalFile& completed);
  Status ApplyBatch(std::span<const Read> entries, const LogReader& reader);
  Status Applied(Status status);  // diverged, if it is an error
  Status Gap(const JournalFile& log, const ComponentFiles& files);
  Status Diverged(Status why);
  bool FolderChanged();
  void Prove(int64_t end);
  void Exclusively(const std::function<void()>& work);

  ufs::Ufs& ufs_;
  const std::string name_;
  StateMachine* const machine_;
  const ApplyGuard guard_;
  BatchLane<Read> lane_;
  Tail tail_;
  Status diverged_;
  bool behind_ = false;
  TailMarks marks_;  // of the open log
  Duration polled_at_{};
  Duration as_of_{};
  int polls_since_listing_ = 0;
  int64_t folder_modified_ms_ = -1;
  // Written by the one thread that reads or applies. Released after the state they speak of.
  std::atomic<int64_t> next_ = 0;
  std::atomic<int64_t> proven_ = 0;
  std::atomic<int64_t> checkpoint_end_ = 0;  // relaxed: a trigger
  std::atomic<uint64_t> entries_ = 0;        // relaxed: shown only, as are the two below
  std::atomic<int64_t> known_end_ = 0;
  std::atomic<int64_t> unread_bytes_ = 0;
};

}  // namespace alluxio::journal
