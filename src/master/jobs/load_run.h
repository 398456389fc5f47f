// LoadRun: how far one load job has come: the blocks that wait for a worker, those that have to be
// tried again, and what the progress report counts. Knows no worker and no master. Thread-safe;
// nothing here blocks.
//
//   Listed(files) -> Take() -> [a worker loads] -> Done(batch, failures)   or Return(batch)
//
// A file is processed when each of its blocks is in the cache or was given up.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/mutex.h"
#include "base/status.h"
#include "model/file_info.h"
#include "stub/block_worker_client.h"

namespace alluxio::master {

struct LoadBatchItem {
  stub::LoadBlock block;
  int attempts = 0;  // that failed
  Duration due{};    // not before
};
using LoadBatch = std::vector<LoadBatchItem>;

struct LoadCounts {
  int64_t files_processed = 0;  // that had something to load; with those that failed
  int64_t files_failed = 0;
  int64_t blocks = 0;           // loaded or given up
  int64_t blocks_failed = 0;
  int64_t bytes_loaded = 0;
  std::optional<int64_t> bytes_total;  // none while nobody knows
  std::map<std::string, std::string> reasons;  // by under-store path; not of every file
  bool verifying = false;
};

class LoadRun {
 public:
  // Bounds of what waits here; see WantsFiles().
  static constexpr size_t kLowWater = 2000;
  static constexpr size_t kHighWater = 10'000;

  // --- listing
  // Of the first pass: bytes that are to be loaded. Then Counted() ends it.
  void AddToTotal(const std::vector<FileInfo>& files);
  void Counted();
  bool WantsFiles(size_t water = kLowWater) const;
  // Files of which some may have nothing to load. `end`: the pass has no more.
  void Listed(const std::vector<FileInfo>& files, bool end);
  void CouldNotList(const std::string& path, const Status& why);

  // --- workers
  // At most so many blocks; at least one, even when it is larger than `bytes`.
  LoadBatch Take(Duration now, size_t blocks, int64_t bytes);
  // The worker was asked and answered; what it does not mention is loaded.
  void Done(LoadBatch batch, const std::vector<stub::LoadFailure>& failures, Duration now);
  // The worker could not be asked, or nobody knows what it did.
  void Return(LoadBatch batch, const Status& why, Duration now);

  // --- passes
  // Everything that was listed in this pass is loaded or given up.
  bool PassDone() const;
  // Whether another look at the namespace may find work: this pass loaded something.
  bool LoadedInPass() const;
  void NextPass();
  // More blocks fail than a sound cluster explains.
  bool Healthy() const;

  LoadCounts Counts() const;

 private:
  struct OpenFile {
    size_t blocks = 0;  // without outcome
    bool failed = false;
  };
  void AddFile(const FileInfo& file) REQUIRES(mutex_);
  void Retry(LoadBatchItem item, const Status& why, bool retryable, int limit, Duration now)
      REQUIRES(mutex_);
  void GiveUp(const LoadBatchItem& item, const Status& why) REQUIRES(mutex_);
  void BlockOver(const LoadBatchItem& item, bool failed) REQUIRES(mutex_);
  void NoteReason(const std::string& path, const Status& why) REQUIRES(mutex_);
  bool PassDoneLocked() const REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::deque<LoadBatchItem> waiting_ GUARDED_BY(mutex_);
  std::deque<LoadBatchItem> again_ GUARDED_BY(mutex_);
  size_t taken_ GUARDED_BY(mutex_) = 0;  // blocks that workers have
  std::unordered_map<std::string, OpenFile> files_ GUARDED_BY(mutex_);  // by under-store path
  bool listed_ GUARDED_BY(mutex_) = false;
  int64_t pass_bytes_ GUARDED_BY(mutex_) = 0;   // that were found to be loaded, of all passes
  int64_t pass_loaded_ GUARDED_BY(mutex_) = 0;  // blocks
  int64_t total_ GUARDED_BY(mutex_) = 0;
  bool counted_ GUARDED_BY(mutex_) = false;
  LoadCounts counts_ GUARDED_BY(mutex_);
};

// What a load job would have to load of a file: blocks that no worker has.
std::vector<stub::LoadBlock> BlocksToLoad(const FileInfo& file);

}  // namespace alluxio::master
