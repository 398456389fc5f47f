#include "master/jobs/load_run.h"

#include <fmt/core.h>

#include <algorithm>

namespace alluxio::master {
namespace {

// As Alluxio 2.9: a job may lose so many blocks, or this share of them.
constexpr int64_t kFailuresTolerated = 100;
constexpr double kFailureShareTolerated = 0.05;
constexpr size_t kAgainLimit = 1000;  // with so many to try again, no new ones are begun
constexpr size_t kReasonsKept = 1000;
constexpr int kAttempts = 5;
// Somebody else fetches the block: that takes as long as it takes.
constexpr int kAttemptsWhenBusy = 20;
constexpr Duration kFirstPause = std::chrono::seconds(1);
constexpr Duration kLongestPause = std::chrono::seconds(30);

Duration PauseAfter(int attempts) {
  return std::min(kLongestPause, kFirstPause * (1 << std::min(attempts - 1, 5)));
}

bool IsWorkerGone(const Status& status) {
  return status.Is(StatusCode::kUnavailable) || status.Is(StatusCode::kCancelled);
}

}  // namespace

std::vector<stub::LoadBlock> BlocksToLoad(const FileInfo& file) {
  std::vector<stub::LoadBlock> blocks;
  bool loadable = !file.folder && file.completed && file.in_alluxio_percentage != 100 &&
                  file.persistence == PersistenceState::kPersisted;
  if (!loadable) return blocks;
  for (const FileBlockInfo& info : file.blocks) {
    if (!info.block.locations.empty()) continue;
    stub::LoadBlock block;
    block.block_id = info.block.id;
    block.length = info.block.length;
    block.ufs_path = file.ufs_path;
    block.offset_in_file = info.offset;
    block.mount_id = file.mount_id;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

void LoadRun::AddToTotal(const std::vector<FileInfo>& files) {
  int64_t bytes = 0;
  for (const FileInfo& file : files) {
    for (const stub::LoadBlock& block : BlocksToLoad(file)) bytes += block.length;
  }
  MutexLock lock(mutex_);
  total_ += bytes;
}

void LoadRun::Counted() {
  MutexLock lock(mutex_);
  counted_ = true;
}

bool LoadRun::WantsFiles(size_t water) const {
  MutexLock lock(mutex_);
  return !listed_ && waiting_.size() < water && again_.size() < kAgainLimit;
}

void LoadRun::AddFile(const FileInfo& file) {
  std::vector<stub::LoadBlock> blocks = BlocksToLoad(file);
  if (blocks.empty()) return;
  files_[file.ufs_path].blocks += blocks.size();
  for (stub::LoadBlock& block : blocks) {
    pass_bytes_ += block.length;
    LoadBatchItem item;
    item.block = std::move(block);
    waiting_.push_back(std::move(item));
  }
}

void LoadRun::Listed(const std::vector<FileInfo>& files, bool end) {
  MutexLock lock(mutex_);
  for (const FileInfo& file : files) AddFile(file);
  listed_ = listed_ || end;
}

void LoadRun::CouldNotList(const std::string& path, const Status& why) {
  MutexLock lock(mutex_);
  ++counts_.files_processed;
  ++counts_.files_failed;
  NoteReason(path, why);
}

LoadBatch LoadRun::Take(Duration now, size_t blocks, int64_t bytes) {
  MutexLock lock(mutex_);
  LoadBatch batch;
  int64_t taken_bytes = 0;
  auto fits = [&](const LoadBatchItem& item) {
    return batch.size() < blocks &&
           (batch.empty() || taken_bytes + item.block.length <= bytes);
  };
  auto take = [&](std::deque<LoadBatchItem>* from) {
    taken_bytes += from->front().block.length;
    batch.push_back(std::move(from->front()));
    from->pop_front();
  };
  // What has to be tried again is in the order of its failures, which is about that of its turns.
  while (!again_.empty() && again_.front().due <= now && fits(again_.front())) take(&again_);
  while (!waiting_.empty() && again_.size() < kAgainLimit && fits(waiting_.front())) {
    take(&waiting_);
  }
  taken_ += batch.size();
  return batch;
}

void LoadRun::Done(LoadBatch batch, const std::vector<stub::LoadFailure>& failures,
                   Duration now) {
  std::unordered_map<BlockId, const stub::LoadFailure*> failed;
  for (const stub::LoadFailure& failure : failures) failed[failure.block_id] = &failure;
  MutexLock lock(mutex_);
  taken_ -= batch.size();
  for (LoadBatchItem& item : batch) {
    auto found = failed.find(item.block.block_id);
    if (found == failed.end()) {
      counts_.bytes_loaded += item.block.length;
      ++pass_loaded_;
      BlockOver(item, false);
      continue;
    }
    const stub::LoadFailure& failure = *found->second;
    bool busy = failure.status.Is(StatusCode::kAlreadyExists);
    Retry(std::move(item), failure.status, failure.retryable || busy,
          busy ? kAttemptsWhenBusy : kAttempts, now);
  }
}

void LoadRun::Return(LoadBatch batch, const Status& why, Duration now) {
  MutexLock lock(mutex_);
  taken_ -= batch.size();
  for (LoadBatchItem& item : batch) {
    // A worker that is gone says nothing about the block.
    if (IsWorkerGone(why)) {
      item.due = now;
      again_.push_front(std::move(item));
    } else {
      Retry(std::move(item), why, true, kAttempts, now);
    }
  }
}

void LoadRun::Retry(LoadBatchItem item, const Status& why, bool retryable, int limit,
                    Duration now) {
  ++item.attempts;
  if (!retryable || item.attempts >= limit) return GiveUp(item, why);
  item.due = now + PauseAfter(item.attempts);
  again_.push_back(std::move(item));
}

void LoadRun::GiveUp(const LoadBatchItem& item, const Status& why) {
  ++counts_.blocks_failed;
  NoteReason(item.block.ufs_path, why);
  BlockOver(item, true);
}

void LoadRun::BlockOver(const LoadBatchItem& item, bool failed) {
  ++counts_.blocks;
  auto found = files_.find(item.block.ufs_path);
  if (found == files_.end()) return;
  found->second.failed = found->second.failed || failed;
  if (--found->second.blocks > 0) return;
  ++counts_.files_processed;
  if (found->second.failed) ++counts_.files_failed;
  files_.erase(found);
}

void LoadRun::NoteReason(const std::string& path, const Status& why) {
  if (counts_.reasons.size() >= kReasonsKept) return;
  counts_.reasons.emplace(path, fmt::format("Status code: {}, message: {}",
                                            static_cast<int>(why.code()), why.message()));
}

bool LoadRun::PassDoneLocked() const {
  return listed_ && waiting_.empty() && again_.empty() && taken_ == 0;
}

bool LoadRun::PassDone() const {
  MutexLock lock(mutex_);
  return PassDoneLocked();
}

bool LoadRun::LoadedInPass() const {
  MutexLock lock(mutex_);
  return pass_loaded_ > 0;
}

void LoadRun::NextPass() {
  MutexLock lock(mutex_);
  listed_ = false;
  pass_loaded_ = 0;
  // What failed is tried once more, and counts once: as it ends in this pass.
  counts_.files_processed -= counts_.files_failed;
  counts_.blocks -= counts_.blocks_failed;
  counts_.files_failed = 0;
  counts_.blocks_failed = 0;
  counts_.reasons.clear();
  pass_bytes_ = counts_.bytes_loaded;
  counts_.verifying = true;
}

bool LoadRun::Healthy() const {
  MutexLock lock(mutex_);
  return counts_.blocks_failed <= kFailuresTolerated ||
         static_cast<double>(counts_.blocks_failed) <=
             kFailureShareTolerated * static_cast<double>(counts_.blocks);
}

LoadCounts LoadRun::Counts() const {
  MutexLock lock(mutex_);
  LoadCounts counts = counts_;
  // Files may have come after the count.
  if (counted_) counts.bytes_total = std::max(total_, pass_bytes_);
  return counts;
}

}  // namespace alluxio::master
