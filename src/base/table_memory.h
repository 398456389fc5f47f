// TableMemory: zeroed memory for one array of a big table.
//
// Large arrays are pages of the system's own, given back to it when the array is replaced: tables
// that grow in steps would otherwise leave an allocator full of holes too small for their next
// size. Small ones come from the heap. Moves, does not copy; thread-compatible.
#pragma once

#include <cstddef>
#include <utility>

namespace alluxio {

class TableMemory {
 public:
  TableMemory() = default;
  // At least `bytes`, rounded up to what they take anyway: see size(). Memory that is not to be had
  // ends the process, as with operator new.
  explicit TableMemory(size_t bytes);
  ~TableMemory();
  TableMemory(TableMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  TableMemory& operator=(TableMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  char* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  char* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace alluxio
