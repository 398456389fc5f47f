// PersistQueue: files on their way to the under store, between the namespace and the workers.
//
//   TO_BE_PERSISTED file --Fill--> waiting --TakeFor(worker)--> in flight --Persisted--> completing
//        ^                                                          |                        |
//        +-------------- back-off, for give_up_after <--- failure or time-out               done
//
// A report is taken note of at once and the file moved into place on threads of the queue's own, so
// an under store that is slow holds up no worker's next report.
//
// Kept in memory only: after a restart Fill finds the same files again in the namespace, which is
// where a file's persistence state and its temporary under-store path are kept. Bounded by
// max_in_flight. Thread-safe; Fill and Failed may block, the others do not.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "master/ops/persist_ticket.h"
#include "model/ids.h"

namespace alluxio::master {

class FsOperations;
class OpContext;

struct PersistQueueOptions {
  size_t max_in_flight = 10'000;
  size_t files_per_heartbeat = 1000;
  size_t files_per_worker = 2000;  // in flight at one worker
  size_t completions_at_once = 16;
  Duration first_back_off = std::chrono::seconds(1);  // ...persistence.initial.interval
  Duration max_back_off = std::chrono::hours(1);      // ...persistence.max.interval
  Duration give_up_after = std::chrono::hours(24);    // ...persistence.max.total.wait.time
  Duration answer_within = std::chrono::minutes(10);  // then another worker gets the file
  Duration sweep_every = std::chrono::hours(1);       // copies that no file wants
};

class PersistQueue {
 public:
  // Both outlive this.
  PersistQueue(const PersistQueueOptions& options, FsOperations& operations, const Clock& clock);
  ~PersistQueue();
  // Returns when no file is being moved into place any more. Before the journal is closed.
  void Stop();

  // Looks for files to persist and for time-outs. A chore; may block.
  void Fill();

  // What `worker` is to write now: files it holds blocks of, and files nobody holds exclusively.
  std::vector<PersistTicket> TakeFor(WorkerId worker);

  // `worker` wrote the file to the temporary path of its ticket, or failed to. A file that is not
  // in flight at that worker is skipped: the report is of an earlier attempt. Failed may block.
  void Persisted(WorkerId worker, InodeId id);
  void Failed(OpContext& context, WorkerId worker, InodeId id, const std::string& reason);
  // `worker` starts over: what it was writing is tried again soon, not when its time is up.
  void Registered(WorkerId worker);

  size_t waiting() const;
  size_t in_flight() const;

 private:
  enum class Phase : uint8_t { kWaiting, kInFlight, kCompleting, kBackingOff };
  struct Item {
    Phase phase = Phase::kWaiting;
    PersistTicket ticket;
    WorkerId worker = 0;    // in flight
    Duration since{};       // first attempt, monotonic
    Duration until{};       // end of the phase: time-out or back-off
    Duration back_off{};
  };

  static bool IsWriting(const Item& item, WorkerId worker) {
    return item.phase == Phase::kInFlight && item.worker == worker;
  }
  void MoveIntoPlace(InodeId id, const std::string& temp_path);
  // Of files that are in place; soon all, when nothing more is being moved.
  void DropTemporaries();
  void Retry(OpContext& context, InodeId id, const std::string& reason);
  void WakeUp(OpContext& context);

  const PersistQueueOptions options_;
  FsOperations& operations_;
  const Clock& clock_;
  mutable Mutex mutex_;
  // Copies may lie around that no file wants: after a restart of this master or of a worker, after
  // a late answer, and, now and then, because a store was slow to finish what nobody waits for.
  bool sweep_due_ GUARDED_BY(mutex_) = true;
  Duration swept_ GUARDED_BY(mutex_){};
  std::map<InodeId, Item> items_ GUARDED_BY(mutex_);
  size_t moving_ GUARDED_BY(mutex_) = 0;  // files of completions_
  std::unique_ptr<Executor> completions_;  // last: its work uses what is above
};

}  // namespace alluxio::master
