#include "master/sync/absent_paths.h"

#include "model/path.h"

namespace alluxio::master {

void AbsentPaths::Add(const std::string& path) {
  MutexLock lock(mutex_);
  if (!paths_.insert(path).second) return;
  oldest_first_.push_back(path);
  while (oldest_first_.size() > limit_) {
    paths_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
}

bool AbsentPaths::Contains(std::string_view path) const {
  MutexLock lock(mutex_);
  if (paths_.empty()) return false;
  for (std::string_view at = path; at != "/"; at = ParentPath(at)) {
    if (paths_.contains(std::string(at))) return true;
  }
  return false;
}

void AbsentPaths::Appeared(std::string_view path) {
  MutexLock lock(mutex_);
  if (paths_.empty()) return;
  for (std::string_view at = path; at != "/"; at = ParentPath(at)) paths_.erase(std::string(at));
}

void AbsentPaths::Clear() {
  MutexLock lock(mutex_);
  paths_.clear();
  oldest_first_.clear();
}

size_t AbsentPaths::size() const {
  MutexLock lock(mutex_);
  return paths_.size();
}

}  // namespace alluxio::master
