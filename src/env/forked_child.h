// ForkedChild: a copy of this process, frozen at the moment of the fork, that streams bytes back.
//
// The child sees memory as it was, while the parent goes on. It has one thread: its body must take
// no lock that another thread may have held, write no log, and open nothing; it may allocate.
// The child dies with the thread that forked it. Thread-compatible.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/callback.h"
#include "base/result.h"

namespace alluxio {

// The child's only way out. Write() blocks until the parent has read.
class ChildPipe {
 public:
  virtual ~ChildPipe() = default;
  virtual Status Write(std::string_view data) = 0;
};

class ForkedChild {
 public:
  // Forks; in the child runs `body` and ends the process.
  static Result<std::unique_ptr<ForkedChild>> Start(Callback<void(ChildPipe&)> body);
  // Kills the child when it still runs, and reaps it.
  ~ForkedChild();
  ForkedChild(const ForkedChild&) = delete;
  ForkedChild& operator=(const ForkedChild&) = delete;

  // Fills `into`; fewer bytes only when the child has ended.
  Result<size_t> Read(std::span<char> into);
  // Waits for the end: ABORTED unless the body returned.
  Status Wait();
  pid_t pid() const { return pid_; }

 private:
  ForkedChild(pid_t pid, int fd) : pid_(pid), fd_(fd) {}

  pid_t pid_;
  int fd_;
  bool reaped_ = false;
};

}  // namespace alluxio
