// SyncTimes: when a path was last compared with its under store, and which paths were marked dirty.
// In memory only and bounded: what is forgotten is compared once more. Thread-safe (leaf lock).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"

namespace alluxio::master {

class SyncTimes {
 public:
  explicit SyncTimes(size_t limit = 100'000) : limit_(limit) {}

  struct What {  // was compared
    bool self = true;
    bool children = false;  // of a directory; counts for each of them
  };
  void Synced(const std::string& path, What what, int64_t now_ms);
  // Must the path be compared? interval < 0: only when dirty; 0: always.
  bool Due(std::string_view path, bool with_children, int64_t interval_ms,
           int64_t now_ms) const;
  // Would it be due, with its children, had it been compared at `compared_ms` last?
  bool Outdated(const std::string& path, int64_t compared_ms, int64_t interval_ms,
                int64_t now_ms) const;
  // Everything at and below `path` is due once more.
  void MarkDirty(const std::string& path, int64_t now_ms);
  void Clear();

 private:
  struct Times {
    int64_t self_ms = 0;
    int64_t children_ms = 0;
  };

  bool DirtySince(std::string_view path, int64_t time_ms) const REQUIRES(mutex_);

  const size_t limit_;
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Times> times_ GUARDED_BY(mutex_);
  std::map<std::string, int64_t, std::less<>> dirty_ GUARDED_BY(mutex_);  // path -> since
};

}  // namespace alluxio::master
