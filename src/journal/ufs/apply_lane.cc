#include "journal/ufs/apply_lane.h"

#include <utility>

#include "base/check.h"

namespace alluxio::journal {

ApplyLane::ApplyLane() : batches_(1) {}

ApplyLane::~ApplyLane() { StopThread(); }

void ApplyLane::StartThread() {
  thread_ = Executor::Create({.name = "apply", .threads = 1, .queue_limit = kBatches});
  batches_.resize(kBatches);
}

void ApplyLane::StopThread() {
  thread_.reset();  // waits
  filling_ = 0;
  batches_.resize(1);
}

void ApplyLane::Begin(Apply apply) {
  apply_ = std::move(apply);
  batches_[filling_].count = 0;
  MutexLock lock(mutex_);
  failure_ = OkStatus();
}

ApplyLane::Read& ApplyLane::slot() {
  Batch& batch = batches_[filling_];
  if (batch.count == batch.entries.size()) batch.entries.emplace_back();
  return batch.entries[batch.count];
}

Status ApplyLane::Keep() {
  if (++batches_[filling_].count < kBatch) return OkStatus();
  return HandOver();
}

Status ApplyLane::Finish() {
  Status failed;
  if (batches_[filling_].count > 0) failed = HandOver();
  for (const Batch& batch : batches_) failed = WaitFor(batch);
  return failed;
}

Status ApplyLane::HandOver() {
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

void ApplyLane::Run(Batch& batch) {
  bool failed_before = false;
  {
    MutexLock lock(mutex_);
    failed_before = !failure_.ok();
  }
  Status applied;
  if (!failed_before) applied = apply_(std::span(batch.entries.data(), batch.count));
  batch.count = 0;
  {
    MutexLock lock(mutex_);
    if (!applied.ok()) failure_ = std::move(applied);
    batch.handed_over = false;
  }
  applied_.NotifyAll();
}

Status ApplyLane::WaitFor(const Batch& batch) {
  MutexLock lock(mutex_);
  while (batch.handed_over) applied_.Wait(mutex_);
  return failure_;
}

}  // namespace alluxio::journal
