// BytePipe: bytes from this process to one that it forks afterwards (ForkedChild).
//
// The parent writes, the child reads. Write and Cancel are for the parent, ReadSome is for the
// child; Cancel is thread-safe, the rest thread-compatible.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace alluxio {

class BytePipe {
 public:
  static Result<std::unique_ptr<BytePipe>> Create();
  ~BytePipe();
  BytePipe(const BytePipe&) = delete;
  BytePipe& operator=(const BytePipe&) = delete;

  // Waits while the pipe is full; CANCELLED after Cancel().
  Status Write(std::string_view data);
  // A Write that waits, and every later one, fails.
  void Cancel() { cancelled_.store(true, std::memory_order_release); }
  // The parent has written everything, or gives up: the child reads to here.
  void EndWriting();

  // What is there, or waits for it; nothing at the end of what was written.
  Result<size_t> ReadSome(std::span<char> into);

 private:
  BytePipe(int read_fd, int write_fd) : read_fd_(read_fd), write_fd_(write_fd) {}

  int read_fd_;
  int write_fd_;
  // Set by one thread, looked at between writes by another: release and acquire, nothing else
  // depends on it.
  std::atomic<bool> cancelled_{false};
};

}  // namespace alluxio
