#include "base/table_memory.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>

#include "base/check.h"

namespace alluxio {
namespace {

constexpr size_t kPage = 4096;

// With pages from four on, thousands of arrays that had outgrown the heap left 66 MB there.
bool OfPages(size_t size) { return size >= kPage; }

}  // namespace

TableMemory::TableMemory(size_t bytes) {
  if (bytes == 0) return;
  if (!OfPages(bytes)) {
    data_ = static_cast<char*>(std::calloc(1, bytes));
    CHECK(data_ != nullptr) << "no memory for " << bytes << " bytes";
    size_ = bytes;
    return;
  }
  size_ = (bytes + kPage - 1) / kPage * kPage;
  void* pages = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED) << "no memory for " << size_ << " bytes: errno " << errno;
  data_ = static_cast<char*>(pages);
}

TableMemory::~TableMemory() {
  if (data_ == nullptr) return;
  if (!OfPages(size_)) {
    std::free(data_);
    return;
  }
  CHECK(::munmap(data_, size_) == 0) << "errno " << errno;
}

}  // namespace alluxio
