// MappedBlocks: the mappings of blocks that were read lately, kept for the next reader: mapping a
// block anew costs a page fault for every 64 KiB of it, a third of what sending it costs.
//
// A mapping keeps the memory or disk space of a file that was deleted, so whoever deletes or moves
// a block file drops its mapping first. Readers that still have the bytes keep them. Some of the
// files stay open, so that looking at one costs no walk along its path.
//
// A block that was written through a mapping keeps that one, for its readers and for the block that
// gets its file after it, where there is room beside what is read. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "base/mutex.h"
#include "env/disk.h"

namespace alluxio::worker {

class MappedBlocks {
 public:
  // Page tables for this much take 8 MiB.
  static constexpr int64_t kMostBytes = int64_t{4} << 30;
  static constexpr size_t kMost = 4096;
  static constexpr size_t kMostOpen = 256;

  struct Mapped {
    Bytes bytes;
    std::shared_ptr<ReadableFile> file;  // null: not kept open; shared with whoever looks at it
    std::shared_ptr<OverwriteFile> written = nullptr;  // null: mapped for reading only
  };

  explicit MappedBlocks(int64_t most_bytes = kMostBytes, size_t most = kMost)
      : most_bytes_(most_bytes), most_(most) {}

  // The mapping of the file at `path`; empty when none is kept.
  Mapped Find(const std::string& path);
  // Keeps `mapped`; those used longest ago go when it is too much.
  void Keep(const std::string& path, Mapped mapped);
  // Keeps it in the place of another of that path, but instead of no other.
  void KeepWritten(const std::string& path, Mapped mapped);
  // What was kept; nothing is any more.
  Mapped Take(const std::string& path);
  void Drop(const std::string& path) { (void)Take(path); }

 private:
  struct Kept {
    std::string path;
    Mapped mapped;
  };
  // Unmapping takes a while: what leaves is handed to the caller, to be dropped without the lock.
  void Remove(std::list<Kept>::iterator kept, std::list<Kept>* gone) REQUIRES(mutex_);

  const int64_t most_bytes_;
  const size_t most_;
  Mutex mutex_{LockRank::kLeaf};
  std::list<Kept> kept_ GUARDED_BY(mutex_);  // used last first
  std::unordered_map<std::string_view, std::list<Kept>::iterator> by_path_ GUARDED_BY(mutex_);
  int64_t bytes_ GUARDED_BY(mutex_) = 0;
  size_t open_ GUARDED_BY(mutex_) = 0;
};

}  // namespace alluxio::worker
