#include "base/reused_buffers.h"

#include <utility>

namespace alluxio {

ReusedBuffers::ReusedBuffers(size_t bytes, size_t spare)
    : bytes_(bytes), shelf_(std::make_shared<Shelf>(spare)) {}

std::shared_ptr<char[]> ReusedBuffers::Take(size_t size) {
  if (size > bytes_ || size < bytes_ / 2) return std::make_shared_for_overwrite<char[]>(size);
  std::unique_ptr<char[]> buffer;
  {
    MutexLock lock(shelf_->mutex);
    if (!shelf_->buffers.empty()) {
      buffer = std::move(shelf_->buffers.back());
      shelf_->buffers.pop_back();
    }
  }
  if (buffer == nullptr) buffer = std::make_unique_for_overwrite<char[]>(bytes_);
  auto put_back = [shelf = shelf_](char* bytes) {
    std::unique_ptr<char[]> unused(bytes);
    MutexLock lock(shelf->mutex);
    if (shelf->buffers.size() < shelf->limit) shelf->buffers.push_back(std::move(unused));
  };
  return std::shared_ptr<char[]>(buffer.release(), std::move(put_back));
}

size_t ReusedBuffers::unused() const {
  MutexLock lock(shelf_->mutex);
  return shelf_->buffers.size();
}

}  // namespace alluxio
