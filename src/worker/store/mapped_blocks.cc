#include "worker/store/mapped_blocks.h"

#include <utility>

namespace alluxio::worker {

MappedBlocks::Mapped MappedBlocks::Find(const std::string& path) {
  MutexLock lock(mutex_);
  auto found = by_path_.find(path);
  if (found == by_path_.end()) return {};
  kept_.splice(kept_.begin(), kept_, found->second);
  return found->second->mapped;
}

void MappedBlocks::Keep(const std::string& path, Mapped mapped) {
  const auto size = static_cast<int64_t>(mapped.bytes.size());
  if (size > most_bytes_) return;
  std::list<Kept> gone;
  MutexLock lock(mutex_);
  if (auto found = by_path_.find(path); found != by_path_.end()) Remove(found->second, &gone);
  while (!kept_.empty() && (bytes_ + size > most_bytes_ || kept_.size() >= most_)) {
    Remove(std::prev(kept_.end()), &gone);
  }
  if (open_ >= kMostOpen) mapped.file.reset();
  if (mapped.file != nullptr) ++open_;
  kept_.push_front(Kept{path, std::move(mapped)});
  by_path_[kept_.front().path] = kept_.begin();
  bytes_ += size;
}

void MappedBlocks::KeepWritten(const std::string& path, Mapped mapped) {
  const auto size = static_cast<int64_t>(mapped.bytes.size());
  std::list<Kept> gone;
  MutexLock lock(mutex_);
  if (auto found = by_path_.find(path); found != by_path_.end()) Remove(found->second, &gone);
  if (bytes_ + size > most_bytes_ || kept_.size() >= most_) return;
  kept_.push_back(Kept{path, std::move(mapped)});
  by_path_[kept_.back().path] = std::prev(kept_.end());
  bytes_ += size;
}

MappedBlocks::Mapped MappedBlocks::Take(const std::string& path) {
  std::list<Kept> gone;
  MutexLock lock(mutex_);
  auto found = by_path_.find(path);
  if (found == by_path_.end()) return {};
  Remove(found->second, &gone);
  return std::move(gone.front().mapped);
}

void MappedBlocks::Remove(std::list<Kept>::iterator kept, std::list<Kept>* gone) {
  bytes_ -= static_cast<int64_t>(kept->mapped.bytes.size());
  if (kept->mapped.file != nullptr) --open_;
  by_path_.erase(kept->path);
  gone->splice(gone->end(), kept_, kept);
}

}  // namespace alluxio::worker
