#include "env/posix/direct_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace alluxio {
namespace {

// Every disk and file system of today is content with it.
constexpr size_t kBlock = 4096;
constexpr size_t kMostKept = 1 << 20;

size_t RoundUp(size_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

}  // namespace

void DirectTail::Free::operator()(char* memory) const { std::free(memory); }

DirectTail::DirectTail(Descriptor fd, int64_t end)
    : fd_(std::move(fd)),
      size_(static_cast<size_t>(end) % kBlock),
      block_(end - static_cast<int64_t>(size_)),
      written_(end) {}

std::unique_ptr<DirectTail> DirectTail::Open(int fd, int64_t end) {
  // The same file under whatever name it has now.
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  Descriptor direct(::open(path.c_str(), O_RDWR | O_DIRECT | O_DSYNC | O_CLOEXEC));
  if (direct.get() < 0) return nullptr;
  std::unique_ptr<DirectTail> tail(new DirectTail(std::move(direct), end));
  const size_t begun = std::exchange(tail->size_, 0);
  tail->Reserve(kBlock);
  // Also where nothing has begun: what cannot be read in such blocks cannot be written in them.
  const ssize_t got = ::pread(tail->fd_.get(), tail->memory_.get(), kBlock, tail->block_);
  if (got < static_cast<ssize_t>(begun)) return nullptr;
  tail->size_ = begun;
  return tail;
}

void DirectTail::Reserve(size_t size) {
  if (size <= capacity_) return;
  const size_t capacity = RoundUp(std::max(size, 2 * capacity_));
  std::unique_ptr<char[], Free> memory(
      static_cast<char*>(std::aligned_alloc(kBlock, capacity)));
  CHECK(memory != nullptr) << "no memory";
  if (size_ > 0) memcpy(memory.get(), memory_.get(), size_);
  memory_ = std::move(memory);
  capacity_ = capacity;
}

void DirectTail::Add(std::string_view data) {
  Reserve(size_ + data.size());
  if (!data.empty()) memcpy(memory_.get() + size_, data.data(), data.size());
  size_ += data.size();
}

std::string_view DirectTail::waiting() const {
  const auto before = static_cast<size_t>(written_ - block_);
  return {memory_.get() + before, size_ - before};
}

int64_t DirectTail::blocks_end() const { return block_ + static_cast<int64_t>(RoundUp(size_)); }

Status DirectTail::Write(const std::string& path) {
  const size_t whole = RoundUp(size_);
  memset(memory_.get() + size_, 0, whole - size_);
  for (size_t done = 0; done < whole;) {
    const ssize_t n = ::pwrite(fd_.get(), memory_.get() + done, whole - done,
                               block_ + static_cast<int64_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno(errno, path);
    // The rest of a write that ended within a block could not be written like this.
    if (n == 0 || static_cast<size_t>(n) % kBlock != 0) return FromErrno(EIO, path);
    done += static_cast<size_t>(n);
  }
  written_ = end();
  const size_t full = size_ / kBlock * kBlock;
  size_ -= full;
  block_ += static_cast<int64_t>(full);
  if (full > 0 && size_ > 0) memmove(memory_.get(), memory_.get() + full, size_);
  if (capacity_ > kMostKept) {
    // After an unusual amount; the memory is not held on to.
    capacity_ = 0;
    Reserve(kBlock);
  }
  return OkStatus();
}

}  // namespace alluxio
