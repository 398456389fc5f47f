// AbsentPaths: paths the under store was asked for and did not have. Bounded: the oldest are
// forgotten first. Thread-safe (leaf lock).
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "base/mutex.h"

namespace alluxio::master {

class AbsentPaths {
 public:
  explicit AbsentPaths(size_t limit = 100'000) : limit_(limit) {}

  void Add(const std::string& path);
  // Is the path, or an ancestor of it, known to be absent?
  bool Contains(std::string_view path) const;
  // Something exists at `path` now, so it and its ancestors are not absent.
  void Appeared(std::string_view path);
  void Clear();
  size_t size() const;

 private:
  const size_t limit_;
  mutable Mutex mutex_;
  absl::flat_hash_set<std::string> paths_ GUARDED_BY(mutex_);
  std::deque<std::string> oldest_first_ GUARDED_BY(mutex_);  // may name paths erased meanwhile
};

}  // namespace alluxio::master
