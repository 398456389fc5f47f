// BatchLane: takes items in the order they are read and hands them on in batches; with a thread of
// its own, while the next ones are read.
//
//   lane.Begin(take);
//   read into lane.slot(); lane.Keep(); ...      an error: an earlier item was not taken
//   lane.Finish();                               everything kept was taken, or why not
//
// After an error nothing more is handed on until the next Begin(). One thread at a time; `take`
// runs on it, or on the lane's own thread between Begin() and the return of Finish(). Items are
// used again and again. Memory: kBatch items, kBatches times as many with a thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "base/status.h"
#include "env/executor.h"

namespace alluxio {

template <typename Item>
class BatchLane {
 public:
  static constexpr size_t kBatch = 512;
  using Take = std::function<Status(std::span<const Item>)>;

  // A lane has a thread while one of these lives, if `wanted`. Not between Begin() and Finish().
  class Threaded {
   public:
    Threaded(BatchLane& lane, bool wanted, std::string name) : lane_(lane) {
      if (wanted) lane_.StartThread(std::move(name));
    }
    ~Threaded() { lane_.StopThread(); }
    Threaded(const Threaded&) = delete;
    Threaded& operator=(const Threaded&) = delete;

   private:
    BatchLane& lane_;
  };

  BatchLane() : batches_(1) {}
  ~BatchLane() { StopThread(); }

  void Begin(Take take) {
    take_ = std::move(take);
    batches_[filling_].count = 0;
    MutexLock lock(mutex_);
    failure_ = OkStatus();
  }

  // Room to read an item into; the same until it is kept.
  Item& slot() {
    Batch& batch = batches_[filling_];
    if (batch.count == batch.items.size()) batch.items.emplace_back();
    return batch.items[batch.count];
  }

  // What is in slot() is to be taken.
  Status Keep() {
    if (++batches_[filling_].count < kBatch) return OkStatus();
    return HandOver();
  }

  // May be called again; items may be kept after it.
  Status Finish() {
    Status failed;
    if (batches_[filling_].count > 0) failed = HandOver();
    for (const Batch& batch : batches_) failed = WaitFor(batch);
    return failed;
  }

 private:
  static constexpr size_t kBatches = 4;  // with a thread: read ahead, so that it never waits

  struct Batch {
    std::vector<Item> items;
    size_t count = 0;          // of them are to be taken
    bool handed_over = false;  // then it is the thread's; guarded by mutex_
  };

  void StartThread(std::string name) {
    thread_ = Executor::Create({.name = std::move(name), .threads = 1, .queue_limit = kBatches});
    batches_.resize(kBatches);
  }

  void StopThread() {
    thread_.reset();  // waits
    filling_ = 0;
    batches_.resize(1);
  }

  Status HandOver() {
    Batch& full = batches_[filling_];
    if (thread_ == nullptr) {
      Run(full);
      return WaitFor(full);
    }
    {
      MutexLock lock(mutex_);
      full.handed_over = true;
    }
    Status submitted = thread_->Submit([this, &full] { Run(full); });
    CHECK(submitted.ok()) << submitted.ToString();  // the queue has room for all batches
    filling_ = (filling_ + 1) % batches_.size();
    return WaitFor(batches_[filling_]);
  }

  void Run(Batch& batch) {
    bool failed_before = false;
    {
      MutexLock lock(mutex_);
      failed_before = !failure_.ok();
    }
    Status taken;
    if (!failed_before) taken = take_(std::span<const Item>(batch.items.data(), batch.count));
    batch.count = 0;
    {
      MutexLock lock(mutex_);
      if (!taken.ok()) failure_ = std::move(taken);
      batch.handed_over = false;
    }
    taken_.NotifyAll();
  }

  Status WaitFor(const Batch& batch) {
    MutexLock lock(mutex_);
    while (batch.handed_over) taken_.Wait(mutex_);
    return failure_;
  }

  Take take_;
  std::vector<Batch> batches_;  // one without a thread
  size_t filling_ = 0;
  std::unique_ptr<Executor> thread_;
  Mutex mutex_{LockRank::kLeaf};
  CondVar taken_;
  Status failure_ GUARDED_BY(mutex_);
};

}  // namespace alluxio
