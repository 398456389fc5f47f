// ApplyLane: takes the entries of logs in the order they are read and applies them in batches; with
// a thread of its own, while the next ones are read and parsed.
//
//   lane.Begin(apply);
//   read into lane.slot(); lane.Keep(); ...      an error: an earlier entry was not applied
//   lane.Finish();                               everything kept was applied, or why not
//
// After an error nothing more is applied until the next Begin(). One thread at a time; `apply` runs
// on it, or on the lane's own thread between Begin() and the return of Finish().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "env/executor.h"
#include "journal/journal.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {

class ApplyLane {
 public:
  static constexpr size_t kBatch = 512;  // entries

  struct Read {
    JournalEntry entry;
    int64_t offset = 0;  // where it was read
  };
  using Apply = std::function<Status(std::span<const Read>)>;

  // A lane has a thread while one of these lives, if `wanted`. Not between Begin() and Finish().
  class Threaded {
   public:
    Threaded(ApplyLane& lane, bool wanted) : lane_(lane) {
      if (wanted) lane_.StartThread();
    }
    ~Threaded() { lane_.StopThread(); }
    Threaded(const Threaded&) = delete;
    Threaded& operator=(const Threaded&) = delete;

   private:
    ApplyLane& lane_;
  };

  ApplyLane();
  ~ApplyLane();

  void Begin(Apply apply);
  // Room to read an entry into; the same until it is kept.
  Read& slot();
  // What is in slot() is to be applied.
  Status Keep();
  // May be called again; entries may be kept after it.
  Status Finish();

 private:
  static constexpr size_t kBatches = 4;  // with a thread: read ahead, so that it never waits

  struct Batch {
    std::vector<Read> entries;  // used again and again
    size_t count = 0;           // of them are to be applied
    bool handed_over = false;   // then it is the thread's; guarded by mutex_
  };

  void StartThread();
  void StopThread();
  Status HandOver();
  void Run(Batch& batch);  // on the thread
  Status WaitFor(const Batch& batch);

  Apply apply_;
  std::vector<Batch> batches_;  // one without a thread
  size_t filling_ = 0;
  std::unique_ptr<Executor> thread_;
  Mutex mutex_{LockRank::kLeaf};
  CondVar applied_;
  Status failure_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::journal
